//! The scenario file: what goes wrong, when, and who is special.
//!
//! ```toml
//! app_version = "B"          # of all phones; [[phone]] differs
//! latency = "20ms"
//! [[phone]]
//! phone = 2
//! app_version = "A"
//! [[profile]]
//! name = "bob"
//! private = true
//! [[fault]]
//! kind = "action_block"
//! account = "anna"
//! effect = "follow"
//! nth = 3
//! ```

mod kind;
mod trust;

use std::path::Path;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::accounts::clean_handle;
use crate::app::language::Language;
use crate::config::AppVersion;
use crate::error::SimError;
use crate::phone::DISK_FREE_MAX;
use crate::witness::Effect;
pub use kind::FaultKind;
pub use trust::Trust;

const MAX_BYTES: u64 = 4 * 1024 * 1024;
const MAX_ENTRIES: usize = 10_000;

/// A scenario that was read and checked.
#[derive(Clone, Default)]
pub struct Scenario {
    /// The app's version on phones that say nothing else.
    pub app_version: Option<AppVersion>,
    /// How long a command takes, unless the command line says otherwise.
    pub latency: Option<Duration>,
    /// What goes wrong.
    pub faults: Vec<FaultSpec>,
    /// People who are not like everybody.
    pub profiles: Vec<ProfileSpec>,
    /// Phones that are not like the others.
    pub phones: Vec<PhoneSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    app_version: Option<AppVersion>,
    #[serde(default, deserialize_with = "optional_duration")]
    latency: Option<Duration>,
    #[serde(default)]
    fault: Vec<Spanned<FaultSpec>>,
    #[serde(default)]
    profile: Vec<Spanned<ProfileSpec>>,
    #[serde(default)]
    phone: Vec<Spanned<PhoneSpec>>,
}

/// On which phones a fault happens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhoneChoice {
    /// Everywhere (the default).
    #[default]
    All,
    /// On one phone, counted from 1.
    One(u16),
}

impl PhoneChoice {
    /// Whether phone `number` is meant.
    #[must_use]
    pub fn covers(self, number: u16) -> bool {
        matches!(self, PhoneChoice::All) || self == PhoneChoice::One(number)
    }
}

impl<'de> Deserialize<'de> for PhoneChoice {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a phone number from 1, or \"all\"")]
        enum Either {
            Number(u16),
            Word(String),
        }
        match Either::deserialize(input)? {
            Either::Number(number) if number > 0 => Ok(PhoneChoice::One(number)),
            Either::Word(word) if word == "all" => Ok(PhoneChoice::All),
            _ => Err(D::Error::custom("phone is a number from 1, or \"all\"")),
        }
    }
}

/// Whether the fault comes instead of the act or right behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Instead of the act.
    Before,
    /// After the act happened.
    After,
}

/// One `[[fault]]`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultSpec {
    /// What goes wrong.
    pub kind: FaultKind,
    /// Where.
    #[serde(default)]
    pub phone: PhoneChoice,
    /// Only while this account is active; also makes `nth` count over all phones together.
    pub account: Option<String>,
    /// Since the simulator started.
    #[serde(default, deserialize_with = "optional_duration")]
    pub at: Option<Duration>,
    /// Again and again after `at`, `times` times.
    #[serde(default, deserialize_with = "optional_duration")]
    pub every: Option<Duration>,
    /// The how-manieth act (or, without `effect`, main-queue command), from 1. Each try counts.
    pub nth: Option<u64>,
    /// Which acts are meant; without it, any of follow, like and comment for `action_block` with
    /// `at`, and any command otherwise.
    pub effect: Option<Effect>,
    /// How long; the kind says what that means.
    #[serde(default, rename = "for", deserialize_with = "optional_duration")]
    pub lasts: Option<Duration>,
    /// How often (default once).
    pub times: Option<u64>,
    /// `before`: instead of the act; `after`: the act happens first. The kind has a default.
    pub when: Option<Moment>,
    /// The text shown, for the kinds that show one.
    pub text: Option<String>,
    /// The buttons of an alert or interstitial.
    pub buttons: Option<Vec<String>>,
    /// What the field of an alert shows while it is empty; without it, the alert has no field.
    pub input: Option<String>,
    /// The battery's level, 0 to 1.
    pub level: Option<f64>,
}

impl FaultSpec {
    /// Whether the act happens when this fires at an act.
    #[must_use]
    pub fn act_happens(&self) -> bool {
        match self.when {
            Some(Moment::Before) => false,
            Some(Moment::After) => true,
            None => self.kind.act_happens(),
        }
    }
}

/// One `[[profile]]`.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileSpec {
    /// The username.
    pub name: String,
    /// Only followers see the posts.
    #[serde(default)]
    pub private: bool,
    /// No such user.
    #[serde(default)]
    pub missing: bool,
    /// The page is not available.
    #[serde(default)]
    pub suspended: bool,
    /// Reads "NAME, verified account" in lists.
    pub verified: Option<bool>,
    /// The button reads "Follow Back".
    #[serde(default)]
    pub follows_back: bool,
    /// How many posts (default 9).
    pub posts: Option<u32>,
    /// The posts take no comments.
    #[serde(default)]
    pub comments_closed: bool,
}

