//! The verdict itself: a small run that is right, and one way to be wrong for each of its rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

use std::cell::Cell;

use serde_json::json;
use signalbox_tests::books::{Attempt, Books, Intent, Interaction, Task, rfc3339};
use signalbox_tests::clock::Moment;
use signalbox_tests::kills;
use signalbox_tests::list::{List, udid};
use signalbox_tests::program::{Ended, Killed};
use signalbox_tests::verdict::{Violation, judge};
use signalbox_tests::witness::Witness;

const LIKE: &str = "POST /session/…/wda/element/…/doubleTap";
const CLICK: &str = "POST /session/…/element/…/click";
const SOURCE: &str = "GET /session/…/source";

/// A witness log that is made by hand.
#[derive(Default)]
struct Log {
    lines: Vec<String>,
    seq: Cell<u64>,
    t: u64,
}

/// One request: its name, the account that is active and whom the screen shows when it ends, and
/// what it changed.
struct Seen<'a> {
    phone: u16,
    request: &'a str,
    account: Option<&'a str>,
    subject: Option<&'a str>,
    effect: Option<&'a str>,
}

impl Log {
    fn line(&mut self, event: &str, seq: u64, seen: &Seen<'_>) {
        self.t += 1_000;
        let ends = event == "end";
        let like = seen.effect == Some("like") || seen.effect == Some("unlike");
        let post = seen.subject.filter(|_| like);
        let line = json!({
            "t": self.t,
            "phone": udid(seen.phone),
            "seq": seq,
            "event": event,
            "request": seen.request,
            "account": seen.account,
            "subject": seen.subject,
            "post": post.map(|subject| format!("{subject}_1")),
            "effect": seen.effect.filter(|_| ends),
            "text": null,
        });
        self.lines.push(line.to_string());
    }

    fn number(&self) -> u64 {
        self.seq.set(self.seq.get() + 1);
        self.seq.get()
    }

    fn request(&mut self, seen: &Seen<'_>) {
        let seq = self.number();
        self.line("begin", seq, seen);
        self.line("end", seq, seen);
    }

    fn session(&mut self, phone: u16) {
        self.request(&Seen {
            phone,
            request: "POST /session",
            account: None,
            subject: None,
            effect: None,
        });
    }

    fn look(&mut self, phone: u16, account: &str, subject: Option<&str>) {
        self.request(&Seen {
            phone,
            request: SOURCE,
            account: Some(account),
            subject,
            effect: None,
        });
    }

    fn touch(&mut self, phone: u16, account: &str, subject: &str, effect: &str) {
        let request = if effect == "like" { LIKE } else { CLICK };
        self.request(&Seen {
            phone,
            request,
            account: Some(account),
            subject: Some(subject).filter(|_| effect != "switch_account"),
            effect: Some(effect),
        });
    }

    /// A whole attempt by an account that is already active: looks, opens, does these acts.
    fn attempt(&mut self, phone: u16, account: &str, target: &str, acts: &[&str]) {
        self.session(phone);
        self.look(phone, account, None);
        self.touch(phone, account, target, "open_profile");
        for act in acts {
            self.touch(phone, account, target, act);
        }
        self.look(phone, account, Some(target));
    }

    fn witness(&self) -> Witness {
        Witness::parse(&self.lines.join("\n"))
    }
}

/// Anna is on phone 1 only, bert on any.
fn list() -> List {
    List::default()
        .account("anna", Some(1))
        .account("bert", None)
        .tasks("anna", 2, "search_user;view_profile;like_post;follow_user")
        .tasks("bert", 1, "search_user;view_profile;follow_user")
}

const ANNA: &str = "demo.anna";
const BERT: &str = "demo.bert";
const FIRST: &str = "sample.anna.000";
const SECOND: &str = "sample.anna.001";
const THIRD: &str = "sample.bert.002";

/// Anna's first task on phone 1, bert's on phone 2 after choosing him there, anna's second.
fn right_log() -> Log {
    let mut log = Log::default();
    log.attempt(1, ANNA, FIRST, &["like", "follow"]);
    log.session(2);
    log.look(2, ANNA, None);
    log.touch(2, BERT, "", "switch_account");
    log.touch(2, BERT, THIRD, "open_profile");
    log.touch(2, BERT, THIRD, "follow");
    log.attempt(1, ANNA, SECOND, &["like", "follow"]);
    log
}

fn attempt(number: i64, task: i64, account: &str, phone: u16, time: (i64, i64)) -> Attempt {
    Attempt {
        number,
        task: format!("{task:032x}"),
        account: account.to_owned(),
        phone: udid(phone),
        started: time.0,
        ended: Some(time.1),
        ending: Some("completed".to_owned()),
        doubt: None,
        quiet: None,
    }
}

