//! Which phones are there, by which links, and who works on them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;

use crate::limits::PHONES_MAX;
use crate::lockdown::Facts;
use crate::mux::Link;
use crate::udid::Udid;
use crate::wda::{StopSwitch, Wda};

/// Most links of one phone: cable, Wi-Fi, and as many again that are about to go.
const LINKS_MAX: usize = 4;

/// One phone.
#[derive(Debug)]
pub(super) struct Seat {
    /// Every link that usbmuxd reports, best first; never empty.
    links: Vec<Link>,
    /// What is known of the phone by this link.
    pub(super) facts: Facts,
    /// Whether it can work.
    pub(super) ready: bool,
    /// Why it is not ready, as last told; empty if nothing was told.
    pub(super) told: Option<&'static str>,
    /// Ends the wait of its supervisor.
    pub(super) wake: Arc<Notify>,
    /// Its condition is to be read at the next look, whatever is known of it.
    pub(super) read: bool,
    /// Who worked on it last.
    pub(super) holder: Holder,
}

/// The client that an attempt, or a quiet check, has on a phone.
#[derive(Debug, Default, Clone)]
pub(super) struct Holder {
    pub(super) stop: Option<StopSwitch>,
    pub(super) wda: Weak<Wda>,
}

impl Seat {
    fn new(mut links: Vec<Link>) -> Self {
        links.sort_by_key(|link| (link.connection, link.mux_id));
        links.truncate(LINKS_MAX);
        Self {
            links,
            facts: Facts::default(),
            ready: false,
            told: None,
            wake: Arc::new(Notify::new()),
            read: false,
            holder: Holder::default(),
        }
    }

    /// The link for new streams: by cable where there is one.
    pub(super) fn link(&self) -> Option<&Link> {
        self.links.first()
    }

    /// The link whose end is the phone's: that of the work on it, or else the best.
    fn link_in_use(&self) -> Option<u32> {
        match self.holder.wda.upgrade() {
            Some(wda) => Some(wda.link().mux_id),
            None => self.link().map(|link| link.mux_id),
        }
    }
}

/// What a change of links means for the phone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// Nothing that matters.
    No,
    /// A phone came, or a better link to it.
    Came(Link),
    /// The link in use is gone and there is no other.
    Went(Udid),
    /// The link in use is gone, and this one takes its place.
    Replaced(Link),
}

/// All phones; shared by the pool's handle and its task.
#[derive(Debug, Default)]
pub(super) struct Seats(Mutex<BTreeMap<Udid, Seat>>);

impl Seats {
    pub(super) fn lock(&self) -> MutexGuard<'_, BTreeMap<Udid, Seat>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A link came up. Work that has begun stays on its link, even if a better one comes.
    pub(super) fn attach(&self, link: Link) -> Moved {
        let mut seats = self.lock();
        let count = seats.len();
        match seats.get_mut(&link.udid) {
            None if count >= PHONES_MAX => {
                tracing::warn!("more than {PHONES_MAX} phones are attached; one is left alone");
                Moved::No
            }
            None => {
                seats.insert(link.udid.clone(), Seat::new(vec![link.clone()]));
                Moved::Came(link)
            }
            Some(seat) => {
                let known = seat.links.iter().any(|l| l.mux_id == link.mux_id);
                if known || seat.links.len() >= LINKS_MAX {
                    return Moved::No;
                }
                let before = seat.link().map(|l| l.connection);
                seat.links.push(link.clone());
                seat.links.sort_by_key(|l| (l.connection, l.mux_id));
                match before {
                    Some(before) if before <= link.connection => Moved::No,
                    _ => {
                        seat.ready = false;
                        seat.told = None;
                        Moved::Came(link)
                    }
                }
            }
        }
    }

