//! Plans before an engine without phones.

use super::*;
use crate::commands::ImportFiles;
use crate::commands::tests::{Bench, plug_in, rows};

const ACCOUNTS: &str = "account_id,handle,device_udid,label,group\n\
                        a,anna,,,day\nb,bert,,,day\nc,carl,,,night\n";

impl Bench {
    /// One with three accounts, of which `a` has one task.
    async fn with_accounts() -> Self {
        let bench = Self::new().await;
        let files = ImportFiles {
            accounts: Some(ACCOUNTS.into()),
            tasks: rows(&["a,instagram,first,follow_user"]),
            name: "first".to_owned(),
            rehearsal: false,
            flows: Default::default(),
        };
        bench.engine.commands().import(files).await.unwrap();
        bench
    }

    async fn plan(&self, file: PlanFile) -> Result<PlanView, CommandError> {
        self.engine.commands().plan(file).await
    }

    fn rows(&self, plan: &PlanView, verdict: Option<Verdict>) -> PlanRows {
        let id = Uuid::try_parse(&plan.plan_id).unwrap();
        let rows = self.engine.commands().plan_rows(id, verdict, (0, 1_000));
        rows.unwrap()
    }

    async fn commit(&self, plan: &PlanView, out: LeaveOut) -> Result<ImportReport, CommandError> {
        let id = Uuid::try_parse(&plan.plan_id).unwrap();
        self.engine.commands().commit_plan(id, out).await
    }
}

fn file(tasks: Vec<u8>) -> PlanFile {
    PlanFile {
        name: "monday".to_owned(),
        tasks: Some(tasks),
        columns: ColumnNames::default(),
        accounts: None,
        account_columns: ColumnNames::default(),
        over: Over::All,
        rehearsal: false,
    }
}

const ALL_OUT: LeaveOut = LeaveOut {
    refused: true,
    duplicates: true,
};

#[tokio::test]
async fn each_row_is_told_what_becomes_of_it_and_why() {
    let bench = Bench::with_accounts().await;
    let many = format!("a,instagram,busy,{}", "like_post;".repeat(11));
    let plan = bench.plan(file(rows(&[
        "b,instagram,good,follow_user",
        "nobody,instagram,good,follow_user",
        "b,instagram,good,follow_user",
        "a,instagram,FIRST,follow_user",
        "a,instagram,bad name,follow_user",
        "a,instagram,crowd,follow_user",
        "b,instagram,crowd,follow_user",
        "c,instagram,crowd,follow_user",
        &many,
    ])));
    let plan = plan.await.unwrap();
    let found = bench.rows(&plan, None).rows;
    let told: Vec<_> = found
        .iter()
        .map(|row| (row.line.unwrap(), row.verdict, row.code.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (2, Verdict::Accepted, None),
            (3, Verdict::Refused, Some("unknown_account")),
            (4, Verdict::Duplicate, Some("duplicate_row")),
            (5, Verdict::Duplicate, Some("duplicate_task")),
            (6, Verdict::Refused, Some("bad_name")),
            (7, Verdict::Accepted, None),
            (8, Verdict::Accepted, None),
            (9, Verdict::Refused, Some("target_limit")),
            (10, Verdict::Refused, Some("too_many_actions")),
        ]
    );
    let counts = plan.counts;
    let summed = (
        counts.rows,
        counts.accepted,
        counts.duplicate,
        counts.refused,
    );
    assert_eq!(summed, (9, 3, 2, 4));
    assert_eq!(bench.rows(&plan, Some(Verdict::Duplicate)).count, 2);
    assert_eq!(bench.waiting().await, 1, "a plan changes nothing");
}

