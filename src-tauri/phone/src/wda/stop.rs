//! The stop switch of one phone.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

/// Ends all that its holder does on a phone, at once and for good.
///
/// After [`StopSwitch::halt`] returns, no byte of a new call is written, idle streams are closed,
/// and every call in flight ends with [`crate::Code::Halted`] as soon as its task is polled. A
/// switch cannot be reset: the next attempt gets a new one. Clones are the same switch.
#[derive(Clone)]
pub struct StopSwitch(Arc<Inner>);

struct Inner {
    halted: watch::Sender<bool>,
    closers: Mutex<Vec<Box<dyn FnOnce() + Send>>>,
}

impl StopSwitch {
    /// A switch that has not been thrown.
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            halted: watch::Sender::new(false),
            closers: Mutex::new(Vec::new()),
        }))
    }

    /// Throws the switch. Does not wait, and may be called from anywhere, any number of times.
    pub fn halt(&self) {
        self.0.halted.send_replace(true);
        let closers = std::mem::take(&mut *self.closers());
        for close in closers {
            close();
        }
    }

    /// Whether it was thrown.
    pub fn is_halted(&self) -> bool {
        *self.0.halted.borrow()
    }

    /// Waits until it is thrown.
    pub async fn halted(&self) {
        let mut halted = self.0.halted.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = halted.wait_for(|halted| *halted).await;
    }

    /// Runs `close` when the switch is thrown, or now if it was.
    pub(crate) fn on_halt(&self, close: impl FnOnce() + Send + 'static) {
        let mut closers = self.closers();
        if self.is_halted() {
            drop(closers);
            close();
        } else {
            closers.push(Box::new(close));
        }
    }

    fn closers(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn FnOnce() + Send>>> {
        self.0
            .closers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for StopSwitch {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for StopSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("StopSwitch")
            .field(&self.is_halted())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn thrown_once_it_stays_so_and_closes_late_comers() {
        let switch = StopSwitch::new();
        let closed = Arc::new(AtomicUsize::new(0));
        let close = |closed: &Arc<AtomicUsize>| {
            let closed = Arc::clone(closed);
            move || {
                closed.fetch_add(1, Ordering::Relaxed);
            }
        };
        switch.on_halt(close(&closed));
        assert_eq!(
            (switch.is_halted(), closed.load(Ordering::Relaxed)),
            (false, 0)
        );
        let other = switch.clone();
        other.halt();
        other.halt();
        switch.halted().await;
        assert_eq!(
            (switch.is_halted(), closed.load(Ordering::Relaxed)),
            (true, 1)
        );
        switch.on_halt(close(&closed));
        assert_eq!(closed.load(Ordering::Relaxed), 2);
    }
}
