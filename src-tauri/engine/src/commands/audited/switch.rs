//! Cases of pauses and their ends.

use serde_json::{Value, json};
use signalbox_scheduler::{AccountNo, Kind, ListNo, PhoneNo, Scope};

use super::{Case, case};
use crate::commands::audited::lists::files;
use crate::commands::{Commands, Part};
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

const KIND: [&str; 3] = ["kind", "engagement", ""];
const LIST: [&str; 3] = ["list", "*", "today"];

fn stopped(stopped: bool) -> Value {
    json!({"paused": false, "stopped": stopped})
}

fn all(stopped: bool) -> Value {
    json!({"held_by_restore": false, "paused": false, "stopped": stopped})
}

/// As [`switch`], by the command that looks the part up.
fn part(
    action: &'static str,
    subject: [&'static str; 3],
    change: [bool; 2],
    of: Part,
    pause: bool,
) -> Case {
    let [before, after] = change.map(|paused| json!({ "paused": paused }));
    case(action, subject, before, after, move |commands| {
        let of = of.clone();
        async move {
            match pause {
                true => commands.pause_part(of).await.unwrap(),
                false => commands.resume_part(of).await.unwrap(),
            }
        }
    })
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

/// Stops, and pauses of a kind and of a list, on an engine that knows a phone.
pub(super) fn parts() -> Vec<Case> {
    let device = Scope::Phone(PhoneNo(0));
    let of_list = |paused: bool| json!({ "paused": paused });
    let imported =
        json!({"accounts_added": 1, "accounts_named": 1, "rehearsal": false, "tasks": 1});
    vec![
        case(
            "list.import",
            ["list", "*", "today"],
            Value::Null,
            imported,
            name_a_phone,
        ),
        switch(
            "device.stop",
            PHONE,
            [stopped(false), stopped(true)],
            Switch::Stop(device),
        ),
        switch(
            "device.unstop",
            PHONE,
            [stopped(true), stopped(false)],
            Switch::Unstop(device),
        ),
        part(
            "kind.pause",
            KIND,
            [false, true],
            Part::Kind(Kind::Engagement),
            true,
        ),
        part(
            "kind.resume",
            KIND,
            [true, false],
            Part::Kind(Kind::Engagement),
            false,
        ),
        switch(
            "list.pause",
            LIST,
            [false, true].map(of_list),
            Switch::Pause(Scope::List(ListNo(0))),
        ),
        switch(
            "list.resume",
            LIST,
            [true, false].map(of_list),
            Switch::Resume(Scope::List(ListNo(0))),
        ),
        case(
            "system.stop",
            SYSTEM,
            all(false),
            all(true),
            |it| async move {
                it.stop_part(Part::All).await.unwrap();
            },
        ),
        case(
            "system.unstop",
            SYSTEM,
            all(true),
            all(false),
            |it| async move {
                it.unstop_part(Part::All).await.unwrap();
            },
        ),
    ]
}
