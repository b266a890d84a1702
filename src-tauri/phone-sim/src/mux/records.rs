//! Pair records as usbmuxd keeps them for this computer.

use std::sync::Arc;

use plist::{Dictionary, Value};

use super::codec::{dict, write_plist};
use super::result;
use crate::fleet::Fleet;

/// What the system calls the things that can be wrong.
const NO_ENTRY: u64 = 2;
const IO_FAILED: u64 = 5;
const NO_SENSE: u64 = 22;

/// Answers ReadBUID, ReadPairRecord, SavePairRecord and DeletePairRecord. Keys may have to be made
/// first, which takes a while.
pub async fn answer(request: &Dictionary, fleet: &Arc<Fleet>) -> Value {
    let fleet = Arc::clone(fleet);
    let request = request.clone();
    let done = tokio::task::spawn_blocking(move || obey(&request, &fleet).unwrap_or_else(result));
    done.await.unwrap_or_else(|_| result(IO_FAILED))
}

fn obey(request: &Dictionary, fleet: &Fleet) -> Result<Value, u64> {
    let failed = |error: crate::pairing::PairingError| {
        tracing::error!(%error, "usbmuxd cannot use its pair records");
        IO_FAILED
    };
    let text = |key: &str| request.get(key).and_then(Value::as_string);
    let kind = text("MessageType").unwrap_or_default();
    if kind == "ReadBUID" {
        let buid = fleet.pairings.buid().map_err(failed)?;
        return Ok(dict([("BUID", Value::from(buid))]));
    }
    let id = text("PairRecordID").filter(|id| !id.is_empty());
    let at = place(id.ok_or(NO_SENSE)?, fleet).ok_or(NO_ENTRY)?;
    let phone = &fleet.phones[at];
    match kind {
        "ReadPairRecord" => {
            let record = fleet.pairings.of(phone).map_err(failed)?.record;
            let data = write_plist(&Value::Dictionary(record.ok_or(NO_ENTRY)?));
            Ok(dict([("PairRecordData", Value::Data(data))]))
        }
        "SavePairRecord" => {
            let data = request.get("PairRecordData").and_then(Value::as_data);
            let record = Value::from_reader(std::io::Cursor::new(data.ok_or(NO_SENSE)?));
            let record = record.ok().and_then(Value::into_dictionary);
            let record = record.ok_or(NO_SENSE)?;
            let save = |pairing: &mut crate::pairing::Pairing| pairing.record = Some(record);
            fleet.pairings.change(phone, save).map_err(failed)?;
            fleet.tell_paired(at);
            Ok(result(0))
        }
        _ => {
            let record = fleet.pairings.of(phone).map_err(failed)?.record;
            record.ok_or(NO_ENTRY)?;
            let delete = |pairing: &mut crate::pairing::Pairing| pairing.record = None;
            fleet.pairings.change(phone, delete).map_err(failed)?;
            Ok(result(0))
        }
    }
}

/// The phone with this UDID, written with or without its dash.
fn place(id: &str, fleet: &Fleet) -> Option<usize> {
    let plain = |udid: &str| udid.replace('-', "");
    let id = plain(id);
    fleet.there().iter().position(|it| plain(&it.udid) == id)
}