    /// A link went away.
    pub(super) fn detach(&self, mux_id: u32) -> Moved {
        let mut seats = self.lock();
        let found = seats
            .iter_mut()
            .find(|(_, seat)| seat.links.iter().any(|l| l.mux_id == mux_id));
        let Some((udid, seat)) = found else {
            return Moved::No;
        };
        let in_use = seat.link_in_use() == Some(mux_id);
        seat.links.retain(|l| l.mux_id != mux_id);
        let udid = udid.clone();
        match seat.link().cloned() {
            None => {
                seats.remove(&udid);
                Moved::Went(udid)
            }
            Some(next) if in_use => {
                let fresh = Seat::new(std::mem::take(&mut seat.links));
                *seat = fresh;
                Moved::Replaced(next)
            }
            Some(_) => Moved::No,
        }
    }

    /// What usbmuxd lists after we lost sight of it: everything else is gone, and nothing is
    /// known to be ready. Gives what came and went, and the phones that stayed.
    pub(super) fn reconcile(&self, listed: &[Link]) -> (Vec<Moved>, Vec<Udid>) {
        let mut moved = Vec::new();
        let mut staying = Vec::new();
        self.lock().retain(|udid, seat| {
            let links = listed.iter().filter(|link| link.udid == *udid);
            let links: Vec<_> = links.cloned().collect();
            if links.is_empty() {
                moved.push(Moved::Went(udid.clone()));
                return false;
            }
            let holder = std::mem::take(&mut seat.holder);
            *seat = Seat::new(links);
            seat.holder = holder;
            staying.push(udid.clone());
            true
        });
        let came = listed.iter().map(|link| self.attach(link.clone()));
        moved.extend(came.filter(|moved| *moved != Moved::No));
        (moved, staying)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mux::Connection::{Network, Usb};

    fn link(name: &str, mux_id: u32, connection: crate::mux::Connection) -> Link {
        Link {
            udid: Udid::new(name),
            mux_id,
            connection,
        }
    }

    fn best(seats: &Seats, name: &str) -> Option<u32> {
        let seats = seats.lock();
        Some(seats.get(&Udid::new(name))?.link()?.mux_id)
    }

    #[test]
    fn the_cable_is_preferred_and_the_last_link_counts() {
        let seats = Seats::default();
        let (wifi, usb) = (link("a", 1, Network), link("a", 2, Usb));
        assert_eq!(seats.attach(wifi.clone()), Moved::Came(wifi.clone()));
        assert_eq!(seats.attach(usb.clone()), Moved::Came(usb.clone()));
        assert_eq!(seats.attach(usb.clone()), Moved::No);
        assert_eq!(best(&seats, "a"), Some(2));
        assert_eq!(seats.detach(2), Moved::Replaced(wifi));
        assert_eq!(seats.detach(9), Moved::No);
        assert_eq!(seats.detach(1), Moved::Went(Udid::new("a")));
        assert_eq!(best(&seats, "a"), None);
    }

    #[test]
    fn a_second_link_that_goes_is_nobodys_loss() {
        let seats = Seats::default();
        seats.attach(link("a", 2, Usb));
        assert_eq!(seats.attach(link("a", 1, Network)), Moved::No);
        assert_eq!(seats.detach(1), Moved::No);
        assert_eq!(best(&seats, "a"), Some(2));
    }

    #[test]
    fn after_a_gap_what_is_not_listed_is_gone() {
        let seats = Seats::default();
        seats.attach(link("a", 1, Usb));
        seats.attach(link("b", 2, Usb));
        let c = link("c", 7, Usb);
        let moved = seats.reconcile(&[link("b", 5, Usb), c.clone()]);
        let expected = vec![Moved::Went(Udid::new("a")), Moved::Came(c)];
        assert_eq!(moved, (expected, vec![Udid::new("b")]));
        assert_eq!((best(&seats, "b"), best(&seats, "c")), (Some(5), Some(7)));
    }

    #[test]
    fn their_number_is_bounded() {
        let seats = Seats::default();
        for id in 0..1000 {
            seats.attach(link(&format!("p{id}"), id, Usb));
            seats.attach(link("p0", 10_000 + id, Network));
        }
        assert_eq!(seats.lock().len(), PHONES_MAX);
        assert_eq!(seats.lock()[&Udid::new("p0")].links.len(), LINKS_MAX);
    }
}
