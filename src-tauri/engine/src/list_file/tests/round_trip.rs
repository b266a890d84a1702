use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

prop_compose! {
    fn task_row()(
        account in prop::option::of("a1|a2"),
        target in "[A-Za-z0-9._-]{1,64}",
        named in prop::collection::vec(prop::sample::select(Action::ALL.to_vec()), 1..10),
        priority in prop::sample::select(PRIORITIES.map(|(_, priority)| priority).to_vec()),
        not_before_ms in prop::option::of(946_684_800_000_i64..4_102_444_800_000),
        note in prop::option::of("[^\\p{Cc}\u{A0} ']([^\\p{Cc}]|\n|\t|\"|,|;){0,40}[^\\p{Cc}\u{A0} ]"),
    ) -> TaskRow {
        let mut actions = named;
        let mut follows = 0;
        actions.retain(|action| {
            follows += usize::from(*action == Action::FollowUser);
            *action != Action::FollowUser || follows == 1
        });
        TaskRow {
            line: 0,
            account_id: account,
            kind: Kind::Instagram,
            target: target.into(),
            actions,
            max_likes: 1,
            max_follows: 1,
            work: None,
            priority,
            not_before_ms,
            note,
            key: None,
        }
    }
}

fn write(rows: &[TaskRow], delimiter: u8, guard: bool) -> Vec<u8> {
    let mut file = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .from_writer(Vec::new());
    file.write_record(HEADER.trim_end().split(',')).unwrap();
    for row in rows {
        let mut actions = String::new();
        for action in &row.actions {
            write!(actions, "{};", action.as_str()).unwrap();
        }
        let time = row
            .not_before_ms
            .map(|ms| jiff::Timestamp::from_millisecond(ms).unwrap().to_string());
        let guarded = |text: &str| {
            let is_formula = text.starts_with(['=', '+', '-', '@']);
            if guard && is_formula {
                format!("'{text}")
            } else {
                text.to_owned()
            }
        };
        file.write_record([
            row.account_id.as_deref().unwrap_or_default(),
            kind_word(row.kind),
            &guarded(row.target.reveal()),
            &actions,
            priority_word(row.priority),
            time.as_deref().unwrap_or_default(),
            &guarded(row.note.as_deref().unwrap_or_default()),
        ])
        .unwrap();
    }
    file.into_inner().unwrap()
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        rows in prop::collection::vec(task_row(), 1..20),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
        guard: bool,
        wide: bool,
    ) {
        let mut file = write(&rows, delimiter, guard);
        if wide {
            file = utf16(std::str::from_utf8(&file).unwrap(), u16::to_be_bytes);
        }
        let mut read = read_tasks(&file).map_err(|problems| TestCaseError::fail(problems.to_string()))?;
        for row in &mut read {
            row.line = 0;
        }
        prop_assert!(read == rows);
        prop_assert_eq!(normalised_hash(&read, &[]), normalised_hash(&rows, &[]));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_tasks(&bytes);
        let _ = accounts(&bytes);
    }

    #[test]
    fn nothing_below_a_header_makes_it_panic(
        text in prop::collection::vec(prop::sample::select(b"a1,;\t\"\r\n@'=\0\xFF instagram".to_vec()), 0..200),
    ) {
        let file = [HEADER.as_bytes(), &text].concat();
        // Either way every row is accounted for: nothing is both refused and accepted.
        match read_tasks(&file) {
            Ok(rows) => prop_assert!(!rows.is_empty()),
            Err(problems) => prop_assert!(problems.total > 0 && !problems.kept.is_empty()),
        }
    }
}

proptest! {
    #[test]
    fn what_is_exported_is_read_back_as_the_same_rows(rows in prop::collection::vec(task_row(), 1..8)) {
        let mut file = csv::Writer::from_writer(Vec::new());
        file.write_record(COLUMNS.iter().chain(&ENDING_COLUMNS)).unwrap();
        for row in &rows {
            let outcome = ENDING_COLUMNS.map(|name| format!("some {name}"));
            file.write_record(written(row).iter().chain(&outcome)).unwrap();
        }
        let read = tasks(&file.into_inner().unwrap(), &|id| id == "a1" || id == "a2");
        let read: Vec<TaskRow> = read.unwrap().into_iter().map(|row| TaskRow { line: 0, ..row }).collect();
        prop_assert_eq!(read, rows);
    }
}
