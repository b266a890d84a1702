//! Whether the file under the loop is sound: looked at beside a start that follows an end which
//! was not in order, on a thread and a read-only connection of its own, so that nothing waits for
//! it. What it finds stops new starts; attempts under way end as they would.

use std::thread::JoinHandle;

use super::message::Refused;
use super::{Message, Runtime};
use crate::store::check::{self, Stop};
use crate::store::{self, Store, backups, series};

/// What is known of the file.
#[derive(Default)]
pub(super) struct Soundness {
    /// Nothing speaks against it: the last end was in order, or the check found nothing.
    sound: bool,
    /// What is wrong and what to do, one sentence.
    damage: Option<String>,
    stop: Stop,
    check: Option<JoinHandle<()>>,
}

impl Soundness {
    /// What the last engine left behind.
    pub(super) fn of(store: &Store) -> store::Result<Self> {
        let sound = check::ended_in_order(store.connection())?;
        Ok(Self {
            sound,
            ..Self::default()
        })
    }

    /// What is wrong, if it is.
    pub(super) fn damage(&self) -> Option<&str> {
        self.damage.as_deref()
    }

    /// Why the message is not taken: what is accepted into a damaged file would be lost with it.
    pub(super) fn turns_away(&self, message: &Message) -> Option<Refused> {
        let new = matches!(message, Message::Order(order) if order.brings_new());
        let damage = self.damage.as_ref().filter(|_| new)?;
        Some(Refused::new("data_damaged", damage))
    }
}

impl Runtime {
    /// Begins the check, if one is due.
    pub(super) fn check_when_due(&mut self) {
        if self.soundness.sound {
            return;
        }
        let path = self.parts.store.path().to_owned();
        let (stop, way_in) = (self.soundness.stop.clone(), self.parts.way_in.clone());
        let check = move || {
            let found = Store::reader(&path).and_then(|mut it| check::quick(&mut it, &stop));
            match found {
                Ok(Some(found)) => {
                    if let Some(inbox) = way_in.upgrade() {
                        let _ = inbox.blocking_send(Message::Checked(found));
                    }
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "the data set could not be checked"),
            }
        };
        let thread = std::thread::Builder::new().name("signalbox-check".to_owned());
        match thread.spawn(check) {
            Ok(thread) => self.soundness.check = Some(thread),
            Err(error) => tracing::warn!(%error, "the data set could not be checked"),
        }
    }

    /// Takes what a check found.
    pub(super) fn checked(&mut self, found: &[String]) {
        if found.is_empty() {
            self.soundness.sound = self.soundness.damage.is_none();
            return;
        }
        let advice = backups::advice(&self.parts.backups);
        let damage = format!("The data set is damaged, so nothing starts. {advice}");
        tracing::error!(code = "data_damaged", found = found.join("; "), "{damage}");
        self.broken = true;
        self.soundness.sound = false;
        self.soundness.damage = Some(damage);
        self.parts.feed.stirred(self.memory.seq);
    }

    /// Says in the data set that this life of the engine ended in order, which a file that is not
    /// known to be sound does not: the next start checks it.
    pub(super) fn end_in_order(&mut self) {
        self.soundness.stop.ask();
        self.parts.inbox.close();
        if let Some(check) = self.soundness.check.take() {
            let _ = check.join();
        }
        if !self.soundness.sound || self.broken || self.disk_full {
            return;
        }
        let sample = self.last_sample();
        let said = self.parts.store.begin().and_then(|transaction| {
            series::put(&transaction, &sample.counted(&transaction)?)?;
            check::end_life(&transaction)?;
            Ok(transaction.commit()?)
        });
        if let Err(error) = said {
            tracing::warn!(%error, "the end could not be recorded; the next start checks the file");
        }
    }
}
