//! How a user or the system says that a command is to end.

use tokio::signal::unix::{SignalKind, signal};

/// Waits for Ctrl-C, or for the system's wish that we end.
pub async fn end_asked() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
