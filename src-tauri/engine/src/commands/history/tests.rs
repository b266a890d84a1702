//! Histories that are taken, and what of them counts.

use std::cell::Cell;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_scheduler::{Act, AttemptNo, Prior, TaskId};

use super::*;
use crate::clock::rfc3339;
use crate::commands::tests::{Bench, rows as tasks_csv};
use crate::commands::{ImportFiles, OutcomePart};
use crate::list_file::Flows;
use crate::store::intents::{self, IntentRow};
use crate::store::interactions::{Condition, Filter};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// A CSV of the needed columns.
pub(in crate::commands) fn file(rows: &[&str]) -> HistoryFile {
    let head = "account_id,target_username,action,status,ts";
    HistoryFile {
        name: "old.csv".to_owned(),
        bytes: [&[head], rows].concat().join("\n").into_bytes(),
        form: HistoryForm::Csv,
        accounts: BTreeMap::new(),
    }
}

/// An engine with the accounts `a` and `b`.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let files = ImportFiles {
        accounts: Some(b"account_id,handle,device_udid\na,aa,\nb,bb,\n".to_vec()),
        tasks: tasks_csv(&["a,instagram,nobody,view_profile"]),
        name: "l".to_owned(),
        rehearsal: false,
        flows: Flows::new(),
    };
    bench.engine.commands().import(files).await.unwrap();
    bench
}

fn ago(ms: i64) -> String {
    rfc3339(crate::clock::Clock::new().read().wall_ms - ms)
}

/// What the history says about an act of account `a` or `b`.
async fn prior(commands: &Commands, account: u32, act: Act, target: &str, post: &str) -> Prior {
    let row = IntentRow {
        attempt: AttemptNo(99),
        step: 0,
        task: TaskId(99),
        account: AccountNo(account),
        act,
        target_key: target.to_owned(),
        post: post.to_owned(),
        text: String::new(),
    };
    let look = commands.read(move |view| {
        let days = view.chosen.reengagement_days();
        intents::prior(view.connection, &row, view.now.at, days).unwrap()
    });
    look.await.unwrap()
}

async fn used(commands: &Commands, account: u32) -> [usize; 3] {
    let look = commands.read(move |view| {
        let account = view.state.account(AccountNo(account)).unwrap();
        [0, 1, 2].map(|act| account.acts_in_day(act, view.now.at))
    });
    look.await.unwrap()
}

