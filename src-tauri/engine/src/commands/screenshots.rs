//! Pictures of the screens on which attempts failed.

use uuid::Uuid;

use super::{CommandError, Commands};
use crate::screenshots::Screenshots;

impl Commands {
    /// The picture of this id, as PNG.
    pub async fn screenshot(&self, id: Uuid) -> Result<Vec<u8>, CommandError> {
        let kept = Screenshots::of(self.data_dir.screenshots());
        let read = tokio::task::spawn_blocking(move || kept.read(id));
        let read = read.await.map_err(|_| CommandError::gone())?;
        let read = read.map_err(|error| {
            let detail = format!("The picture could not be read: {error}.");
            CommandError::new("store", detail)
        })?;
        read.ok_or_else(|| {
            let detail = "There is no picture of this id; the oldest are not kept.";
            CommandError::new("unknown_screenshot", detail)
        })
    }
}
