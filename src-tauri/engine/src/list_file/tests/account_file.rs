use super::*;

/// What the rows of an account file are answered with.
fn check_accounts(rows: &str, expected: &str) {
    let file = format!("account_id,handle,device_udid,label,group,note\n{rows}");
    let answer = match accounts(file.as_bytes()) {
        Ok(rows) => format!("ok {}", rows.len()),
        Err(problems) => problems.to_string(),
    };
    assert_eq!(answer, expected, "{rows:?}");
}

#[test]
fn a_full_account_is_read() {
    let rows = accounts(
        b"account_id,handle,device_udid,label,group,note\n\
          a1,@One.1,00008030-510000000000000a,First,north,\"x\ny\"\na2,two,,,,\n",
    )
    .unwrap();
    assert_eq!(rows[0].handle.reveal(), "One.1");
    assert_eq!(
        rows[0].device_udid.as_ref().unwrap().reveal(),
        "00008030-510000000000000A"
    );
    assert_eq!(
        (
            rows[0].label.as_deref(),
            rows[0].group.as_deref(),
            rows[0].note.as_deref()
        ),
        (Some("First"), Some("north"), Some("x\ny")),
    );
    assert_eq!(
        (rows[1].line, &rows[1].device_udid, &rows[1].note),
        (4, &None, &None)
    );
}

#[test]
fn bad_accounts() {
    check_accounts("a1,one,,,,\na2,two,00008030-5100000000000001,,,\n", "ok 2");
    check_accounts(
        "a1,one,\na2,two,\na1,three,\na4,@ONE,\n",
        "accounts.csv:4: account_id: \"a1\" stands in line 2 already\n\
         accounts.csv:5: handle: \"ONE\" is the handle of line 2 already",
    );
    let udid = "is no udid: 8 and 16 hex digits with a hyphen between, 40 hex digits, or empty for any phone";
    for bad in [
        "00008030",
        "00008030-510000000000000",
        "00008030-510000000000000g",
        "000080305100000000000001",
        "any",
    ] {
        check_accounts(
            &format!("a1,one,{bad}\n"),
            &format!("accounts.csv:2: device_udid: \"{bad}\" {udid}"),
        );
    }
    check_accounts(&format!("a1,one,{}\n", "aB".repeat(20)), "ok 1");
    check_accounts(
        ",,00008030-5100000000000001\n",
        "accounts.csv:2: account_id: the field is empty\naccounts.csv:2: handle: the field is empty",
    );
    check_accounts(
        "a1,one,,\"x\ny\",\n",
        "accounts.csv:2: label: the field holds the control character U+000A",
    );
    check_accounts(
        "",
        "accounts.csv: there is a header line and no row below it",
    );
}
