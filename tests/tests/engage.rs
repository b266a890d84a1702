//! Engagement over the wire: pages are followed, liked and commented on; each comment is sent once,
//! or a person is asked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::collections::BTreeMap;

use signalbox_tests::books::csv;
use signalbox_tests::place::{Job, Place};
use signalbox_tests::witness::Witness;

const ACCOUNTS: &str = "account_id,handle,device_udid\nann,ann,\nbea,bea,\n";
const HEAD: &str =
    "account_id,task_type,target_username,actions,priority,not_before,comment_text\n";

fn job(place: &Place, rows: &str) -> Job {
    let accounts = place.write("accounts.csv", ACCOUNTS);
    let tasks = place.write("tasks.csv", format!("{HEAD}{rows}"));
    Job::new(place, &accounts, &tasks).simulated(place, 2, 5)
}

/// Comments the phones saw: account, post and text, each with how often.
fn comments(witness: &Witness) -> BTreeMap<(String, String, String), usize> {
    let mut all = BTreeMap::new();
    for act in witness.acts() {
        if act.effect.as_deref() == Some("comment") {
            let of = |text: &Option<String>| text.clone().unwrap_or_default();
            let key = (of(&act.before.account), of(&act.before.post), of(&act.text));
            *all.entry(key).or_insert(0) += 1;
        }
    }
    all
}

/// What was recorded of one target: action, status, reason.
fn told(place: &Place, target: &str) -> Vec<String> {
    let (_, rows) = csv(&place.read("out.csv"));
    let rows = rows.into_iter().filter(|row| row[2] == target);
    rows.map(|row| {
        format!("{} {} {}", row[3], row[4], row[5])
            .trim_end()
            .to_owned()
    })
    .collect()
}

#[test]
fn pages_are_engaged_with_and_each_comment_is_proven() {
    let place = Place::new();
    let rows = "ann,engagement,garden.one,,,,Well said\n\
                bea,engagement,garden.two,comment,,,\"Two\nlines \u{1f33f}\"\n\
                ann,engagement,garden.three,like;comment,,,Well said\n\
                bea,engagement,garden.shut,,,,Hello there\n\
                bea,engagement,garden.quiet,comment,,,Hello there\n";
    let scenario = "[[profile]]\nname = \"garden.shut\"\nprivate = true\n\
                    [[profile]]\nname = \"garden.quiet\"\ncomments_closed = true\n\
                    [[fault]]\nkind = \"dropped_characters\"\nphone = \"all\"\nat = \"0s\"\ntimes = 1\n";
    place
        .run(job(&place, rows).scenario(&place, scenario))
        .expect_code(0);
    let witness = Witness::read(&place.path("witness.jsonl"));
    let sent: Vec<String> = comments(&witness)
        .into_iter()
        .map(|((who, post, text), times)| format!("{who} {post} {text} {times}"))
        .collect();
    let expected = [
        "ann garden.one_1 Well said 1",
        "ann garden.three_1 Well said 1",
        "bea garden.two_1 Two\nlines \u{1f33f} 1",
    ];
    assert_eq!(sent, expected);
    let whole = [
        "view success",
        "follow success",
        "like success",
        "comment success",
    ];
    assert_eq!(told(&place, "garden.one"), whole);
    let private = "private_account private_account";
    let shut = ["view", "follow", "like", "comment"].map(|act| format!("{act} {private}"));
    assert_eq!(told(&place, "garden.shut"), shut);
    let closed = ["view success", "comment skipped comments_closed"];
    assert_eq!(told(&place, "garden.quiet"), closed);
}

#[test]
fn a_comment_that_nobody_knows_of_is_looked_for_and_never_sent_again() {
    let place = Place::new();
    let rows = "ann,engagement,garden.one,comment,,,Well said\n\
                bea,engagement,garden.two,comment,,,So true\n";
    // One is sent and its answer is cut off; before the other is sent its phone's runner dies.
    let scenario = "[[fault]]\nkind = \"truncated_reply\"\naccount = \"ann\"\n\
                    effect = \"comment\"\nnth = 1\n\
                    [[fault]]\nkind = \"wda_die\"\naccount = \"bea\"\n\
                    effect = \"comment\"\nnth = 1\n";
    // A person is asked about one of them.
    place
        .run(job(&place, rows).scenario(&place, scenario))
        .expect_code(6);
    let sent = comments(&Witness::read(&place.path("witness.jsonl")));
    let once = ("ann", "garden.one_1", "Well said");
    let once = (once.0.to_owned(), once.1.to_owned(), once.2.to_owned());
    assert_eq!(sent, BTreeMap::from([(once, 1)]));
    let seen = ["view success", "comment success seen_after_interruption"];
    assert_eq!(told(&place, "garden.one"), seen);
    let unknown = ["view success", "comment unknown interrupted"];
    assert_eq!(told(&place, "garden.two"), unknown);
}

#[test]
fn a_rehearsal_of_pages_sends_nothing() {
    let place = Place::new();
    let rows = "ann,engagement,garden.one,,,,Well said\n";
    place
        .run(job(&place, rows).flag("--rehearse"))
        .expect_code(0);
    let witness = Witness::read(&place.path("witness.jsonl"));
    assert_eq!(witness.acts().len(), 0);
    let would = [
        "view success",
        "follow would would_follow",
        "like would would_like",
        "comment would would_comment",
    ];
    assert_eq!(told(&place, "garden.one"), would);
}
