use super::*;

#[test]
fn encodings_separators_and_line_ends() {
    let plain = "account_id,task_type,target_username,actions\na1,instagram,bob,\na2,instagram,eve,like_post\n";
    let want = normalised_hash(&read_tasks(plain).unwrap(), &[]);
    let quoted = plain.replace("bob", "\"bob\"");
    let same: Vec<Vec<u8>> = vec![
        quoted.clone().into_bytes(),
        format!("\u{FEFF}{plain}").into_bytes(),
        utf16(plain, u16::to_le_bytes),
        utf16(plain, u16::to_be_bytes),
        plain.replace(',', ";").into_bytes(),
        plain.replace(',', "\t").into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        plain.trim_end().as_bytes().to_vec(),
        plain.replace('\n', "\n\n").into_bytes(),
        plain.replace("like_post\n", "like_post\n,,,\n").into_bytes(),
        plain.replace("account_id,", " Account_ID ,").into_bytes(),
        plain.replace("bob", "  @bob ").into_bytes(),
        plain.replace("bob", "'@bob").into_bytes(),
        plain.replace("bob,", "bob,search_user;view_profile;like_post;follow_user;navigate_home;").into_bytes(),
        b"actions,target_username,task_type,account_id\n,bob,instagram,a1\nlike_post,eve,instagram,a2\n".to_vec(),
        b"account_id,task_type,target_username,actions,priority,,\na1,instagram,bob,,normal,,\na2,instagram,eve,like_post\n".to_vec(),
    ];
    for file in same {
        let text = String::from_utf8_lossy(&file).into_owned();
        let rows = read_tasks(&file).unwrap_or_else(|problems| panic!("{text}: {problems}"));
        assert_eq!(normalised_hash(&rows, &[]), want, "{text}");
    }
    let other = [
        plain.replace("bob", "rob"),
        plain.replace("like_post", "open_app"),
        plain.replace(
            "a1,instagram,bob,\na2,instagram,eve,like_post",
            "a2,instagram,eve,like_post\na1,instagram,bob,",
        ),
        plain.replace("a1", ""),
        plain.replace("like_post\n", "like_post\na1,instagram,bob,\n"),
    ];
    for file in other {
        assert_ne!(
            normalised_hash(&read_tasks(&file).unwrap(), &[]),
            want,
            "{file}"
        );
    }
}

#[test]
fn the_order_of_accounts_does_not_count_and_their_fields_do() {
    let hash = |rows: &str| {
        let file = format!("account_id,handle,device_udid,label,group\n{rows}");
        normalised_hash(&[], &accounts(file.as_bytes()).unwrap())
    };
    let want = hash("a1,one,,,\na2,two,,x,\n");
    assert_eq!(hash("a2,two,,x,\na1,@one,,,\n"), want);
    assert_ne!(hash("a1,one,,,\na2,two,,,x\n"), want);
    assert_ne!(
        hash("a1,one,00008030-5100000000000001,,\na2,two,,x,\n"),
        want
    );
}

#[test]
fn fields_do_not_run_together() {
    let row = |label: &str, group: Option<&str>| AccountRow {
        line: 2,
        account_id: "a1".into(),
        handle: "one".into(),
        device_udid: None,
        label: Some(label.into()),
        group: group.map(str::to_owned),
        note: None,
    };
    let apart = normalised_hash(&[], &[row("x", Some("y"))]);
    assert_ne!(normalised_hash(&[], &[row("x\u{5}\0y", None)]), apart);
}
