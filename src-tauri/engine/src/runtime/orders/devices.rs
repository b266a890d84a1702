//! Orders about phones.

use serde_json::{Value, json};
use signalbox_scheduler::{Input, Phone, PhoneNo, Scope};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::feed::Changed;
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::phones::{self, PhoneMark};

/// What an operator changes of what is said of a phone. `None`: it stays as it is.
#[derive(Debug, Clone, Default)]
pub struct DeviceChange {
    /// A name for people.
    pub label: Option<String>,
    /// Where it lies or hangs.
    pub slot: Option<String>,
    /// A group for people.
    pub group: Option<String>,
    /// A note for people.
    pub note: Option<String>,
}

/// What is said of a phone is changed.
#[derive(Debug, Clone)]
pub(crate) struct ChangeDevice {
    /// Its serial.
    pub(crate) udid: String,
    pub(crate) change: DeviceChange,
}

/// A phone that is not here any more leaves the list, until it is plugged in again.
#[derive(Debug, Clone)]
pub(crate) struct ForgetDevice(pub(crate) String);

/// A simulated phone was added, of this serial; its cable is put in once that is durable.
#[derive(Debug, Clone)]
pub(crate) struct AddPhone(pub(crate) String);

/// A phone of this serial shows which one it is, and is looked at afterwards as one that was in the
/// operator's hand. Refused while anybody works there.
#[derive(Debug, Clone)]
pub(crate) struct FindDevice(pub(crate) String);

/// The operator takes a phone in hand, or gives it back.
#[derive(Debug, Clone)]
pub(crate) enum Hand {
    Take(String),
    GiveBack(String),
}

impl Order for ChangeDevice {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let no = match turn.device_of(&self.udid) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let before = turn.memory.directory.mark(no).cloned().unwrap_or_default();
        let kept = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        let DeviceChange {
            label,
            slot,
            group,
            note,
        } = &self.change;
        let after = PhoneMark {
            label: kept(label, &before.label),
            slot: kept(slot, &before.slot),
            group: kept(group, &before.group),
            note: kept(note, &before.note),
            forgotten: before.forgotten,
        };
        if after == before {
            return Ok(Ok(Carried::unchanged(())));
        }
        turn.touched.insert(Changed::Phone(no));
        phones::mark(&turn.tables, no, &after)?;
        turn.memory.directory.set_mark(no, after.clone());
        let [before, after] = [before, after].map(|mark| said(&mark));
        let entry = Entry::new("device.change", turn.device_subject(no), before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for ForgetDevice {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let no = match turn.device_of(&self.0) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let phone = turn.memory.state.phone(no);
        if phone.is_some_and(|phone| phone.lease.is_some()) {
            let message = "An attempt on the phone is not proven quiet. Plug it in, so that it can \
                           prove itself quiet, and then forget it.";
            return Ok(Err(Refused::new("device_held", message)));
        }
        if phone.is_some_and(|phone| phone.present) {
            let message = "The phone is on the cable and would be back at once. Unplug it first.";
            return Ok(Err(Refused::new("device_connected", message)));
        }
        let before = turn.memory.directory.mark(no).cloned().unwrap_or_default();
        let subject = turn.device_subject(no);
        let forgotten = PhoneMark {
            forgotten: true,
            ..PhoneMark::default()
        };
        turn.touched.insert(Changed::Phone(no));
        phones::mark(&turn.tables, no, &forgotten)?;
        turn.memory.directory.set_mark(no, forgotten);
        let entry = Entry::new("device.forget", subject, said(&before), Value::Null);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for AddPhone {
    type Done = ();

    fn take(&self, _turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let subject = Subject::new("device", self.0.clone());
        let after = json!({ "simulated": true });
        let entry = Entry::new("device.add", subject, Value::Null, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for Hand {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let (Self::Take(udid) | Self::GiveBack(udid)) = self;
        let phone = match turn.device_of(udid) {
            Ok(no) => no,
            Err(refused) => return Ok(Err(refused)),
        };
        let (action, input, taken) = match self {
            Self::Take(_) => ("device.in_hand", Input::TakeInHand { phone }, true),
            Self::GiveBack(_) => ("device.give_back", Input::GiveBack { phone }, false),
        };
        if let Err(refused) = turn.order_core(&input)? {
            return Ok(Err(refused));
        }
        let [before, after] = [!taken, taken].map(|it| json!({ "in_hand": it }));
        let entry = Entry::new(action, turn.device_subject(phone), before, after);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for FindDevice {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let free = turn.device_of(&self.0).and_then(|phone| {
            turn.is_free(phone, true)?;
            Ok(phone)
        });
        let phone = match free {
            Ok(phone) => phone,
            Err(refused) => return Ok(Err(refused)),
        };
        let waits = |it: &Phone| it.visit.is_some() || it.breaker.is_some();
        if turn.memory.state.phone(phone).is_some_and(waits) {
            let message = "The phone failed lately, and is to show that it is well before anything \
                           else is done there. Try again in a minute.";
            return Ok(Err(Refused::new("device_not_ready", message)));
        }
        let effects = turn.feed(&Input::LookAt { phone })?;
        turn.keep(effects);
        turn.visits.finding.insert(phone);
        let entry = Entry::new(
            "device.find",
            turn.device_subject(phone),
            Value::Null,
            Value::Null,
        );
        Ok(Ok(Carried::new((), entry)))
    }
}

fn said(mark: &PhoneMark) -> Value {
    json!({
        "group": mark.group,
        "label": mark.label,
        "note": mark.note,
        "slot": mark.slot,
    })
}

impl Turn<'_> {
    /// The phone of this serial, unless it was forgotten.
    pub(super) fn device_of(&self, udid: &str) -> Result<PhoneNo, Refused> {
        let directory = &self.memory.directory;
        let known = directory.phone_by_serial(udid);
        let listed = known.filter(|no| directory.mark(*no).is_some_and(|mark| !mark.forgotten));
        let message = "There is no such phone.";
        listed.ok_or_else(|| Refused::new("unknown_phone", message))
    }

    /// A phone in the audit.
    fn device_subject(&self, no: PhoneNo) -> Subject {
        self.subject_of(Scope::Phone(no))
    }
}