fn right_books() -> Books {
    let list = list();
    let mut books = Books {
        lists: 1,
        attempts: vec![
            attempt(1, 0, "anna", 1, (0, 10)),
            attempt(2, 2, "bert", 2, (5, 20)),
            attempt(3, 1, "anna", 1, (10, 20)),
        ],
        ..Books::default()
    };
    for (task, number) in list.tasks.iter().zip(0..) {
        let id = format!("{number:032x}");
        let attempt = books
            .attempts
            .iter()
            .find(|it| it.task == id)
            .unwrap()
            .clone();
        books.tasks.push(Task {
            id: id.clone(),
            account: task.account.clone(),
            target: task.target.clone(),
            actions: task.actions.join(";"),
            row: Some(number + 2),
            seq: Some(number),
            rehearsal: false,
            status: "completed".to_owned(),
            attempts: 1,
            retry_marks: 0,
        });
        for (action, step) in task.actions.iter().zip(0..) {
            let action = match action.as_str() {
                "view_profile" => "view",
                "like_post" => "like",
                "follow_user" => "follow",
                _ => continue,
            };
            if action != "view" {
                books.intents.push(Intent {
                    attempt: attempt.number,
                    step,
                    account: task.account.clone(),
                    act: action.to_owned(),
                    target: task.target.clone(),
                    ts: attempt.started,
                });
            }
            books.interactions.push(Interaction {
                task: id.clone(),
                attempt: attempt.number,
                step,
                account: task.account.clone(),
                phone: attempt.phone.clone(),
                rehearsal: false,
                target: task.target.clone(),
                action: action.to_owned(),
                status: "success".to_owned(),
                reason: String::new(),
                latency_ms: 1,
                ts: attempt.started,
            });
        }
    }
    books
}