/// One `[[phone]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneSpec {
    /// Which, from 1.
    pub phone: u16,
    /// The app's version there.
    pub app_version: Option<AppVersion>,
    /// Whether the app is on the phone (default yes).
    pub app_installed: Option<bool>,
    /// Whether WebDriverAgent answers at the start (default yes).
    pub wda: Option<bool>,
    /// Whether the phone is attached at the start (default yes).
    pub attached: Option<bool>,
    /// Whether the screen is locked at the start (default no).
    pub locked: Option<bool>,
    /// Whether a locked screen asks for a passcode, so that nobody can be paired and services need
    /// the escrow bag (default no).
    pub passcode: Option<bool>,
    /// How the phone and this computer stand to each other at each start (default paired, or as
    /// they stood when this world was last served).
    pub trust: Option<Trust>,
    /// Whether usbmuxd also lists the phone by Wi-Fi, cable or not (default no).
    pub wifi: Option<bool>,
    /// The battery's level at the start, 0 to 1 (default 0.87).
    pub battery: Option<f64>,
    /// How hot the phone is at the start, 0 nominal to 3 critical (default 0).
    pub thermal: Option<u8>,
    /// Bytes free for data at the start (default 61,203,283,968).
    pub disk_free: Option<u64>,
    /// Whether developer mode is on (default yes); off, WebDriverAgent does not run.
    pub developer_mode: Option<bool>,
    /// The phone's name.
    pub name: Option<String>,
    /// The iOS version it tells (default 18.3.2).
    pub ios: Option<String>,
    /// The language that phone and app speak (default en).
    pub language: Option<Language>,
}

fn optional_duration<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    text.map(|text| parse_duration(&text).map_err(D::Error::custom))
        .transpose()
}

/// Reads `500ms`, `10s`, `5m` or `2h`.
fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no duration; write it as 500ms, 10s, 5m or 2h");
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().map_err(|_| wrong())?;
    let scale = match unit.trim() {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let seconds = number * scale;
    if !(0.0..=31_536_000.0).contains(&seconds) {
        return Err(format!("\"{text}\" is longer than a year"));
    }
    Ok(Duration::from_secs_f64(seconds))
}

impl Scenario {
    /// Reads and checks a scenario file.
    ///
    /// # Errors
    /// [`SimError::Scenario`], with the line and the key at fault.
    pub fn read(path: &Path) -> Result<Scenario, SimError> {
        let wrong = |reason: String| SimError::Scenario {
            path: path.to_owned(),
            reason,
        };
        let size = std::fs::metadata(path)
            .map_err(|e| wrong(e.to_string()))?
            .len();
        if size > MAX_BYTES {
            return Err(wrong(format!(
                "it has {size} bytes; at most {MAX_BYTES} are read"
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|e| wrong(e.to_string()))?;
        Scenario::parse(&text).map_err(wrong)
    }

    /// Reads a scenario from text; the error names line and key.
    ///
    /// # Errors
    /// What is wrong, in words, with the line.
    pub fn parse(text: &str) -> Result<Scenario, String> {
        let document: Document = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |span| line_of(text, span.start));
            format!("line {line}: {}", e.message())
        })?;
        let entries = document.fault.len() + document.profile.len() + document.phone.len();
        if entries > MAX_ENTRIES {
            return Err(format!(
                "it has {entries} entries; at most {MAX_ENTRIES} are read"
            ));
        }
        let mut scenario = Scenario {
            app_version: document.app_version,
            latency: document.latency,
            ..Scenario::default()
        };
        for fault in document.fault {
            let line = line_of(text, fault.span().start);
            let mut fault = fault.into_inner();
            check_fault(&fault).map_err(|e| format!("line {line}: [[fault]] {e}"))?;
            fault.account = fault.account.map(|handle| clean_handle(&handle));
            scenario.faults.push(fault);
        }
        for profile in document.profile {
            let line = line_of(text, profile.span().start);
            let mut profile = profile.into_inner();
            profile.name = clean_handle(&profile.name);
            if profile.name.is_empty() {
                return Err(format!("line {line}: [[profile]] name is empty"));
            }
            if profile.posts.is_some_and(|posts| posts > 1_000) {
                return Err(format!("line {line}: [[profile]] posts is at most 1000"));
            }
            scenario.profiles.push(profile);
        }
        for phone in document.phone {
            let line = line_of(text, phone.span().start);
            let phone = phone.into_inner();
            if phone.phone == 0 {
                return Err(format!("line {line}: [[phone]] phone counts from 1"));
            }
            if phone
                .battery
                .is_some_and(|level| !(0.0..=1.0).contains(&level))
            {
                return Err(format!("line {line}: [[phone]] battery is from 0 to 1"));
            }
            if phone.thermal.is_some_and(|thermal| thermal > 3) {
                return Err(format!("line {line}: [[phone]] thermal is from 0 to 3"));
            }
            if phone.disk_free.is_some_and(|free| free > DISK_FREE_MAX) {
                return Err(format!(
                    "line {line}: [[phone]] disk_free is at most {DISK_FREE_MAX}"
                ));
            }
            scenario.phones.push(phone);
        }
        Ok(scenario)
    }

