//! What the pool of phones tells, in the words of store and loop.

use signalbox_phone::lockdown::Facts;
use signalbox_phone::{PoolEvent, Udid};
use tokio::sync::mpsc;

use crate::runtime::{Message, PhoneNews};
use crate::store::phones::PhoneRow;

/// A phone's facts as its row in the tables.
pub(crate) fn phone_row(udid: &Udid, facts: &Facts) -> PhoneRow {
    PhoneRow {
        udid: udid.clone(),
        name: facts.name.clone().unwrap_or_default(),
        model: facts.product_type.clone().unwrap_or_default(),
        ios: facts.ios_version.clone().unwrap_or_default(),
    }
}

/// Hands the pool's events to the loop until either ends.
pub(crate) async fn forward(mut events: mpsc::Receiver<PoolEvent>, inbox: mpsc::Sender<Message>) {
    let mut known: Vec<Udid> = Vec::new();
    while let Some(event) = events.recv().await {
        let told = match event {
            PoolEvent::Attached { udid, .. } => {
                if !known.contains(&udid) {
                    known.push(udid.clone());
                }
                vec![(udid, PhoneNews::Seen)]
            }
            PoolEvent::Ready { udid, facts } => {
                let row = phone_row(&udid, &facts);
                vec![(udid, PhoneNews::Ready(row))]
            }
            PoolEvent::NotReady { udid, rung } => {
                let why = format!("{} {}", rung.cause, rung.fix);
                vec![(
                    udid,
                    PhoneNews::Unready {
                        code: rung.code,
                        why,
                    },
                )]
            }
            PoolEvent::Detached { udid } => {
                known.retain(|other| *other != udid);
                vec![(udid, PhoneNews::Gone)]
            }
            PoolEvent::MuxLost { error } => {
                tracing::warn!(%error, "usbmuxd cannot be reached");
                let why = error.to_string();
                let unready = |udid: &Udid| {
                    (
                        udid.clone(),
                        PhoneNews::Unready {
                            code: "E-MUX",
                            why: why.clone(),
                        },
                    )
                };
                known.iter().map(unready).collect()
            }
            // The pool keeps what phones tell; nobody here asks for it yet.
            PoolEvent::Told { .. } | PoolEvent::MuxBack => Vec::new(),
        };
        for (udid, news) in told {
            if inbox.send(Message::Phone { udid, news }).await.is_err() {
                return;
            }
        }
    }
}