fn rules(violations: &[Violation]) -> Vec<&'static str> {
    let mut rules: Vec<&str> = violations.iter().map(|found| found.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

#[test]
fn a_right_run_is_right() {
    let found = judge(&right_log().witness(), &right_books(), &list());
    assert_eq!(found, []);
}

#[test]
fn each_wrong_log_is_seen() {
    let check = |expected: &str, spoil: fn(&mut Log)| {
        let mut log = right_log();
        spoil(&mut log);
        let found = judge(&log.witness(), &right_books(), &list());
        let rules = rules(&found);
        assert!(rules.contains(&expected), "{expected} not in {rules:?}");
    };
    check("damaged", |log| log.lines.push("{\"t\":1".to_owned()));
    check("damaged", |log| drop(log.lines.pop()));
    check("damaged", |log| log.lines.swap(3, 8));
    check("damaged", |log| {
        let again = log.lines[2].clone();
        log.lines.push(again.replace("\"t\":3000", "\"t\":999000"));
    });
    check("phone_overlap", |log| {
        let (first, second) = (log.number(), log.number());
        let seen = Seen {
            phone: 1,
            request: SOURCE,
            account: Some(ANNA),
            subject: None,
            effect: None,
        };
        log.line("begin", first, &seen);
        log.line("begin", second, &seen);
        log.line("end", first, &seen);
        log.line("end", second, &seen);
    });
    // A reply held on phone 2 while bert has gone on on phone 3.
    check("account_overlap", |log| {
        let held = log.number();
        let seen = Seen {
            phone: 2,
            request: CLICK,
            account: Some(BERT),
            subject: Some(THIRD),
            effect: None,
        };
        log.line("begin", held, &seen);
        log.attempt(3, BERT, THIRD, &[]);
        log.line("end", held, &seen);
    });
    check("wrong_phone", |log| log.attempt(2, ANNA, SECOND, &[]));
    check("wrong_account", |log| log.attempt(1, BERT, SECOND, &[]));
    check("wrong_account", |log| {
        log.attempt(1, "demo.carl", SECOND, &[])
    });
    check("stranger", |log| log.attempt(1, ANNA, "sample.nobody", &[]));
    check("stranger", |log| {
        log.touch(1, ANNA, "sample.nobody", "like")
    });
    check("order", |log| log.attempt(1, ANNA, FIRST, &[]));
    check("twice", |log| log.attempt(1, ANNA, SECOND, &["follow"]));
    check("twice", |log| log.attempt(1, ANNA, SECOND, &["like"]));
    check("undone", |log| log.attempt(1, ANNA, SECOND, &["unfollow"]));
    check("undone", |log| log.attempt(1, ANNA, SECOND, &["unlike"]));
    check("unasked", |log| log.attempt(2, BERT, THIRD, &["like"]));
    check("unasked", |log| log.attempt(2, BERT, THIRD, &["comment"]));
    // More tries than attempts are recorded, and one on another phone than theirs.
    check("untold_try", |log| log.attempt(1, ANNA, SECOND, &[]));
    check("untold_act", |log| log.attempt(2, BERT, THIRD, &["like"]));
    check("invented_act", |log| {
        log.lines.retain(|line| !line.contains("doubleTap"));
    });
}

#[test]
fn each_wrong_database_is_seen() {
    let check = |expected: &str, spoil: fn(&mut Books)| {
        let mut books = right_books();
        spoil(&mut books);
        let found = judge(&right_log().witness(), &books, &list());
        let rules = rules(&found);
        assert!(rules.contains(&expected), "{expected} not in {rules:?}");
    };
    check("integrity", |books| books.damage.push("row 1".to_owned()));
    check("lease_left", |books| books.leases = 1);
    check("attempts_overlap", |books| books.attempts[2].started = 9);
    check("attempts_overlap", |books| {
        books.attempts[1].phone = udid(1)
    });
    check("attempts_overlap", |books| books.attempts[2].ended = None);
    check("attempts_overlap", |books| {
        books.attempts[0].doubt = Some("lost".to_owned());
        books.attempts[0].quiet = Some(11);
    });
    check("lost_task", |books| drop(books.tasks.pop()));
    check("lost_task", |books| {
        books.tasks[0].account = "bert".to_owned()
    });
    check("lost_task", |books| {
        books.tasks[0].actions.push_str(";like")
    });
    check("lost_task", |books| books.tasks[1].seq = Some(-1));
    check("lost_task", |books| {
        let mut twin = books.tasks[0].clone();
        twin.id = "f".repeat(32);
        books.tasks.push(twin);
    });
    check("lost_task", |books| books.tasks[0].target.push('x'));
    check("not_ended", |books| {
        books.tasks[0].status = "queued".to_owned()
    });
    check("unmarked_retry", |books| {
        let again = attempt(4, 0, "anna", 1, (30, 40));
        books.attempts.push(again);
        books.tasks[0].attempts = 2;
    });
    check("unmarked_retry", |books| books.tasks[0].retry_marks = 1);
    check("unmarked_retry", |books| {
        books.attempts[0].doubt = Some("lost".to_owned());
    });
    check("unmarked_retry", |books| books.tasks[0].attempts = 2);
    check("untold_try", |books| books.attempts[1].phone = udid(3));
    check("untold_act", |books| drop(books.intents.pop()));
    check("untold_act", |books| drop(books.interactions.pop()));
    check("untold_act", |books| {
        let row = books.interactions[1].clone();
        books.interactions.push(row);
    });
    check("outcomes", |books| {
        let row = books.interactions[0].clone();
        books.interactions.push(row);
    });
    check("outcomes", |books| drop(books.interactions.remove(0)));
    check("invented_act", |books| {
        let mut row = books.interactions[1].clone();
        row.target = THIRD.to_owned();
        books.interactions.push(row);
    });
}

#[test]
fn a_kill_that_is_not_told_is_seen() {
    let moment = |wall_ms| Moment {
        monotonic_ns: 0,
        wall_ms,
    };
    let kill = |at| Killed {
        before: moment(at),
        gone: moment(at),
        ended: Ended {
            code: None,
            signal: Some(9),
            stdout: String::new(),
            stderr: String::new(),
        },
    };
    let check = |at, spoil: fn(&mut Attempt), found: usize| {
        let mut books = right_books();
        let attempt = &mut books.attempts[1];
        attempt.ending = Some("interrupted".to_owned());
        attempt.doubt = Some("engine_restarted".to_owned());
        attempt.quiet = Some(21);
        spoil(attempt);
        let attempt = books.attempts[1].clone();
        books.attempts = vec![attempt];
        assert_eq!(kills::judge(&[kill(at)], &books).len(), found);
    };
    check(12, |_| {}, 0);
    check(12, |it| it.ending = Some("yielded".to_owned()), 1);
    check(12, |it| it.doubt = None, 1);
    check(12, |it| it.quiet = None, 1);
    check(12, |it| it.quiet = Some(19), 1);
    check(25, |it| it.doubt = None, 0);
}

#[test]
fn an_account_that_is_only_found_active_is_not_at_work() {
    // Phone 2 still shows bert, who is at work on phone 3; carl is chosen there.
    let list = list()
        .account("carl", None)
        .tasks("carl", 1, "view_profile");
    let target = list.tasks[3].target.clone();
    let mut log = Log::default();
    log.session(3);
    log.touch(3, BERT, THIRD, "open_profile");
    log.session(2);
    log.look(2, BERT, None);
    log.touch(2, "demo.carl", "", "switch_account");
    log.touch(2, "demo.carl", &target, "open_profile");
    log.touch(3, BERT, THIRD, "follow");
    let stretches = log.witness().stretches();
    let accounts: Vec<&str> = stretches.iter().map(|it| it.account.as_str()).collect();
    assert_eq!(accounts, [BERT, "demo.carl"]);
    let found = signalbox_tests::verdict::judge_witness(&log.witness(), &list);
    assert_eq!(found, []);
}

#[test]
fn times_are_told_as_exports_tell_them() {
    let check = |ms, expected: &str| assert_eq!(rfc3339(ms), expected);
    check(0, "1970-01-01T00:00:00.000Z");
    check(951_782_400_000, "2000-02-29T00:00:00.000Z");
    check(1_795_460_592_334, "2026-11-23T19:03:12.334Z");
    check(1_798_761_599_999, "2026-12-31T23:59:59.999Z");
}
