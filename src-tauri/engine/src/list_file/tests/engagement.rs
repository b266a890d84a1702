//! Rows of one page and one text.

use signalbox_automation::{Engagement, Work};

use super::*;

const WHOLE: &str = "account_id,task_type,target_username,actions,comment_text\n";

fn check(row: &str, expected: &str) {
    check_tasks(format!("{WHOLE}{row}\n"), expected);
}

fn read(file: &str) -> TaskRow {
    let mut rows = read_tasks(file).unwrap();
    rows.remove(0)
}

#[test]
fn a_row_is_one_page_and_one_text() {
    let row = read(&format!("{WHOLE}a1,Engagement,@Bob,,\"Well said,\nBob\"\n"));
    let expected = Engagement {
        pages: vec!["Bob".into()],
        texts: vec!["Well said,\nBob".into()],
        follow: true,
        like: true,
        comment: true,
        posts: 1,
        public_only: false,
        min_posts: 0,
    };
    assert_eq!(row.kind, Kind::Engagement);
    assert!(row.work == Some(Work::Engagement(expected)));
    // The column's old name, and the words of other rows.
    let old = "account_id,task_type,target_username,actions,comment\n";
    let row = read(&format!("{old}a1,engagement,bob,comment;LIKE_POST,Hello\n"));
    let Some(Work::Engagement(engagement)) = row.work else {
        panic!("an engagement");
    };
    let all = (engagement.follow, engagement.like, engagement.comment);
    assert_eq!(all, (false, true, true));
}

#[test]
fn what_no_engagement_row_is() {
    check("a1,engagement,bob,follow;like;,", "ok 1");
    check(
        "a1,engagement,bob,,",
        "tasks.csv:2: comment_text: the field is empty; write the comment, or name actions without \
         comment",
    );
    check(
        "a1,engagement,bob,follow,Hello",
        "tasks.csv:2: comment_text: the row names its actions, and comment is none of them; leave \
         it empty",
    );
    check(
        "a1,engagement,bob,open_app;follow,",
        "tasks.csv:2: actions: \"open_app\" is none of follow, like, comment, which an engagement \
         row does",
    );
    check(
        "a1,engagement,,,Hello",
        "tasks.csv:2: target_username: the field is empty",
    );
    let long = "x".repeat(2_201);
    check(
        &format!("a1,engagement,bob,,{long}"),
        "tasks.csv:2: comment_text: a comment has at most 2200 characters",
    );
    check(&format!("a1,engagement,bob,,{}", "x".repeat(2_200)), "ok 1");
}

#[test]
fn another_text_is_another_list() {
    let hash = |text: &str| {
        let rows = read_tasks(format!("{WHOLE}a1,engagement,bob,,{text}\n")).unwrap();
        normalised_hash(&rows, &[])
    };
    assert_eq!(hash("Hello"), hash("Hello"));
    assert_ne!(hash("Hello"), hash("Goodbye"));
}
