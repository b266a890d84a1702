//! Cases about lists.

use serde_json::{Value, json};
use signalbox_scheduler::ListNo;

use super::{Case, case};
use crate::commands::ImportFiles;

/// The two files: these accounts, bound to no phone, and these rows.
pub(in crate::commands) fn files(account: &str, rows: &[&str]) -> ImportFiles {
    let accounts = format!("account_id,handle,device_udid\n{account},{account}.name,\n");
    let tasks = format!(
        "account_id,task_type,target_username,actions\n{}\n",
        rows.join("\n")
    );
    ImportFiles {
        accounts: Some(accounts.into_bytes()),
        tasks: tasks.into_bytes(),
        name: "today".to_owned(),
        rehearsal: false,
        flows: Default::default(),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "list.import",
            ["list", "*", "today"],
            Value::Null,
            json!({"accounts_added": 1, "accounts_named": 1, "rehearsal": false, "tasks": 2}),
            |commands| async move {
                let files = files("b", &["b,instagram,one,", "a,instagram,two,"]);
                commands.import(files).await.unwrap();
            },
        ),
        case(
            "list.cancel",
            ["list", "*", "today"],
            Value::Null,
            json!({"cancelled": 2}),
            |commands| async move {
                let done = commands.cancel_tasks_of_list(ListNo(1)).await.unwrap();
                assert_eq!(done.cancelled, 2);
                let again = commands.cancel_tasks_of_list(ListNo(1)).await.unwrap();
                assert_eq!(again.cancelled, 0, "and leaves no row");
            },
        ),
    ]
}
