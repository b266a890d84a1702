//! Listeners: from the request on, they hear which phones come, go and are paired.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use plist::{Dictionary, Value};
use tokio::io::AsyncReadExt;
use tokio::sync::broadcast::error::RecvError;

use super::codec::{dict, packet};
use super::device::{about, attached};
use super::{Stream, result, send};
use crate::fleet::{Fleet, HotPlug};

/// The longest name a listener is listed with, in characters.
const MAX_NAME: usize = 100;

/// Who listens now.
#[derive(Default)]
pub struct Listeners(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    last: u64,
    now: BTreeMap<u64, Value>,
}

/// Listed until it is dropped.
struct Place<'a> {
    listeners: &'a Listeners,
    number: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.listeners.inner().now.remove(&self.number);
    }
}

impl Listeners {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As the answer to ListListeners has them.
    #[must_use]
    pub fn list(&self) -> Value {
        Value::Array(self.inner().now.values().cloned().collect())
    }

    fn enter(&self, request: &Dictionary) -> Place<'_> {
        let text = |key: &str| {
            let text = request.get(key).and_then(Value::as_string);
            let text = text.unwrap_or_default().chars().take(MAX_NAME);
            text.collect::<String>()
        };
        let number = |key: &str| request.get(key).and_then(Value::as_unsigned_integer);
        let mut inner = self.inner();
        inner.last += 1;
        let place = inner.last;
        let program = text("ProgName");
        let listed = dict([
            ("Blacklisted", Value::from(false)),
            ("BundleID", Value::from(text("BundleID"))),
            ("ConnType", Value::from(number("ConnType").unwrap_or(0))),
            ("ID String", Value::from(format!("{place}-{program}"))),
            ("ProgName", Value::from(program)),
            (
                "kLibUSBMuxVersion",
                Value::from(number("kLibUSBMuxVersion").unwrap_or(0)),
            ),
        ]);
        inner.now.insert(place, listed);
        Place {
            listeners: self,
            number: place,
        }
    }
}

/// Events only, from here on; a further request ends it.
pub async fn listen(mut stream: impl Stream, tag: u32, request: &Dictionary, fleet: &Fleet) {
    let _place = fleet.listeners.enter(request);
    let (present, mut events) = fleet.listen();
    let mut bytes = packet(tag, &result(0));
    for listed in present {
        bytes.extend(packet(0, &attached(listed, fleet)));
    }
    if send(&mut stream, &bytes).await.is_err() {
        return;
    }
    let mut byte = [0_u8; 1];
    loop {
        tokio::select! {
            event = events.recv() => {
                let event = match event {
                    Ok(HotPlug::Attached(listed)) => attached(listed, fleet),
                    Ok(HotPlug::Detached(device_id)) => about("Detached", device_id),
                    Ok(HotPlug::Paired(device_id)) => about("Paired", device_id),
                    Err(RecvError::Lagged(_) | RecvError::Closed) => return,
                };
                if send(&mut stream, &packet(0, &event)).await.is_err() {
                    return;
                }
            }
            read = stream.read(&mut byte) => {
                if matches!(read, Ok(count) if count > 0) {
                    // The rest of the request is not waited for.
                    let _ = send(&mut stream, &packet(0, &result(1))).await;
                }
                return;
            }
        }
    }
}