    /// Checks that no entry names a phone above `phones`.
    ///
    /// # Errors
    /// The first entry that does, in words.
    pub fn check_phones(&self, phones: u16) -> Result<(), String> {
        let named = self.faults.iter().filter_map(|fault| match fault.phone {
            PhoneChoice::One(number) => Some(number),
            PhoneChoice::All => None,
        });
        match named
            .chain(self.phones.iter().map(|p| p.phone))
            .find(|number| *number > phones)
        {
            Some(number) => Err(format!("it names phone {number}, and there are {phones}")),
            None => Ok(()),
        }
    }
}

fn check_fault(fault: &FaultSpec) -> Result<(), String> {
    if fault.at.is_none() && fault.nth.is_none() {
        return Err("needs `at` (since start) or `nth` (with `effect`)".to_owned());
    }
    if fault.at.is_some() && fault.nth.is_some() {
        return Err("has both `at` and `nth`; write two faults".to_owned());
    }
    if fault.nth == Some(0) || fault.times == Some(0) {
        return Err("`nth` and `times` count from 1".to_owned());
    }
    if fault
        .level
        .is_some_and(|level| !(0.0..=1.0).contains(&level))
    {
        return Err("`level` is from 0 to 1".to_owned());
    }
    if fault
        .every
        .is_some_and(|every| every.is_zero() || fault.at.is_none())
    {
        return Err("`every` goes with `at` and is longer than nothing".to_owned());
    }
    if fault.every.is_none() && fault.times.is_some_and(|times| times > 1) {
        let repeats = fault.nth.is_some() || fault.kind.waits_for_command();
        if !repeats {
            return Err("`times` with `at` needs `every`".to_owned());
        }
    }
    let whole_account = matches!(fault.kind, FaultKind::Challenge | FaultKind::LoggedOut);
    if whole_account && fault.at.is_some() && fault.account.is_none() {
        return Err("this kind with `at` needs an `account`".to_owned());
    }
    Ok(())
}

fn line_of(text: &str, offset: usize) -> usize {
    let offset = offset.min(text.len());
    text.as_bytes()[..offset]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |text: &str, ms: Option<u128>| {
            assert_eq!(
                parse_duration(text).ok().map(|d| d.as_millis()),
                ms,
                "{text}"
            );
        };
        check("500ms", Some(500));
        check("10s", Some(10_000));
        check("1.5s", Some(1_500));
        check("5m", Some(300_000));
        check("2h", Some(7_200_000));
        for wrong in ["", "10", "s", "-1s", "1e9s", "9999999h", "10 parsecs"] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_wrong_scenario_names_line_and_key() {
        let check = |text: &str, parts: &[&str]| {
            let error = Scenario::parse(text).err().unwrap();
            for part in parts {
                assert!(error.contains(part), "{error} does not name {part}");
            }
        };
        check(
            "[[fault]]\nkind = \"unplg\"\nat = \"1s\"\n",
            &["line 2", "unplg"],
        );
        check(
            "[[fault]]\nkind = \"unplug\"\nat = \"soon\"\n",
            &["line 3", "soon"],
        );
        check("\n[[fault]]\nkind = \"unplug\"\n", &["line 2", "nth"]);
        check(
            "[[fault]]\nkind = \"unplug\"\nnht = 3\n",
            &["line 3", "nht"],
        );
        check(
            "[[fault]]\nkind = \"unplug\"\nat = \"1s\"\nphone = 0\n",
            &["line 4", "phone"],
        );
        check(
            "[[fault]]\nkind = \"challenge\"\nat = \"1s\"\n",
            &["line 1", "account"],
        );
        check("[[profile]]\nprivate = true\n", &["line 1", "name"]);
        check("app_version = \"C\"\n", &["line 1", "C"]);
    }

    #[test]
    fn a_whole_scenario_is_read() {
        let scenario = Scenario::parse(
            "app_version = \"B\"\nlatency = \"5ms\"\n[[fault]]\nkind = \"late_reply\"\n\
             phone = \"all\"\naccount = \"@Anna\"\nnth = 3\neffect = \"follow\"\nfor = \"5s\"\n\
             times = 2\n[[profile]]\nname = \"bob\"\nprivate = true\nposts = 0\n",
        )
        .unwrap();
        assert_eq!(scenario.app_version, Some(AppVersion::B));
        assert_eq!(scenario.latency, Some(Duration::from_millis(5)));
        assert_eq!(scenario.faults[0].account.as_deref(), Some("anna"));
        assert!(scenario.faults[0].act_happens());
        assert_eq!(scenario.profiles[0].posts, Some(0));
        assert!(scenario.check_phones(1).is_ok());
    }
}
