//! Orders about WebDriverAgent on a phone: brought up, let go, started anew.

use serde_json::{Value, json};
use signalbox_scheduler::{Input, PhoneNo, Scope};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::feed::Changed;
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::Entry;

/// Code of a phone whose WebDriverAgent does not answer.
const RUNNER: &str = "E-DEV-WDA";

/// What becomes of WebDriverAgent on a phone, by its serial. Refused while anybody works there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Runner {
    /// The phone is brought up: neither paused nor stopped any more.
    Initialize(String),
    /// The phone is let go: nothing is said to it until it is brought up again.
    LetGo(String),
    /// The runner is ended, to be started anew; until it answers the phone takes no task.
    Restart(String),
}

impl Order for Runner {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let (Self::Initialize(udid) | Self::LetGo(udid) | Self::Restart(udid)) = self;
        let phone = match turn.device_of(udid) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Err(refused) = turn.is_free(phone, *self == Self::Restart(udid.clone())) {
            return Ok(Err(refused));
        }
        let before = turn.reach(phone);
        let action = match self {
            Self::Initialize(_) => "device.initialize",
            Self::LetGo(_) => "device.cleanup",
            Self::Restart(_) => "device.restart_wda",
        };
        let scope = Scope::Phone(phone);
        let inputs = match self {
            Self::Initialize(_) => vec![Input::Unstop(scope), Input::Resume(scope)],
            Self::LetGo(_) => vec![Input::Stop(scope)],
            Self::Restart(_) => {
                let why = "WebDriverAgent is started anew on the phone.".to_owned();
                turn.troubles.insert(phone, (RUNNER, why));
                turn.touched.insert(Changed::Phone(phone));
                vec![Input::PhoneUnready { phone }]
            }
        };
        for input in inputs {
            if let Err(refused) = turn.order_core(&input)? {
                return Ok(Err(refused));
            }
        }
        let entry = Entry::new(action, turn.subject_of(scope), before, turn.reach(phone));
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Turn<'_> {
    /// Whether nobody works on the phone or has it in hand. `talks`: something is said to it.
    pub(super) fn is_free(&self, phone: PhoneNo, talks: bool) -> Result<(), Refused> {
        let Some(it) = self.memory.state.phone(phone) else {
            return Err(Refused::new("unknown_phone", "There is no such phone."));
        };
        let asked = it.visit.is_some_and(|it| it.check.is_some())
            || it.breaker.is_some_and(|it| it.check.is_some());
        if it.lease.is_some() || asked {
            let message = "A task runs on the phone, or the phone is proving itself quiet. Wait for \
                           its end, or stop the phone first.";
            return Err(Refused::new("device_busy", message));
        }
        if it.in_hand {
            let message = "The phone is in your hand. Give it back first.";
            return Err(Refused::new("in_hand", message));
        }
        if self.memory.state.is_stopped() || (talks && it.stopped) {
            let message = "The phone was stopped by you, so nothing is said to it. Resume first.";
            return Err(Refused::new("stopped", message));
        }
        if talks && !it.present {
            let message = "The phone is not connected. Plug it in.";
            return Err(Refused::new("device_not_connected", message));
        }
        Ok(())
    }

    /// Whether the phone is given tasks, as far as these orders change that.
    fn reach(&self, phone: PhoneNo) -> Value {
        let it = self.memory.state.phone(phone);
        it.map_or(
            Value::Null,
            |it| json!({ "paused": it.paused, "ready": it.ready, "stopped": it.stopped }),
        )
    }
}
