//! The one place of this room where tasks begin, so that their end is always seen.

use std::future::Future;
use std::time::Duration;

use tokio::task::{JoinHandle, JoinSet};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

/// Why a guarded call gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The time limit passed.
    Timeout,
    /// The code that read the bytes panicked.
    Panicked,
}

/// Runs code that is not ours against a peer that may be hostile: in a task of its own, since it
/// may panic on bad bytes, under a time limit, since it has none, and without a log, since its log
/// lines carry serials and private keys. Dropping the future ends the task.
pub(crate) async fn guarded<T, F>(limit: Duration, call: F) -> Result<T, Lost>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut task = JoinSet::new();
    task.spawn(call.with_subscriber(NoSubscriber::default()));
    match tokio::time::timeout(limit, task.join_next()).await {
        Err(_) => Err(Lost::Timeout),
        Ok(Some(Ok(value))) => Ok(value),
        Ok(Some(Err(_)) | None) => Err(Lost::Panicked),
    }
}

/// A task that ends when this handle is dropped.
#[derive(Debug)]
pub(crate) struct Task(JoinHandle<()>);

impl Task {
    /// Starts it on the current runtime.
    #[expect(
        clippy::disallowed_methods,
        reason = "the pool's tasks live exactly as long as the pool, by this type's Drop"
    )]
    pub(crate) fn start(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_panic_and_a_hang_are_errors() {
        let limit = Duration::from_secs(1);
        let panics = guarded(limit, async move {
            if limit.as_secs() == 1 {
                panic!("bad bytes");
            }
        });
        assert_eq!(panics.await, Err(Lost::Panicked));
        let hangs = guarded(limit, std::future::pending::<()>());
        assert_eq!(hangs.await, Err(Lost::Timeout));
        assert_eq!(guarded(limit, async { 7 }).await, Ok(7));
    }
}
