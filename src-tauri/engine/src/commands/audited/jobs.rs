//! Cases about jobs: one row each, however many tasks they change.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Case, audit, case};
use crate::commands::{Commands, JobWork, Selection, TaskFilter};

/// A job over all tasks of account `a` and one that is not there, to its end.
async fn over(commands: &Commands, work: JobWork) {
    let mut ids = vec![Uuid::nil()];
    let filter = TaskFilter {
        account_id: Some("a".to_owned()),
        ..TaskFilter::default()
    };
    let (tasks, _) = commands.tasks(filter, 0, 10).await.unwrap();
    ids.extend(tasks.iter().map(|it| Uuid::try_parse(&it.task_id).unwrap()));
    let begun = commands.begin_job(work, Selection::Ids(ids), Some("a slip"));
    let id = Uuid::try_parse(&begun.await.unwrap().job_id).unwrap();
    assert_eq!(commands.job_ended(id).await.unwrap().state, "done");
}

fn told() -> Value {
    json!({
        "changed": 1,
        "refused": { "unknown_task": 1 },
        "selection": { "ids": 2 },
        "state": "done",
        "total": 2,
    })
}

pub(super) fn cases() -> Vec<Case> {
    let job = ["job", "*", ""];
    let because = |case: Case| Case {
        why: Some("a slip"),
        ..case
    };
    vec![
        because(case(
            "job.cancel_tasks",
            job,
            Value::Null,
            told(),
            |it| async move {
                over(&it, JobWork::Cancel).await;
            },
        )),
        because(case(
            "job.retry_tasks",
            job,
            Value::Null,
            told(),
            |it| async move {
                over(&it, JobWork::Retry).await;
            },
        )),
    ]
}

#[tokio::test]
async fn a_job_that_is_cancelled_or_refused_says_so_in_one_row_or_none() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    let before = audit(&commands).await.len();
    let why = commands.begin_job(JobWork::Cancel, Selection::Ids(vec![]), Some(" "));
    assert_eq!(why.await.unwrap_err().code, "reason_needed");
    let filter = TaskFilter {
        account_id: Some("nobody".to_owned()),
        ..TaskFilter::default()
    };
    let nobody = commands.begin_job(JobWork::Retry, Selection::Filter(filter), None);
    assert_eq!(nobody.await.unwrap_err().code, "unknown_account");
    assert_eq!(audit(&commands).await.len(), before);
    assert_eq!(commands.jobs(0, 10).await.unwrap().1, 0);
    bench.engine.shutdown().await;
}