/// An act of long enough ago is done again, one of lately is not; whoever acted on a person counts
/// there for seven days; and what is of today counts under the ceilings, once.
#[tokio::test]
async fn what_was_done_elsewhere_counts() {
    let bench = bench().await;
    let commands = bench.engine.commands();
    let rows = [
        format!("a,Bob,follow,success,{}", ago(29 * DAY)),
        format!("a,carol,follow,success,{}", ago(31 * DAY)),
        format!("a,dora,like,success,{}", ago(2 * HOUR)),
        format!("a,emil,comment,unknown,{}", ago(3 * DAY)),
        format!("a,frida,follow,unknown,{}", ago(3 * HOUR)),
        format!("a,gerd,follow,failed,{}", ago(HOUR)),
        format!("a,hans,view,success,{}", ago(HOUR)),
        format!("b,bob,like,success,{}", ago(6 * DAY)),
        format!("b,dora,follow,success,{}", ago(25 * HOUR)),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    for _ in 0..2 {
        commands.import_history(file(&rows), false).await.unwrap();
        assert_eq!(used(&commands, 0).await, [1, 1, 0]);
        assert_eq!(used(&commands, 1).await, [0, 0, 0]);
    }
    let check = async |account, act, target: &str, done: bool, own: bool, others: u16| {
        for post in ["", "post-7"] {
            let found = prior(&commands, account, act, target, post).await;
            let expected = Prior::Found {
                done_before: done,
                account_on_target: own,
                others_on_target: others,
                text_on_target: false,
                text_uses: 0,
            };
            assert_eq!(found, expected, "{account} {act:?} {target}");
        }
    };
    check(0, Act::Follow, "bob", true, false, 1).await;
    check(0, Act::Like, "bob", false, false, 1).await;
    check(0, Act::Follow, "carol", false, false, 0).await;
    check(0, Act::Like, "dora", true, true, 1).await;
    check(1, Act::Like, "dora", false, true, 1).await;
    check(0, Act::Comment, "emil", true, true, 0).await;
    check(0, Act::Follow, "frida", false, true, 0).await;
    check(0, Act::Follow, "gerd", false, false, 0).await;
    check(0, Act::Follow, "hans", false, false, 0).await;
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn it_is_told_among_the_outcomes_and_says_that_it_was_imported() {
    let bench = bench().await;
    let commands = bench.engine.commands();
    let day = ago(2 * DAY);
    let csv = format!(
        "platform,account_id,target_username,action,status,reason,task_id,device_id,latency_ms,ts\r\n\
         Instagram,old@mail,@bob,FOLLOW,success,'=gone,42,'-iphone,12.5,{day}\r\n"
    );
    let bytes = csv.into_bytes();
    let accounts = BTreeMap::from([("old@mail".to_owned(), "a".to_owned())]);
    let file = HistoryFile {
        bytes,
        accounts,
        ..file(&[])
    };
    let report = commands.import_history(file.clone(), true).await.unwrap();
    assert_eq!((report.added, report.counts_for_deduplication), (1, 1));
    let page = async |condition| {
        let filter = Filter {
            conditions: vec![condition],
            ..Filter::default()
        };
        let part = OutcomePart {
            limit: 9,
            skip: 0,
            after: None,
        };
        commands.interactions(filter, part, true).await.unwrap()
    };
    let none = page(Condition::Account("a".to_owned())).await;
    assert_eq!(none.total, Some(0), "a check changes nothing");
    commands.import_history(file, false).await.unwrap();
    for condition in [
        Condition::Account("a".to_owned()),
        Condition::Target("BOB".to_owned()),
        Condition::Device("-iphone".to_owned()),
        Condition::Action("follow".to_owned()),
        Condition::Status("success".to_owned()),
        Condition::From(0),
    ] {
        let found = page(condition.clone()).await;
        assert_eq!(found.total, Some(1), "{condition:?}");
        let told = json!(found.events[0]);
        let expected = json!({
            "platform": "instagram", "account_id": "a", "target_username": "bob",
            "action": "follow", "status": "success", "reason": "imported: =gone",
            "task_id": Value::Null, "device_id": "-iphone", "latency_ms": 12, "ts": day,
        });
        assert_eq!(told, expected);
    }
    let of_a_task = page(Condition::Task(uuid::Uuid::nil())).await;
    assert_eq!(of_a_task.total, Some(0));
    let latest = commands.latest_interaction("a".into(), "bob".into(), "follow".into());
    let latest = latest.await.unwrap().unwrap();
    assert_eq!(
        (latest.last_ts, latest.last_status),
        (day, "success".to_owned())
    );
    assert!(latest.expires_at.is_some(), "it is not done again so soon");
    bench.engine.shutdown().await;
}

/// Rows of an import that broke off count nowhere, and go with the next one.
#[tokio::test]
async fn half_a_history_is_none() {
    let bench = bench().await;
    let commands = bench.engine.commands();
    let row = ImportedRow {
        account: AccountNo(0),
        target: "bob".to_owned(),
        action: "follow",
        status: "success",
        reason: String::new(),
        device: String::new(),
        latency_ms: 0,
        ts: commands.clock.read().wall_ms - HOUR,
    };
    for no in 0..1_200 {
        let target = format!("left{no}");
        let row = ImportedRow {
            target,
            ..row.clone()
        };
        commands.order(AddRows(vec![row]), None).await.unwrap();
    }
    commands.order(AddRows(vec![row]), None).await.unwrap();
    let found = prior(&commands, 0, Act::Follow, "bob", "").await;
    assert_eq!(found, Prior::NOTHING);
    let part = OutcomePart {
        limit: 9,
        skip: 0,
        after: None,
    };
    let told = commands.interactions(Filter::default(), part, true).await;
    assert_eq!(told.unwrap().total, Some(0));
    assert_eq!(used(&commands, 0).await, [0; 3]);
    let rows = [format!("a,dora,follow,success,{}", ago(HOUR))];
    let report = commands
        .import_history(file(&[&rows[0]]), false)
        .await
        .unwrap();
    assert_eq!(report.added, 1);
    let told = commands.interactions(Filter::default(), part, true).await;
    assert_eq!(
        told.unwrap().total,
        Some(1),
        "the rest of the first is gone"
    );
    assert_eq!(used(&commands, 0).await, [1, 0, 0]);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn accounts_that_are_not_known_are_named_and_can_be_called_otherwise() {
    let bench = bench().await;
    let commands = bench.engine.commands();
    let rows = [
        "old-1,bob,follow,success,2026-01-01T00:00:00Z",
        "a,bob,like,success,2026-01-01T00:00:00Z",
        "old-2,bob,like,success,2026-01-01T00:00:00Z",
        "old-1,cleo,follow,success,2026-01-01T00:00:00Z",
    ];
    let refused = commands
        .import_history(file(&rows), false)
        .await
        .unwrap_err();
    let HistoryError::Accounts(unknown) = refused else {
        panic!("{refused}");
    };
    let named: Vec<_> = unknown
        .iter()
        .map(|it| (it.name.as_str(), it.rows, it.first))
        .collect();
    assert_eq!(named, [("old-1", 2, 2), ("old-2", 1, 4)]);
    let shown = commands.import_history(file(&rows), true).await.unwrap();
    assert_eq!((shown.added, shown.accounts.len()), (1, 3));

    let called = |pairs: &[(&str, &str)]| HistoryFile {
        accounts: pairs
            .iter()
            .map(|(theirs, ours)| ((*theirs).to_owned(), (*ours).to_owned()))
            .collect(),
        ..file(&rows)
    };
    let nobody = called(&[("old-1", "b"), ("old-2", "nobody")]);
    let refused = commands.import_history(nobody, false).await.unwrap_err();
    assert_eq!(CommandError::from(refused).code, "unknown_account");
    let good = called(&[("old-1", "b"), ("old-2", "")]);
    let report = commands.import_history(good, false).await.unwrap();
    assert_eq!((report.added, report.left_out), (3, 1));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn history_of_simulated_phones_is_not_live_history() {
    let text = "account_id,target_username,action,status,device_id,ts\n\
                a,bob,like,success,00008030-5100000000000002,2026-01-01T00:00:00Z\n";
    for (world, refused) in [(World::Simulated, false), (World::Live, true)] {
        let bench = Bench::of(world).await;
        let file = HistoryFile {
            bytes: text.as_bytes().to_vec(),
            ..file(&[])
        };
        let shown = bench.engine.commands().import_history(file, true).await;
        let code = shown.err().map(|error| CommandError::from(error).code);
        let expected = refused.then(|| "simulated_history".to_owned());
        assert_eq!(code, expected, "{world:?}");
        bench.engine.shutdown().await;
    }
}

/// The loop serves others between the pieces of a large history, and only one comes at a time.
#[tokio::test(flavor = "multi_thread")]
async fn a_large_history_keeps_nobody_waiting() {
    let bench = bench().await;
    let commands = bench.engine.commands();
    let since = commands.clock.read().wall_ms - 60 * DAY;
    let rows: Vec<String> = (0..20_000)
        .map(|no| format!("a,t{no},like,success,{}", rfc3339(since + no * 1_000)))
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let over = Cell::new(false);
    let import = async {
        let report = commands.import_history(file(&rows), false).await;
        over.set(true);
        report.unwrap().added
    };
    let others = async {
        let small = file(&["a,b,like,success,2026-01-01T00:00:00Z"]);
        let second = commands.import_history(small, true).await.unwrap_err();
        assert_eq!(CommandError::from(second).code, "history_under_way");
        let mut looks = 0;
        while !over.get() {
            let look = commands.read(|view| view.state.counts());
            let look = tokio::time::timeout(Duration::from_secs(5), look);
            look.await.unwrap().unwrap();
            looks += 1;
        }
        looks
    };
    let (added, looks) = tokio::join!(import, others);
    assert_eq!(added, 20_000);
    assert!(looks > 20, "{looks}");
    bench.engine.shutdown().await;
}
