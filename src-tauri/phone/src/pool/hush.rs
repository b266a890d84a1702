//! Which phones nobody talks to: the operator stopped them.

use std::collections::BTreeSet;

use tokio::sync::watch;

use crate::udid::Udid;

#[derive(Debug, Default)]
struct Hushed {
    all: bool,
    phones: BTreeSet<Udid>,
}

impl Hushed {
    fn covers(&self, udid: &Udid) -> bool {
        self.all || self.phones.contains(udid)
    }
}

/// Shared by the pool's handle and those who look after its phones.
#[derive(Debug)]
pub(super) struct Hush(watch::Sender<Hushed>);

impl Hush {
    pub(super) fn new(all: bool) -> Self {
        let phones = BTreeSet::new();
        Self(watch::Sender::new(Hushed { all, phones }))
    }

    /// Hushes one phone or all of them, or takes that back. The two are kept apart.
    pub(super) fn set(&self, phone: Option<&Udid>, hushed: bool) {
        self.0.send_modify(|it| match phone {
            None => it.all = hushed,
            Some(udid) if hushed => {
                it.phones.insert(udid.clone());
            }
            Some(udid) => {
                it.phones.remove(udid);
            }
        });
    }

    pub(super) fn covers(&self, udid: &Udid) -> bool {
        self.0.borrow().covers(udid)
    }

    /// Waits until the phone is hushed, or is not any more.
    pub(super) async fn becomes(&self, udid: &Udid, hushed: bool) {
        let mut changes = self.0.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = changes.wait_for(|it| it.covers(udid) == hushed).await;
    }
}
