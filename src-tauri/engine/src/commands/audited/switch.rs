//! Cases of pauses and their ends.

use serde_json::{Value, json};
use signalbox_scheduler::{AccountNo, PhoneNo, Scope};

use super::{Case, case};
use crate::commands::Commands;
use crate::commands::audited::lists::files;
use crate::runtime::Switch;

const SYSTEM: [&str; 3] = ["system", "", ""];
const ACCOUNT: [&str; 3] = ["account", "a", "a.name"];
const PHONE: [&str; 3] = ["device", "00008110-000A0B0C0D0E0F01", ""];

fn system(paused: bool) -> Value {
    json!({"held_by_restore": false, "paused": paused, "stopped": false})
}

fn phone(paused: bool) -> Value {
    json!({"paused": paused, "stopped": false})
}

fn switch(
    action: &'static str,
    subject: [&'static str; 3],
    change: [Value; 2],
    to: Switch,
) -> Case {
    let [before, after] = change;
    case(action, subject, before, after, move |commands| async move {
        commands.order(to, None).await.unwrap();
    })
}

/// A phone is known by the account that names it.
async fn name_a_phone(commands: Commands) {
    let mut files = files("b", &["b,instagram,one,"]);
    files.accounts =
        Some(b"account_id,handle,device_udid\nb,b.name,00008110-000A0B0C0D0E0F01\n".to_vec());
    commands.import(files).await.unwrap();
}

pub(super) fn cases() -> Vec<Case> {
    let account = Scope::Account(AccountNo(0));
    let device = Scope::Phone(PhoneNo(0));
    let of_account = |paused: bool| json!({ "paused": paused });
    let imported =
        json!({"accounts_added": 1, "accounts_named": 1, "rehearsal": false, "tasks": 1});
    vec![
        case(
            "system.pause",
            SYSTEM,
            system(false),
            system(true),
            |it| async move {
                it.pause().await.unwrap();
            },
        ),
        case(
            "system.resume",
            SYSTEM,
            system(true),
            system(false),
            |it| async move {
                it.start().await.unwrap();
            },
        ),
        switch(
            "account.pause",
            ACCOUNT,
            [false, true].map(of_account),
            Switch::Pause(account),
        ),
        switch(
            "account.resume",
            ACCOUNT,
            [true, false].map(of_account),
            Switch::Resume(account),
        ),
        case(
            "list.import",
            ["list", "*", "today"],
            Value::Null,
            imported,
            name_a_phone,
        ),
        switch(
            "device.pause",
            PHONE,
            [false, true].map(phone),
            Switch::Pause(device),
        ),
        switch(
            "device.resume",
            PHONE,
            [true, false].map(phone),
            Switch::Resume(device),
        ),
    ]
}
