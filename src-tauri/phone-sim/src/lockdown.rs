//! lockdownd in clear text: facts about a phone. Sessions need a pairing, which is not there yet.

use std::time::Duration;

use plist::{Dictionary, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::mux::codec::{read_plist, write_plist};
use crate::mux::{Stream, WRITE_LIMIT};
use crate::people::hash;
use crate::phone::Phone;

/// The longest request.
const MAX_REQUEST: u32 = 64 * 1024;
/// A client that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(300);

/// Serves one client until it goes or sends what is no request.
pub async fn serve(mut stream: impl Stream, phone: &Phone) {
    loop {
        let request = tokio::time::timeout(SILENCE, read_request(&mut stream)).await;
        let Ok(Some(request)) = request else { return };
        let xml = write_plist(&Value::Dictionary(answer(&request, phone)));
        let mut bytes = u32::try_from(xml.len()).unwrap_or(0).to_be_bytes().to_vec();
        bytes.extend(xml);
        let sent = tokio::time::timeout(WRITE_LIMIT, stream.write_all(&bytes)).await;
        if !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

async fn read_request(stream: &mut impl Stream) -> Option<Dictionary> {
    let length = stream.read_u32().await.ok()?;
    if length > MAX_REQUEST {
        return None;
    }
    let mut body = vec![0_u8; length as usize];
    stream.read_exact(&mut body).await.ok()?;
    read_plist(&body)
}

fn answer(request: &Dictionary, phone: &Phone) -> Dictionary {
    let mut reply = Dictionary::new();
    let mut say = |key: &str, value: Value| {
        reply.insert(key.to_owned(), value);
    };
    let name = request
        .get("Request")
        .and_then(Value::as_string)
        .unwrap_or_default();
    if !name.is_empty() {
        say("Request", Value::from(name));
    }
    match name {
        "QueryType" => {
            say("Type", Value::from("com.apple.mobile.lockdown"));
            say("Result", Value::from("Success"));
        }
        "GetValue" => {
            let key = request.get("Key").and_then(Value::as_string);
            let domain = request.get("Domain").and_then(Value::as_string);
            if let Some(domain) = domain {
                say("Domain", Value::from(domain));
            }
            if let Some(key) = key {
                say("Key", Value::from(key));
            }
            match value(phone, domain, key) {
                Some(value) => {
                    say("Value", value);
                    say("Result", Value::from("Success"));
                }
                None => say("Error", Value::from("MissingValue")),
            }
        }
        "StartSession" => say("Error", Value::from("InvalidHostID")),
        "StopSession" => say("Result", Value::from("Success")),
        "StartService" => say("Error", Value::from("SessionInactive")),
        "Pair" | "ValidatePair" => say("Error", Value::from("UserDeniedPairing")),
        "SetValue" | "RemoveValue" => say("Error", Value::from("SessionInactive")),
        _ => say("Error", Value::from("InvalidRequest")),
    }
    reply
}

fn value(phone: &Phone, domain: Option<&str>, key: Option<&str>) -> Option<Value> {
    let facts = match domain {
        None | Some("") => general(phone),
        Some("com.apple.mobile.battery") => battery(phone),
        Some("com.apple.disk_usage") => disk(),
        Some(_) => Dictionary::new(),
    };
    match key {
        Some(key) => facts.get(key).cloned(),
        None => Some(Value::Dictionary(facts)),
    }
}

fn dictionary<const N: usize>(pairs: [(&str, Value); N]) -> Dictionary {
    pairs
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// A made-up address that stays with the phone.
fn address(phone: &Phone) -> String {
    let b = hash(&phone.udid).to_le_bytes();
    format!("3c:2e:f9:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2])
}

/// The build that goes with an iOS version here.
fn build(ios: &str) -> &'static str {
    match ios.split('.').next() {
        Some("15") => "19H384",
        Some("16") => "20H350",
        Some("17") => "21F90",
        Some("26") => "23B85",
        _ => "22D82",
    }
}

fn general(phone: &Phone) -> Dictionary {
    let serial = format!("SIM{:09}", phone.number);
    dictionary([
        ("ActivationState", Value::from("Activated")),
        ("BuildVersion", Value::from(build(&phone.ios))),
        ("CPUArchitecture", Value::from("arm64e")),
        ("DeviceClass", Value::from("iPhone")),
        ("DeviceName", Value::from(phone.name.as_str())),
        (
            "DevicePublicKey",
            Value::Data(b"no pairing with a simulated phone yet".to_vec()),
        ),
        ("HardwareModel", Value::from("D17AP")),
        ("PasswordProtected", Value::from(false)),
        ("ProductName", Value::from("iPhone OS")),
        ("ProductType", Value::from("iPhone14,5")),
        ("ProductVersion", Value::from(phone.ios.as_str())),
        ("SerialNumber", Value::from(serial.as_str())),
        ("TimeZone", Value::from("UTC")),
        (
            "UniqueChipID",
            Value::from(0x0051_0000_u64 + u64::from(phone.number)),
        ),
        ("UniqueDeviceID", Value::from(phone.udid.as_str())),
        ("WiFiAddress", Value::from(address(phone).as_str())),
    ])
}

fn battery(phone: &Phone) -> Dictionary {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a level from 0 to 1 was checked"
    )]
    let percent = (phone.state().battery * 100.0).round() as u64;
    dictionary([
        ("BatteryCurrentCapacity", Value::from(percent)),
        ("BatteryIsCharging", Value::from(percent < 100)),
        ("ExternalChargeCapable", Value::from(true)),
        ("ExternalConnected", Value::from(true)),
        ("FullyCharged", Value::from(percent >= 100)),
        ("GasGaugeCapability", Value::from(true)),
        ("HasBattery", Value::from(true)),
    ])
}

fn disk() -> Dictionary {
    dictionary([
        ("TotalDataAvailable", Value::from(61_203_283_968_u64)),
        ("TotalDiskCapacity", Value::from(127_989_493_760_u64)),
    ])
}
