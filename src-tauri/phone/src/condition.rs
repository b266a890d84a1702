//! In which condition a phone is: what it tells a computer that it trusts, and what of that keeps
//! it from taking a task.
//!
//! The limits are ours, since Apple names none: under them the system itself begins to end apps,
//! to dim, to stop charging or to refuse writes, and a task would fail for a reason that nobody
//! sees on its screen.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::{Code, PhoneError};
use crate::lockdown;
use crate::mux::{Link, Muxer};
use crate::rung::{Name, Rung};
use crate::wda::{Command, StopSwitch, Wda};

/// Battery at or under which a phone takes no new task, in percent.
pub const BATTERY_LOW: u8 = 10;
/// Battery at which a phone that was low takes tasks again, in percent: without a gap between the
/// two it would come and go with every percent.
pub const BATTERY_BACK: u8 = 20;
/// Free bytes under which a phone takes no new task: 500 MB, below which iOS clears caches and
/// apps cannot save.
pub const DISK_FREE_MIN: u64 = 500_000_000;
/// How the bundle id of every XCTest runner ends, WebDriverAgent's too.
const RUNNER_SUFFIX: &str = ".xctrunner";

/// The battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Battery {
    /// 0 to 100.
    pub percent: u8,
    /// Whether it is being charged.
    pub charging: Option<bool>,
}

/// Room for data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// Bytes that apps can still use.
    pub free: u64,
    /// Bytes there are, the system's among them.
    pub total: Option<u64>,
}

/// How hot the system thinks it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Thermal {
    /// Normal.
    Nominal,
    /// A little warm; what can wait should.
    Fair,
    /// Hot: everything is slowed down.
    Serious,
    /// Too hot: the screen dims, charging stops.
    Critical,
}

impl Thermal {
    /// From WebDriverAgent's number, 0 to 3.
    pub fn from_number(number: u64) -> Option<Self> {
        let all = [Self::Nominal, Self::Fair, Self::Serious, Self::Critical];
        all.get(usize::try_from(number).ok()?).copied()
    }
}

/// An app that is on the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InstalledApp {
    /// The release that people see, for example `361.1.0`.
    pub version: Option<String>,
    /// The build, for example `361010000`.
    pub build: Option<String>,
}

/// What a phone tells only a computer that it trusts; what it did not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The battery.
    pub battery: Option<Battery>,
    /// Room for data.
    pub disk: Option<Disk>,
    /// Whether developer mode is on; `None` also where iOS has none (before 16).
    pub developer_mode: Option<bool>,
    /// Of the apps that were asked for, and of all test runners, those that are installed.
    pub apps: Option<BTreeMap<String, InstalledApp>>,
    /// How hot it is, as WebDriverAgent tells it.
    pub thermal: Option<Thermal>,
    /// The language it speaks, and its apps with it, for example `en` or `pt-BR`.
    pub language: Option<String>,
}

impl Condition {
    /// The release of an app on this phone, where it is known.
    pub fn version_of(&self, bundle_id: &str) -> Option<&str> {
        self.apps.as_ref()?.get(bundle_id)?.version.as_deref()
    }

    /// The WebDriverAgent runner on this phone; `None` if the apps are not known or none is there.
    pub fn runner(&self) -> Option<(&str, &InstalledApp)> {
        let mut apps = self.apps.as_ref()?.iter();
        apps.find(|(id, _)| is_runner(id))
            .map(|(id, app)| (id.as_str(), app))
    }

    /// The rungs that the condition decides, lowest first. `before`: the code that kept the phone
    /// from tasks until now.
    pub fn rungs(&self, before: Option<&str>) -> [Rung; 4] {
        [
            self.developer_mode_rung(),
            self.battery_rung(before == Some(Code::LowBattery.as_str())),
            self.heat_rung(),
            self.storage_rung(),
        ]
    }

    /// Whether the app is there, where that is known.
    pub fn app_rung(&self, bundle_id: &str) -> Option<Rung> {
        Some(match self.apps.as_ref()?.get(bundle_id) {
            Some(app) => Rung::ok(
                Name::App,
                match &app.version {
                    Some(version) => format!("{bundle_id} {version} is installed."),
                    None => format!("{bundle_id} is installed."),
                },
            ),
            None => Rung::failed(
                Name::App,
                Code::AppMissing,
                format!("{bundle_id} is not installed."),
                "Install the app on the phone and sign in.",
            ),
        })
    }

