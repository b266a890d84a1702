//! A stop that cannot be saved: the phones are silent all the same, at once, and the stop is saved
//! as soon as that is possible. It is the one order that does not wait for its record, because
//! saying nothing to a phone is always safe.

use signalbox_scheduler::Scope;
use tokio::sync::oneshot;

use super::orders::Switch;
use super::{HELD_MAX, Message, Refused, Runtime};
use crate::store::StoreError;

impl Runtime {
    /// Hushes what these messages order to be stopped.
    pub(super) fn hush_at_once(&mut self, messages: &[Message]) {
        for message in messages {
            match message.silences() {
                None => {}
                Some((Scope::Phone(phone), _)) => {
                    if let Some(row) = self.memory.directory.phone(phone) {
                        self.parts.hands.hush(Some(&row.udid));
                    }
                }
                Some(_) => self.parts.hands.hush(None),
            }
        }
    }

    /// Tells that a message could not be saved. A stop is kept, and tried again with the rest.
    pub(super) fn refuse_unsaved(&mut self, message: Message, error: &StoreError) {
        let Some((scope, by)) = message.silences() else {
            return message.refuse(Refused::from(error));
        };
        if self.held.len() < HELD_MAX {
            // Who ordered it is told now; nobody waits for what is kept.
            let (reply, _nobody) = oneshot::channel();
            let kept = Message::order(Switch::Stop(scope), by, reply);
            self.held.push_back(kept);
        }
        let said = format!(
            "Nothing is sent to the phones any more, but the stop could not be saved, and a restart \
             would not know of it: {error} It is saved by itself once that is over."
        );
        message.refuse(Refused::new("stop_not_saved", said));
    }
}
