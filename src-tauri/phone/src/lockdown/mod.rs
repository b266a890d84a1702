//! Facts of a phone: what lockdownd tells anybody, and, in `session`, what it tells a computer that
//! it trusts.

mod line;
mod session;

use std::collections::BTreeMap;

use idevice::lockdown::LockdownClient;
use idevice::{Idevice, IdeviceError};
use plist::Value;
use serde::Serialize;

pub(crate) use session::condition;

use crate::condition::{Condition, Told};
use crate::error::{Code, PhoneError, Sent};
use crate::mux::{Link, Muxer};
use crate::task::{Lost, guarded};

/// lockdownd's port on every phone.
const PORT: u16 = 62078;
const LABEL: &str = "signalbox";
/// Longest fact we keep, in characters; the rest is cut.
const FACT_CHARS_MAX: usize = 200;

const KEYS: [&str; 6] = [
    "DeviceName",
    "ProductType",
    "ProductVersion",
    "BuildVersion",
    "HardwareModel",
    "DeviceClass",
];

/// What a phone says of itself; a fact it does not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The name its owner gave it.
    pub name: Option<String>,
    /// For example `iPhone12,8`.
    pub product_type: Option<String>,
    /// Version of iOS, for example `17.5.1`.
    pub ios_version: Option<String>,
    /// Build of iOS, for example `21F90`.
    pub ios_build: Option<String>,
    /// For example `D79AP`.
    pub hardware_model: Option<String>,
    /// For example `iPhone`.
    pub device_class: Option<String>,
    /// Whether it trusts this computer.
    pub trusted: Option<bool>,
    /// What it tells only a computer that it trusts.
    pub condition: Condition,
}

impl Facts {
    /// Takes up what was read, or why nothing was. How hot the phone is stays known while it is
    /// too busy to tell.
    pub(crate) fn learn(&mut self, told: &Result<Told, PhoneError>) {
        match told {
            Ok(told) => {
                let before = self.condition.thermal;
                self.trusted = told.trusted;
                self.condition = told.condition.clone();
                self.condition.thermal = told.condition.thermal.or(before);
            }
            Err(error) if error.code == Code::NotTrusted => {
                self.trusted = Some(false);
                self.condition = Condition::default();
            }
            // What was known stays the best that is known.
            Err(_) => {}
        }
    }
}

/// Reads the facts over a link that anybody is told; the rest is not known.
///
/// # Errors
/// [`Code::Lockdown`] or [`Code::Malformed`] if lockdownd says something else,
/// [`Code::Timeout`] after `Limits::lockdown`, and as [`Muxer::open`]. Always [`Sent::NotSent`].
pub async fn facts(muxer: &Muxer, link: &Link) -> Result<Facts, PhoneError> {
    let limit = muxer.limits().lockdown;
    let opening = muxer.open_lockdown(link.mux_id, PORT);
    let Ok(stream) = tokio::time::timeout(limit, opening).await else {
        return Err(lost(Lost::Timeout, limit.as_millis()));
    };
    let stream = stream?;
    let asked = guarded(limit, async move {
        let mut lockdown = LockdownClient::new(Idevice::new(stream, LABEL));
        let mut found = BTreeMap::new();
        for key in KEYS {
            if let Some(value) = value(&mut lockdown, key).await? {
                found.insert(key, value);
            }
        }
        Ok(found)
    });
    let mut found = match asked.await {
        Ok(answer) => answer?,
        Err(why) => return Err(lost(why, limit.as_millis())),
    };
    let mut take = |key| found.remove(key);
    Ok(Facts {
        name: take("DeviceName"),
        product_type: take("ProductType"),
        ios_version: take("ProductVersion"),
        ios_build: take("BuildVersion"),
        hardware_model: take("HardwareModel"),
        device_class: take("DeviceClass"),
        ..Facts::default()
    })
}

/// One fact; a key the phone does not have, or does not tell, is no fault.
async fn value(lockdown: &mut LockdownClient, key: &str) -> Result<Option<String>, PhoneError> {
    match lockdown.get_value(Some(key), None).await {
        Ok(Value::String(text)) => Ok(Some(text.chars().take(FACT_CHARS_MAX).collect())),
        Ok(_) => Err(malformed("a fact is of the wrong type")),
        Err(IdeviceError::UnknownErrorType(kind)) if kind == "MissingValue" => Ok(None),
        Err(IdeviceError::GetProhibited) => Ok(None),
        Err(IdeviceError::Socket(error)) => Err(io_error(error)),
        Err(IdeviceError::UnknownErrorType(kind)) => Err(PhoneError::new(
            Code::Lockdown,
            Sent::NotSent,
            format!(
                "the phone does not tell its facts ({}); unlock it and plug it in again",
                kind.chars().take(60).collect::<String>()
            ),
        )),
        Err(_) => Err(malformed("it holds something else than was asked for")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn io_error(error: std::io::Error) -> PhoneError {
    match error.kind() {
        std::io::ErrorKind::InvalidData => malformed(&error.to_string()),
        std::io::ErrorKind::TimedOut => lost(Lost::Timeout, 0),
        _ => PhoneError::new(
            Code::ConnectionLost,
            Sent::NotSent,
            "the phone closed the stream before it told its facts; plug it in again",
        ),
    }
}

fn lost(lost: Lost, limit_ms: u128) -> PhoneError {
    match (lost, limit_ms) {
        (Lost::Timeout, 0) => PhoneError::new(
            Code::Timeout,
            Sent::NotSent,
            "the phone stopped in the middle of telling its facts; plug it in again",
        ),
        (Lost::Timeout, _) => PhoneError::new(
            Code::Timeout,
            Sent::NotSent,
            format!("the phone did not tell its facts within {limit_ms} ms; plug it in again"),
        ),
        (Lost::Panicked, _) => malformed("it could not be read"),
    }
}

fn malformed(why: &str) -> PhoneError {
    PhoneError::new(
        Code::Malformed,
        Sent::NotSent,
        format!("the phone's answer (lockdown) cannot be read: {why}"),
    )
}
