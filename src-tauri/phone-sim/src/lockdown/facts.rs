//! What lockdownd tells of a phone, by domain.

use plist::{Dictionary, Value};

use super::frame::dictionary;
use crate::clock::wall_seconds;
use crate::phone::{DISK_FREE_MAX, Phone};

/// The domain of the battery.
const BATTERY: &str = "com.apple.mobile.battery";
/// What a stranger is told, of the domain without a name; the rest needs a session.
const PUBLIC: [&str; 22] = [
    "BoardId",
    "BuildVersion",
    "CPUArchitecture",
    "ChipID",
    "DeviceClass",
    "DeviceColor",
    "DeviceName",
    "DevicePublicKey",
    "HardwareModel",
    "HasSiDP",
    "PartitionType",
    "PasswordProtected",
    "ProductName",
    "ProductType",
    "ProductVersion",
    "ProductionSOC",
    "ProtocolVersion",
    "SupportedDeviceFamilies",
    "TelephonyCapability",
    "UniqueChipID",
    "UniqueDeviceID",
    "WiFiAddress",
];

/// Whether only a computer that the phone trusts is told.
#[must_use]
pub fn needs_session(domain: &str, key: &str) -> bool {
    !domain.is_empty() || !PUBLIC.contains(&key)
}

/// All facts of a domain but DevicePublicKey; an unknown domain has none.
#[must_use]
pub fn of(phone: &Phone, domain: &str) -> Dictionary {
    let mut facts = match domain {
        "" => general(phone),
        BATTERY => battery(phone),
        "com.apple.disk_usage" => disk(phone),
        "com.apple.international" => dictionary([
            ("Keyboard", Value::from(phone.language.locale())),
            ("Language", Value::from(phone.language.code())),
            ("Locale", Value::from(phone.language.locale())),
        ]),
        "com.apple.mobile.wireless_lockdown" => dictionary([
            ("EnableWifiConnections", Value::from(phone.wifi)),
            ("SupportsWifi", Value::from(true)),
            ("SupportsWifiSyncing", Value::from(true)),
        ]),
        "com.apple.security.mac.amfi" => dictionary([(
            "DeveloperModeStatus",
            Value::from(phone.state().developer_mode),
        )]),
        _ => Dictionary::new(),
    };
    phone.settings().lay_over(domain, &mut facts);
    facts
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
    let text = |value: &str| Value::from(value);
    let serial = format!("SIM{:09}", phone.number);
    let chip = 0x0051_0000_u64 + u64::from(phone.number);
    let mut facts = dictionary([
        ("ActivationState", text("Activated")),
        ("BasebandVersion", text("4.20.03")),
        ("BluetoothAddress", text(&phone.hardware_address(1))),
        ("BoardId", Value::from(12_u64)),
        ("BrickState", Value::from(false)),
        ("BuildVersion", text(build(&phone.ios))),
        ("CPUArchitecture", text("arm64e")),
        ("ChipID", Value::from(0x8110_u64)),
        ("DeviceClass", text("iPhone")),
        ("DeviceColor", text("1")),
        ("DeviceName", text(&phone.name)),
        ("EthernetAddress", text(&phone.hardware_address(2))),
        ("FirmwareVersion", text("iBoot-11881.82.4")),
        ("HardwareModel", text("D17AP")),
        ("HardwarePlatform", text("t8110")),
        ("HasSiDP", Value::from(true)),
        ("HostAttached", Value::from(phone.is_attached())),
        ("ModelNumber", text("MLPF3")),
        ("PartitionType", text("GUID_partition_scheme")),
        ("PasswordProtected", Value::from(phone.passcode_locked())),
        ("ProductName", text("iPhone OS")),
        ("ProductType", text("iPhone14,5")),
        ("ProductVersion", text(&phone.ios)),
        ("ProductionSOC", Value::from(true)),
        ("ProtocolVersion", text("2")),
        ("RegionInfo", text("LL/A")),
        ("SerialNumber", text(&serial)),
        ("TelephonyCapability", Value::from(true)),
        ("TimeIntervalSince1970", Value::Real(wall_seconds())),
        ("TimeZone", text("UTC")),
        ("TimeZoneOffsetFromUTC", Value::Real(0.0)),
        ("UniqueChipID", Value::from(chip)),
        ("UniqueDeviceID", text(&phone.udid)),
        ("Uses24HourClock", Value::from(true)),
        ("WiFiAddress", text(&phone.wifi_address())),
    ]);
    let families = vec![Value::from(1_u64)];
    facts.insert("SupportedDeviceFamilies".to_owned(), Value::Array(families));
    facts
}

fn battery(phone: &Phone) -> Dictionary {
    let percent = phone.battery_percent();
    dictionary([
        ("BatteryCurrentCapacity", Value::from(percent)),
        ("BatteryIsCharging", Value::from(phone.is_charging())),
        ("ExternalChargeCapable", Value::from(true)),
        ("ExternalConnected", Value::from(phone.is_attached())),
        ("FullyCharged", Value::from(percent >= 100)),
        ("GasGaugeCapability", Value::from(true)),
        ("HasBattery", Value::from(true)),
    ])
}

fn disk(phone: &Phone) -> Dictionary {
    let free = phone.state().disk_free;
    dictionary([
        ("AmountDataAvailable", Value::from(free)),
        ("AmountDataReserved", Value::from(209_715_200_u64)),
        ("TotalDataAvailable", Value::from(free)),
        ("TotalDataCapacity", Value::from(DISK_FREE_MAX)),
        ("TotalDiskCapacity", Value::from(127_989_493_760_u64)),
        ("TotalSystemAvailable", Value::from(0_u64)),
        ("TotalSystemCapacity", Value::from(10_740_129_792_u64)),
    ])
}
