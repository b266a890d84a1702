//! Cases about phones.

use serde_json::{Value, json};
use signalbox_scheduler::{AttemptNo, Ending, Input};

use super::super::tests::{plug_in, unplug};
use super::{Case, case};
use crate::commands::{CommandError, DeviceChange};
use crate::runtime::{AddPhone, Runner};

const UDID: &str = "phone-1";

fn said(label: &str, slot: &str) -> Value {
    json!({"group": "", "label": label, "note": "", "slot": slot})
}

pub(super) fn cases() -> Vec<Case> {
    let phone = ["device", UDID, ""];
    let in_hand = |is: bool| json!({ "in_hand": is });
    vec![
        case(
            "device.in_hand",
            phone,
            in_hand(false),
            in_hand(true),
            |it| async move {
                plug_in(&it, UDID).await;
                let device = it.take_in_hand(UDID.to_owned()).await.unwrap();
                assert!(device.in_hand);
            },
        ),
        case(
            "device.give_back",
            phone,
            in_hand(true),
            in_hand(false),
            |it| async move {
                let device = it.give_back(UDID.to_owned()).await.unwrap();
                assert!(!device.in_hand);
            },
        ),
        case(
            "device.change",
            phone,
            said("", ""),
            said("Rack", "B4"),
            |it| async move {
                let change = DeviceChange {
                    label: Some("Rack".to_owned()),
                    slot: Some("B4".to_owned()),
                    ..DeviceChange::default()
                };
                let device = it.change_device(UDID.to_owned(), change).await.unwrap();
                assert_eq!(device.label.as_deref(), Some("Rack"));
            },
        ),
        case(
            "device.forget",
            phone,
            said("Rack", "B4"),
            Value::Null,
            |it| async move {
                let forget = || it.forget_device(UDID.to_owned());
                assert_eq!(forget().await.unwrap_err().code, "device_held");
                let (attempt, ending) = (AttemptNo(1), Ending::Completed);
                it.order(Input::Ended { attempt, ending }, None)
                    .await
                    .unwrap();
                assert_eq!(forget().await.unwrap_err().code, "device_connected");
                unplug(&it, UDID).await;
                forget().await.unwrap();
                assert_eq!(forget().await.unwrap_err().code, "unknown_phone");
                assert_eq!(it.devices().await.unwrap().total_devices, 0);
                plug_in(&it, UDID).await;
                let devices = it.devices().await.unwrap().devices;
                assert_eq!(devices.len(), 1);
                assert_eq!(devices[0].label, None, "it comes back as new");
            },
        ),
    ]
}

/// A simulated phone is added, where there are some.
pub(super) fn added() -> Vec<Case> {
    vec![case(
        "device.add",
        ["device", "phone-9", ""],
        Value::Null,
        json!({"simulated": true}),
        |it| async move {
            let nobody = it.add_simulated_device().await;
            assert_eq!(nobody.unwrap_err().code, "not_simulated");
            it.order(AddPhone("phone-9".to_owned()), None)
                .await
                .unwrap();
        },
    )]
}

/// A phone is let go, brought up, and its runner started anew.
pub(super) fn runners() -> Vec<Case> {
    let phone = ["device", UDID, ""];
    let reach =
        |ready: bool, stopped: bool| json!({"paused": false, "ready": ready, "stopped": stopped});
    let refused = |done: Result<(), CommandError>, code: &str| {
        assert_eq!(done.unwrap_err().code, code);
    };
    vec![
        case(
            "device.cleanup",
            phone,
            reach(true, false),
            reach(true, true),
            move |it| async move {
                plug_in(&it, UDID).await;
                // Nothing of it while a task runs there.
                let udid = || UDID.to_owned();
                refused(it.let_device_go(udid()).await, "device_busy");
                let done = it.initialize_device(udid()).await.map(drop);
                refused(done, "device_busy");
                let done = it.restart_runner(udid()).await.map(drop);
                refused(done, "device_busy");
                let (attempt, ending) = (AttemptNo(1), Ending::Completed);
                let ended = Input::Ended { attempt, ending };
                it.order(ended, None).await.unwrap();
                it.let_device_go(udid()).await.unwrap();
                let done = it.restart_runner(udid()).await.map(drop);
                refused(done, "stopped");
                refused(
                    it.let_device_go("phone-9".to_owned()).await,
                    "unknown_phone",
                );
            },
        ),
        case(
            "device.initialize",
            phone,
            reach(true, true),
            reach(true, false),
            |it| async move {
                let device = it.initialize_device(UDID.to_owned()).await.unwrap();
                assert_eq!((device.stopped, device.status.as_str()), (false, "ready"));
            },
        ),
        case(
            "device.restart_wda",
            phone,
            reach(true, false),
            reach(false, false),
            |it| async move {
                let order = Runner::Restart(UDID.to_owned());
                it.order(order, None).await.unwrap();
                let devices = it.devices().await.unwrap().devices;
                assert_eq!(devices[0].status, "error", "it takes no task");
            },
        ),
    ]
}

#[tokio::test]
async fn a_phone_in_hand_holds_the_account_and_says_so() {
    let bench = super::bench().await;
    let commands = bench.engine.commands();
    plug_in(&commands, UDID).await;
    let attempt = AttemptNo(1);
    commands.take_in_hand(UDID.to_owned()).await.unwrap();
    let ending = Ending::Yielded;
    commands
        .order(Input::Ended { attempt, ending }, None)
        .await
        .unwrap();
    let (states, _) = commands.execution_states().await.unwrap();
    assert_eq!(states["a"].state_reason.as_deref(), Some("in_doubt"));
    let files = super::lists::files("a", &["a,instagram,second,"]);
    commands.import(files).await.unwrap();
    let why = commands.read(|view| {
        let waits = view
            .state
            .accounts()
            .filter_map(|(no, _)| view.state.head(no));
        let why = waits.filter_map(|task| crate::commands::why::why(view, task.id()));
        why.map(|why| (why.code, why.sentence)).next()
    });
    let (code, sentence) = why.await.unwrap().unwrap();
    assert_eq!(code, "account_held");
    assert!(sentence.contains("is in your hand"), "{sentence}");
    let twice = commands.take_in_hand(UDID.to_owned()).await;
    assert_eq!(twice.unwrap_err().code, "in_hand");
    unplug(&commands, UDID).await;
    let held = commands.forget_device(UDID.to_owned()).await;
    assert_eq!(held.unwrap_err().code, "device_held");
    bench.engine.shutdown().await;
}
