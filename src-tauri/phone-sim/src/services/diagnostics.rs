//! diagnostics_relay: what the battery knows of itself.

use plist::{Dictionary, Value};

use crate::lockdown::frame::dictionary;
use crate::phone::Phone;

/// What the battery was made for, in mAh.
const DESIGN_CAPACITY: u64 = 3_227;
/// What it holds now when full, in mAh.
const FULL_CAPACITY: u64 = 3_001;
/// How often it was charged.
const CYCLES: u64 = 212;

/// The answer to one request, and whether the talk ends with it.
pub fn answer(request: &Dictionary, phone: &Phone) -> (Vec<Dictionary>, bool) {
    let text = |key: &str| request.get(key).and_then(Value::as_string);
    let told = match text("Request") {
        Some("Goodbye") => return (vec![success()], true),
        Some("IORegistry") => match text("EntryName").or_else(|| text("EntryClass")) {
            Some("AppleSmartBattery" | "IOPMPowerSource") => {
                Some(("IORegistry", smart_battery(phone)))
            }
            _ => None,
        },
        Some("GasGauge") => Some(("GasGauge", gas_gauge())),
        Some("All") => {
            let all = dictionary([
                ("GasGauge", Value::Dictionary(gas_gauge())),
                ("IORegistry", Value::Dictionary(smart_battery(phone))),
            ]);
            return (vec![with(success(), all)], false);
        }
        _ => {
            let unknown = dictionary([("Status", Value::from("UnknownRequest"))]);
            return (vec![unknown], false);
        }
    };
    let answer = match told {
        Some((kind, facts)) => with(success(), dictionary([(kind, Value::Dictionary(facts))])),
        None => dictionary([("Status", Value::from("Failure"))]),
    };
    (vec![answer], false)
}

fn success() -> Dictionary {
    dictionary([("Status", Value::from("Success"))])
}

fn with(mut answer: Dictionary, diagnostics: Dictionary) -> Dictionary {
    answer.insert("Diagnostics".to_owned(), Value::Dictionary(diagnostics));
    answer
}

fn gas_gauge() -> Dictionary {
    dictionary([
        ("CycleCount", Value::from(CYCLES)),
        ("DesignCapacity", Value::from(DESIGN_CAPACITY)),
        ("FullChargeCapacity", Value::from(FULL_CAPACITY)),
        ("Status", Value::from("Success")),
    ])
}

/// Hundredths of a degree Celsius, by thermal state.
fn temperature(thermal: u8) -> u64 {
    match thermal {
        0 => 2_980,
        1 => 3_540,
        2 => 3_990,
        _ => 4_520,
    }
}

fn smart_battery(phone: &Phone) -> Dictionary {
    let percent = phone.battery_percent();
    let (attached, thermal) = {
        let state = phone.state();
        (state.attached, state.thermal)
    };
    let charging = phone.is_charging();
    let current = if charging { 940_i64 } else { -310 };
    dictionary([
        (
            "AppleRawCurrentCapacity",
            Value::from(FULL_CAPACITY * percent / 100),
        ),
        ("AppleRawMaxCapacity", Value::from(FULL_CAPACITY)),
        ("AtCriticalLevel", Value::from(percent < 2)),
        ("BatteryInstalled", Value::from(true)),
        ("CurrentCapacity", Value::from(percent)),
        ("CycleCount", Value::from(CYCLES)),
        ("DesignCapacity", Value::from(DESIGN_CAPACITY)),
        ("ExternalChargeCapable", Value::from(true)),
        ("ExternalConnected", Value::from(attached)),
        ("FullyCharged", Value::from(percent >= 100)),
        ("InstantAmperage", Value::from(current)),
        ("IsCharging", Value::from(charging)),
        ("MaxCapacity", Value::from(100_u64)),
        ("Temperature", Value::from(temperature(thermal))),
        ("Voltage", Value::from(3_400 + 8 * percent)),
    ])
}