    fn developer_mode_rung(&self) -> Rung {
        let name = Name::DeveloperMode;
        match self.developer_mode {
            Some(true) => Rung::ok(name, "Developer mode is on."),
            Some(false) => Rung::failed(
                name,
                Code::DeveloperMode,
                "Developer mode is off, so WebDriverAgent cannot run.",
                "Turn it on in Settings, Privacy & Security, Developer Mode; the phone restarts.",
            ),
            None => Rung::unknown(
                name,
                "The phone does not tell; iOS before 16 has no developer mode.",
                "",
            ),
        }
    }

    fn battery_rung(&self, was_low: bool) -> Rung {
        let name = Name::Battery;
        let Some(battery) = self.battery else {
            return Rung::unknown(name, "The phone does not tell how full its battery is.", "");
        };
        let percent = battery.percent;
        let charging = match battery.charging {
            Some(true) => ", and charging",
            Some(false) => ", and not charging",
            None => "",
        };
        match percent <= BATTERY_LOW || was_low && percent < BATTERY_BACK {
            false => Rung::ok(name, format!("The battery is at {percent} %{charging}.")),
            true => Rung::failed(
                name,
                Code::LowBattery,
                format!("The battery is at {percent} %{charging}."),
                match battery.charging {
                    Some(false) => {
                        "Plug the phone into a port or hub that charges it; it takes tasks again \
                         at 20 %."
                    }
                    _ => "Let it charge; it takes tasks again at 20 %.",
                },
            ),
        }
    }

    fn heat_rung(&self) -> Rung {
        let name = Name::Heat;
        let fix = "Let the phone cool down: out of its case, away from others and from the sun.";
        match self.thermal {
            None => Rung::unknown(name, "The phone does not tell how hot it is.", ""),
            Some(Thermal::Nominal) => Rung::ok(name, "The phone is cool."),
            Some(Thermal::Fair) => Rung::ok(name, "The phone is a little warm."),
            Some(Thermal::Serious) => Rung::failed(
                name,
                Code::Hot,
                "The phone is so hot that iOS slows everything down.",
                fix,
            ),
            Some(Thermal::Critical) => Rung::failed(
                name,
                Code::Hot,
                "The phone is so hot that iOS is about to shut parts of it down.",
                fix,
            ),
        }
    }

    fn storage_rung(&self) -> Rung {
        let name = Name::Storage;
        let Some(disk) = self.disk else {
            return Rung::unknown(name, "The phone does not tell how much room is left.", "");
        };
        let left = format!("{} MB are free.", disk.free / 1_000_000);
        match disk.free < DISK_FREE_MIN {
            false => Rung::ok(name, left),
            true => Rung::failed(
                name,
                Code::StorageFull,
                format!("The phone's storage is full: {left}"),
                "Delete something on the phone, until 500 MB are free.",
            ),
        }
    }
}

/// What WebDriverAgent tells of the phone; the rest is not looked at.
#[derive(Deserialize)]
struct DeviceInfo {
    #[serde(rename = "thermalState")]
    thermal: Option<u64>,
}

/// What came of reading a phone's condition.
#[derive(Debug)]
pub(crate) struct Told {
    /// Whether the phone trusts this computer; `None` where usbmuxd does not say, and lockdownd
    /// was not asked.
    pub(crate) trusted: Option<bool>,
    /// What it told.
    pub(crate) condition: Condition,
}

/// Reads the condition over a link, and which of these apps, and which test runners, are there.
/// How hot the phone is only WebDriverAgent tells, if it answers.
///
/// # Errors
/// As [`lockdown::condition`].
pub(crate) async fn read(muxer: &Muxer, link: &Link, apps: &[String]) -> Result<Told, PhoneError> {
    let (told, thermal) =
        tokio::join!(lockdown::condition(muxer, link, apps), thermal(muxer, link));
    let told = told?;
    let trusted = told.as_ref().map(|_| true);
    let condition = told.unwrap_or_default();
    Ok(Told {
        trusted,
        condition: Condition {
            thermal,
            ..condition
        },
    })
}