#[tokio::test]
async fn rows_without_an_account_are_spread_by_what_each_has_to_do() {
    let bench = Bench::with_accounts().await;
    let names: Vec<String> = (0..5)
        .map(|n| format!(",instagram,t{n},follow_user"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let check = async |over: Over, expected: &[(&str, u64)]| {
        let plan = PlanFile {
            over,
            ..file(rows(&names))
        };
        let plan = bench.plan(plan).await.unwrap();
        let shares: Vec<(&str, u64)> = plan
            .spread
            .iter()
            .map(|share| (share.account_id.as_str(), share.tasks))
            .collect();
        assert_eq!(shares, expected);
    };
    // The three have 1, 0 and 0 tasks; five more make 6.
    check(Over::All, &[("b", 2), ("c", 2), ("a", 1)]).await;
    check(Over::Group("day".to_owned()), &[("b", 3), ("a", 2)]).await;
    check(Over::Accounts(vec!["c".to_owned()]), &[("c", 5)]).await;
    let unknown = PlanFile {
        over: Over::Accounts(vec!["x".to_owned()]),
        ..file(rows(&names))
    };
    assert_eq!(
        bench.plan(unknown).await.unwrap_err().code,
        "unknown_account"
    );
    let none = PlanFile {
        over: Over::Group("nobody's".to_owned()),
        ..file(rows(&names))
    };
    assert_eq!(bench.plan(none).await.unwrap().counts.refused, 5);
}

#[tokio::test]
async fn where_a_target_takes_no_further_account_one_that_is_on_it_gets_the_row() {
    let bench = Bench::with_accounts().await;
    let plan = file(rows(&[
        ",instagram,same,follow_user",
        ",instagram,same,like_post",
        ",instagram,same,view_profile;like_post",
        ",instagram,same,view_profile;follow_user",
    ]));
    let plan = bench.plan(plan).await.unwrap();
    assert_eq!(plan.counts.accepted, 4);
    assert_eq!(plan.spread.len(), 2, "{:?}", plan.spread);
}

#[tokio::test]
async fn a_plan_is_accepted_as_it_was_shown_and_once() {
    let bench = Bench::with_accounts().await;
    let plan = file(rows(&[
        ",instagram,one,follow_user",
        "nobody,instagram,two,follow_user",
        "a,instagram,first,follow_user",
    ]));
    let plan = bench.plan(plan).await.unwrap();
    let refused = bench.commit(&plan, LeaveOut::default()).await.unwrap_err();
    assert_eq!(refused.code, "plan_has_bad_rows");
    assert_eq!(bench.waiting().await, 1, "nothing of it was accepted");
    let report = bench.commit(&plan, ALL_OUT).await.unwrap();
    assert_eq!((report.tasks, report.list_name.as_str()), (1, "monday"));
    let again = bench.commit(&plan, ALL_OUT).await.unwrap();
    assert_eq!(again.list_id, report.list_id);
    assert_eq!(bench.waiting().await, 2);
    let commands = bench.engine.commands();
    let unknown = commands.commit_plan(Uuid::nil(), ALL_OUT).await;
    assert_eq!(unknown.unwrap_err().code, "unknown_plan");
}

#[tokio::test]
async fn columns_may_be_called_otherwise_and_others_passed_over() {
    let bench = Bench::with_accounts().await;
    let text = "Wer;Was;Ziel;Aktionen;Farbe\na;instagram;eins;follow_user;rot\n";
    let called = [
        ("wer", "account_id"),
        ("was", "task_type"),
        ("ziel", "target_username"),
        ("aktionen", "actions"),
        ("farbe", ""),
    ];
    let called = called.map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()));
    let plan = PlanFile {
        columns: called.into_iter().collect(),
        ..file(text.into())
    };
    assert_eq!(bench.plan(plan).await.unwrap().counts.accepted, 1);
    let plain = bench.plan(file(text.into())).await.unwrap_err();
    assert_eq!(plain.code, "bad_list");
}

