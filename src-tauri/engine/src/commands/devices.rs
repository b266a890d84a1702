//! The phones: which there are, what they are doing, and in which condition they are.

use signalbox_scheduler::PhoneNo;

use super::why::{out_of_order, unlooked, unread};
use super::{CommandError, Commands};
use crate::dto::{DeviceView, Devices};
use crate::facts::Book;
use crate::runtime::View;
use crate::store::World;

/// Code of a phone that failed too often.
const BREAKER: &str = "E-DEV-BREAKER";

/// Code of a phone that could not be looked at since it was given back.
const LOOK: &str = "E-DEV-LOOK";

/// Code of a phone whose app speaks a language that is not covered.
const LANGUAGE: &str = "E-DEV-LANGUAGE";

impl Commands {
    /// Every phone that was ever seen, attached or not, in the order in which they came.
    pub async fn devices(&self) -> Result<Devices, CommandError> {
        let devicer = self.devicer();
        let devices = self.read(move |view| {
            let phones = view.state.phones();
            let devices = phones.filter_map(|(no, _)| devicer.device(view, no));
            devices.collect::<Vec<DeviceView>>()
        });
        let devices = devices.await?;
        let count = |status: &str| devices.iter().filter(|it| it.status == status).count() as u64;
        Ok(Devices {
            total_devices: devices.len() as u64,
            ready_devices: count("ready"),
            busy_devices: count("busy"),
            error_devices: count("error"),
            devices,
        })
    }

    /// For looks at phones from within a read.
    pub(super) fn devicer(&self) -> Devicer {
        Devicer {
            facts: self.facts.clone(),
            bundle_id: self.bundle_id.clone(),
        }
    }
}

/// What phones say of themselves, to be joined with what the loop knows of them.
pub(super) struct Devicer {
    facts: Book,
    bundle_id: String,
}

impl Devicer {
    /// One phone, as it is told.
    pub(super) fn device(&self, view: &View<'_>, no: PhoneNo) -> Option<DeviceView> {
        let mut device = device(view, no)?;
        if view.state.phone(no)?.present {
            let udid = &view.directory.phone(no)?.udid;
            device.facts = self.facts.of(udid, &self.bundle_id);
        }
        Some(device)
    }
}

fn device(view: &View<'_>, no: PhoneNo) -> Option<DeviceView> {
    let (phone, row) = (view.state.phone(no)?, view.directory.phone(no)?);
    let mark = view.directory.mark(no).filter(|mark| !mark.forgotten)?;
    let broken = out_of_order(view, no).map(|why| {
        let title = view.directory.phone_title(no);
        (BREAKER, format!("{title} {why}"))
    });
    let trouble = broken.or_else(|| view.troubles.get(&no).cloned());
    let failed = view.unlooked.contains_key(&no).then(|| unlooked(view, no));
    let trouble = trouble.or_else(|| Some((LOOK, failed.flatten()?)));
    let unread = phone.look_only.then(|| {
        let title = view.directory.phone_title(no);
        (LANGUAGE, format!("{title} {}", unread(view, no)))
    });
    let looked_at = phone.visit.is_some_and(|it| it.check.is_some());
    let at_work = phone.lease.is_some() || looked_at;
    let status = match (phone.present, at_work, phone.ready, &trouble) {
        (false, ..) => "disconnected",
        (_, true, ..) => "busy",
        (.., Some(_)) => "error",
        (_, _, true, None) => "ready",
        (.., None) => "connected",
    };
    // It is ready for what only looks.
    let told = trouble.or(unread);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(DeviceView {
        udid: row.udid.reveal().to_owned(),
        name: text(&row.name),
        model: text(&row.model),
        ios_version: text(&row.ios),
        status: status.to_owned(),
        connection_port: None,
        session_id: None,
        wda: (phone.present && phone.ready).then(|| "answers".to_owned()),
        error_code: told.as_ref().map(|(code, _)| (*code).to_owned()),
        error_message: told.map(|(_, why)| why),
        simulated: view.world == World::Simulated,
        label: text(&mark.label),
        slot: text(&mark.slot),
        group: text(&mark.group),
        note: text(&mark.note),
        paused: phone.paused,
        stopped: phone.stopped,
        in_hand: phone.in_hand,
        facts: crate::dto::DeviceFacts::default(),
    })
}