/// On a stream of its own: an attempt may be at work, and its commands go on between.
async fn thermal(muxer: &Muxer, link: &Link) -> Option<Thermal> {
    let wda = Wda::new(muxer.clone(), link.clone(), StopSwitch::new());
    let info: Result<DeviceInfo, _> = wda.call(Command::ask("/wda/device/info").probing()).await;
    Thermal::from_number(info.ok()?.thermal?)
}

/// Whether the app is a test runner.
pub(crate) fn is_runner(bundle_id: &str) -> bool {
    bundle_id.ends_with(RUNNER_SUFFIX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rung::State;

    fn failing(condition: &Condition, before: Option<&str>) -> Vec<&'static str> {
        let rungs = condition.rungs(before).into_iter();
        let failed = rungs.filter(|rung| rung.state == State::Failed);
        failed.map(|rung| rung.code).collect()
    }

    #[test]
    fn what_is_not_known_keeps_nobody_from_work() {
        let nothing = Condition::default();
        assert_eq!(failing(&nothing, None), [""; 0]);
        let unknown = |rung: &Rung| rung.state == State::Unknown && rung.code == "UNKNOWN";
        assert!(nothing.rungs(None).iter().all(unknown));
        assert_eq!(nothing.app_rung("a.b"), None);
    }

    #[test]
    fn a_low_battery_comes_back_later_than_it_went() {
        let check = |percent, before, expected: &[&str]| {
            let battery = Some(Battery {
                percent,
                charging: Some(true),
            });
            let condition = Condition {
                battery,
                ..Condition::default()
            };
            assert_eq!(
                failing(&condition, before),
                expected,
                "{percent} {before:?}"
            );
        };
        let low = ["E-DEV-BATTERY"];
        check(0, None, &low);
        check(10, None, &low);
        check(11, None, &[]);
        check(19, None, &[]);
        check(11, Some("E-DEV-BATTERY"), &low);
        check(19, Some("E-DEV-BATTERY"), &low);
        check(20, Some("E-DEV-BATTERY"), &[]);
        check(19, Some("E-DEV-HOT"), &[]);
        check(100, None, &[]);
    }

    #[test]
    fn heat_storage_and_developer_mode() {
        let check = |condition: Condition, expected: &[&str]| {
            assert_eq!(failing(&condition, None), expected, "{condition:?}");
        };
        let thermal = |number| Condition {
            thermal: Thermal::from_number(number),
            ..Condition::default()
        };
        check(thermal(0), &[]);
        check(thermal(1), &[]);
        check(thermal(2), &["E-DEV-HOT"]);
        check(thermal(3), &["E-DEV-HOT"]);
        check(thermal(4), &[]);
        assert_eq!(Thermal::from_number(u64::MAX), None);
        let disk = |free| Condition {
            disk: Some(Disk { free, total: None }),
            ..Condition::default()
        };
        check(disk(0), &["E-DEV-STORAGE"]);
        check(disk(DISK_FREE_MIN - 1), &["E-DEV-STORAGE"]);
        check(disk(DISK_FREE_MIN), &[]);
        let developer_mode = |on| Condition {
            developer_mode: Some(on),
            ..Condition::default()
        };
        check(developer_mode(true), &[]);
        check(developer_mode(false), &["E-DEV-DEVMODE"]);
    }

    #[test]
    fn apps_and_their_releases() {
        let app = |version: Option<&str>| InstalledApp {
            version: version.map(str::to_owned),
            build: None,
        };
        let apps = [
            ("a.b", app(Some("402.0.0"))),
            ("c.d", app(None)),
            ("x.Runner.xctrunner", app(Some("16.7"))),
        ];
        let apps = apps.map(|(id, app)| (id.to_owned(), app));
        let condition = Condition {
            apps: Some(apps.into()),
            ..Condition::default()
        };
        let code = |id| condition.app_rung(id).map(|rung| rung.code);
        assert_eq!(code("a.b"), Some("OK"));
        assert_eq!(code("c.d"), Some("OK"));
        assert_eq!(code("e.f"), Some("E-DEV-NO-APP"));
        assert_eq!(condition.version_of("a.b"), Some("402.0.0"));
        assert_eq!(condition.version_of("c.d"), None);
        assert_eq!(condition.version_of("e.f"), None);
        assert_eq!(
            condition.runner().map(|(id, _)| id),
            Some("x.Runner.xctrunner")
        );
    }
}
