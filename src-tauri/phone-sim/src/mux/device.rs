//! How usbmuxd describes a phone.

use plist::Value;

use super::codec::dict;
use crate::fleet::{Fleet, Listed, Way};
use crate::people::hash;
use crate::phone::Phone;

/// What every message of a Mac's about a phone by Wi-Fi names as its interface.
const INTERFACE: u64 = 15;

/// The message that says a phone is there.
#[must_use]
pub fn attached(listed: Listed, fleet: &Fleet) -> Value {
    let phone = &fleet.phones[listed.at];
    let device_id = Value::from(listed.device_id);
    let serial = Value::from(phone.udid.as_str());
    let properties = match listed.way {
        Way::Usb => dict([
            ("ConnectionSpeed", Value::from(480_000_000_u64)),
            ("ConnectionType", Value::from("USB")),
            ("DeviceID", device_id.clone()),
            ("LocationID", Value::from(hash(&phone.udid) & 0x00ff_ffff)),
            ("ProductID", Value::from(4_776_u64)),
            ("SerialNumber", serial),
        ]),
        Way::Network => dict([
            ("ConnectionType", Value::from("Network")),
            ("DeviceID", device_id.clone()),
            ("EscapedFullServiceName", Value::from(service_name(phone))),
            ("InterfaceIndex", Value::from(INTERFACE)),
            ("NetworkAddress", Value::Data(socket_address(phone))),
            ("SerialNumber", serial),
        ]),
    };
    dict([
        ("MessageType", Value::from("Attached")),
        ("DeviceID", device_id),
        ("Properties", properties),
    ])
}

/// A message about a phone that says nothing but its DeviceID.
#[must_use]
pub fn about(what: &str, device_id: u32) -> Value {
    dict([
        ("MessageType", Value::from(what)),
        ("DeviceID", Value::from(device_id)),
    ])
}

/// What the phone calls itself in the local network.
fn service_name(phone: &Phone) -> String {
    let address = phone.wifi_address();
    let inner: String = local_address(phone)
        .chunks(2)
        .map(|pair| format!("{:x}", u16::from_be_bytes([pair[0], pair[1]])))
        .collect::<Vec<_>>()
        .join(":");
    // The link-local prefix is followed by zeros, which are written as nothing.
    let inner = inner.replacen("fe80:0:0:0:", "fe80::", 1);
    format!("{address}\\@{inner}-supportsRP-24._apple-mobdev2._tcp.local.")
}

fn local_address(phone: &Phone) -> [u8; 16] {
    let mut address = [0_u8; 16];
    address[..2].copy_from_slice(&[0xfe, 0x80]);
    address[8..].copy_from_slice(&hash(&phone.udid).to_be_bytes());
    address
}

/// A `sockaddr` as it lies in a Mac's memory: its length, its family, a port, an address. Phones
/// with an odd number have an IPv4 address, the others an IPv6 one.
fn socket_address(phone: &Phone) -> Vec<u8> {
    if phone.number % 2 == 1 {
        let [high, low] = phone.number.to_be_bytes();
        let mut bytes = vec![0x10, 2, 0, 0, 192, 168, 64u8.wrapping_add(high), low];
        bytes.resize(0x10, 0);
        return bytes;
    }
    let mut bytes = vec![0x1c, 30, 0, 0, 0, 0, 0, 0];
    bytes.extend(local_address(phone));
    bytes.extend(u32::try_from(INTERFACE).unwrap_or(0).to_le_bytes());
    bytes
}
