//! What `doctor` looks at: the data directory, and every phone's ladder.

use std::path::Path;

use serde::Serialize;
use signalbox_automation::Screens;
use signalbox_phone::mux::Muxer;
use signalbox_phone::rung::{self, Reach, State};
use signalbox_phone::{Address, Facts, Limits, Rung};

use crate::paths::DataDir;
use crate::store::check::{self, Stop};
use crate::store::{Store, StoreError};

/// One phone and its rungs, lowest first.
#[derive(Debug, Clone, Serialize)]
pub struct Ladder {
    /// Its serial.
    pub udid: String,
    /// What it says of itself.
    pub facts: Facts,
    /// Its rungs.
    pub rungs: Vec<Rung>,
}

impl Ladder {
    /// Whether no rung is known to fail.
    pub fn holds(&self) -> bool {
        self.rungs.iter().all(|rung| rung.state != State::Failed)
    }
}

/// What was found about usbmuxd and the phones behind it.
#[derive(Debug, Clone, Serialize)]
pub struct PhonesFound {
    /// Why usbmuxd could not be asked, one sentence.
    pub usbmux: Option<String>,
    /// The phones.
    pub phones: Vec<Ladder>,
}

/// Climbs the ladder of every phone. `disturb`: sessions are made and the app is opened, which
/// ends the session of anybody who works on the phone.
pub async fn phones(address: Address, disturb: bool) -> PhonesFound {
    let muxer = Muxer::new(address, Limits::default());
    let links = match muxer.list().await {
        Ok(links) => links,
        Err(error) => {
            return PhonesFound {
                usbmux: Some(error.to_string()),
                phones: Vec::new(),
            };
        }
    };
    let bundle_id = Screens::load(None).map(|screens| screens.bundle_id().to_owned());
    let bundle_id = bundle_id.unwrap_or_default();
    let reach = if disturb { Reach::App } else { Reach::Look };
    let mut phones = Vec::with_capacity(links.len());
    for link in links {
        let climbed = rung::ladder(&muxer, &link.udid, &bundle_id, reach).await;
        phones.push(Ladder {
            udid: link.udid.reveal().to_owned(),
            facts: climbed.facts,
            rungs: climbed.rungs,
        });
    }
    PhonesFound {
        usbmux: None,
        phones,
    }
}

/// Reads the whole data set as SQLite checks it; `None`: there is none yet.
pub fn data_set(path: &Path) -> Result<Option<Vec<String>>, StoreError> {
    let Ok(dir) = DataDir::locate(path) else {
        return Ok(None);
    };
    if !dir.database().exists() {
        return Ok(None);
    }
    let mut reader = Store::reader(&dir.database())?;
    check::quick(&mut reader, &Stop::default())
}
