//! What most tests do first: find a phone and open it.

use std::time::Duration;

use signalbox_phone::mux::{Link, Muxer};
use signalbox_phone::{PhoneError, StopSwitch, WdaPhone};

/// Far above any limit in use, far below what a machine under load needs.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// The result of work that must end by its own time limits.
pub async fn in_time<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, work)
        .await
        .expect("it must end by its own time limit")
}

/// The phone with this serial.
pub async fn link(muxer: &Muxer, serial: &str) -> Link {
    let links = muxer.list().await.unwrap();
    links
        .into_iter()
        .find(|l| l.udid.reveal() == serial)
        .unwrap()
}

/// A session on that phone.
pub async fn open(muxer: &Muxer, serial: &str) -> Result<WdaPhone, PhoneError> {
    WdaPhone::open(muxer, link(muxer, serial).await, StopSwitch::new()).await
}