#[tokio::test]
async fn a_column_that_the_file_lacks_can_stand_in_every_row() {
    let bench = Bench::with_accounts().await;
    let mut columns: ColumnNames = [("wer".to_owned(), "target_username".to_owned())]
        .into_iter()
        .collect();
    for (ours, text) in [
        ("task_type", "instagram"),
        ("actions", "follow_user"),
        ("account_id", ""),
    ] {
        columns.given.insert(ours.to_owned(), text.to_owned());
    }
    let plan = PlanFile {
        columns,
        ..file("Wer\nanna\nbert\n".into())
    };
    let plan = bench.plan(plan).await.unwrap();
    assert_eq!((plan.counts.accepted, plan.counts.refused), (2, 0));
    let lacking = bench.plan(file("Wer\nanna\n".into())).await.unwrap_err();
    assert_eq!(lacking.code, "bad_list");
    let unnamed = b"account_id,task_type,,target_username,actions\na,instagram,x,anna,\n";
    let plan = |columns| PlanFile {
        columns,
        ..file(unnamed.to_vec())
    };
    let slip = bench.plan(plan(ColumnNames::default())).await;
    assert_eq!(slip.unwrap_err().code, "bad_list");
    let meant = [(String::new(), String::new())].into_iter().collect();
    let planned = bench.plan(plan(meant)).await.unwrap();
    assert_eq!(planned.counts.accepted, 1);
}

#[tokio::test]
async fn every_bad_row_is_told_once_with_all_that_is_wrong_with_it() {
    let bench = Bench::with_accounts().await;
    let bad: Vec<String> = (0..1_500)
        .map(|_| "a,nothing,no name,".to_owned())
        .collect();
    let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
    let plan = bench.plan(file(rows(&bad))).await.unwrap();
    assert_eq!(plan.counts.refused, 1_500);
    let found = bench.rows(&plan, Some(Verdict::Refused));
    assert_eq!(
        found.count, 1_500,
        "one for each row, however many there are"
    );
    let reason = found.rows[0].reason.as_deref().unwrap();
    assert!(
        reason.contains("target_username: ") && reason.contains("none of"),
        "{reason}"
    );
}

#[tokio::test]
async fn accounts_alone_are_a_list_without_tasks() {
    let bench = Bench::new().await;
    let plan = PlanFile {
        tasks: None,
        accounts: Some("Id,Login\nx,xaver\ny,yan\n".into()),
        account_columns: ColumnNames {
            given: [("device_udid".to_owned(), String::new())].into(),
            ..[("id", "account_id"), ("login", "handle")]
                .map(|(theirs, ours)| (theirs.to_owned(), ours.to_owned()))
                .into_iter()
                .collect()
        },
        ..file(Vec::new())
    };
    let plan = bench.plan(plan).await.unwrap();
    assert_eq!((plan.counts.rows, plan.counts.accounts_added), (0, 2));
    let report = bench.commit(&plan, LeaveOut::default()).await.unwrap();
    assert_eq!((report.accounts_added, report.tasks), (2, 0));
    let rows = bench.plan(file(rows(&["x,instagram,one,"]))).await.unwrap();
    assert_eq!(rows.counts.accepted, 1);
}

#[tokio::test]
async fn what_starts_at_once_is_told_by_accounts_phones_and_pauses() {
    let bench = Bench::with_accounts().await;
    let commands = bench.engine.commands();
    let check = async |rows_of: &[&str], expected: (u64, u64)| {
        let plan = bench.plan(file(rows(rows_of))).await.unwrap();
        assert_eq!((plan.starts_now, plan.waits), expected, "{rows_of:?}");
    };
    let three = [
        "b,instagram,t1,follow_user",
        "b,instagram,t2,",
        "c,instagram,t3,",
    ];
    commands.start().await.unwrap();
    check(&three, (0, 3)).await;
    // The first phone is taken by the task that `a` has; each further one can take an account.
    for phone in ["phone-0", "phone-1"] {
        plug_in(&commands, phone).await;
    }
    check(&three, (1, 2)).await;
    plug_in(&commands, "phone-2").await;
    check(&three, (2, 1)).await;
    check(&["a,instagram,t4,"], (0, 1)).await;
    commands.pause().await.unwrap();
    check(&three, (0, 3)).await;
}
