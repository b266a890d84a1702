//! The ladder: what must hold before a phone can work, lowest rung first, each named and with
//! what to do about it.

mod known;

use std::fmt;

use serde::Serialize;

pub use known::{Known, known};

use crate::condition::{self, Condition, Told};
use crate::error::{Code, PhoneError};
use crate::lockdown::{self, Facts};
use crate::mux::{Connection, Link, Muxer};
use crate::screen::{AppState, Phone};
use crate::udid::Udid;
use crate::wda::{self, StopSwitch, Wda, WdaPhone};

/// The rungs, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// usbmuxd sees the phone.
    Cable,
    /// The phone trusts this computer.
    Trusted,
    /// It does not wait for its passcode.
    Unlocked,
    /// Developer mode is on, where iOS has one.
    DeveloperMode,
    /// The battery is not nearly empty.
    Battery,
    /// The phone is not too hot.
    Heat,
    /// There is room for data on it.
    Storage,
    /// WebDriverAgent runs on the phone and answers from its main queue.
    Runner,
    /// A session can be made.
    Session,
    /// The app that the work is done in is on the phone.
    App,
}

impl Name {
    /// All of them, lowest first.
    pub const ALL: [Self; 10] = [
        Self::Cable,
        Self::Trusted,
        Self::Unlocked,
        Self::DeveloperMode,
        Self::Battery,
        Self::Heat,
        Self::Storage,
        Self::Runner,
        Self::Session,
        Self::App,
    ];

    /// The name as data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Trusted => "trusted",
            Self::Unlocked => "unlocked",
            Self::DeveloperMode => "developer_mode",
            Self::Battery => "battery",
            Self::Heat => "heat",
            Self::Storage => "storage",
            Self::Runner => "runner",
            Self::Session => "session",
            Self::App => "app",
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cable => "on the cable",
            Self::Trusted => "trusts this computer",
            Self::Unlocked => "no passcode in the way",
            Self::DeveloperMode => "developer mode is on",
            Self::Battery => "battery is not low",
            Self::Heat => "not too hot",
            Self::Storage => "storage is not full",
            Self::Runner => "WebDriverAgent answers",
            Self::Session => "session can be made",
            Self::App => "app is installed",
        })
    }
}

/// Whether a rung holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It holds.
    Ok,
    /// It does not; see the fix.
    Failed,
    /// It was not tried, or cannot be told from here.
    Unknown,
}

/// One rung of one phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rung {
    /// Which one.
    pub name: Name,
    /// Whether it holds.
    pub state: State,
    /// A stable code when it does not hold (`E-DEV-TRUST`), `OK`, or `UNKNOWN`.
    pub code: &'static str,
    /// What was seen, one sentence.
    pub cause: String,
    /// What to do, one sentence; empty if there is nothing to do.
    pub fix: String,
}

impl Rung {
    pub(crate) fn ok(name: Name, cause: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Ok,
            code: "OK",
            cause: cause.into(),
            fix: String::new(),
        }
    }

    pub(crate) fn unknown(name: Name, cause: impl Into<String>, fix: &str) -> Self {
        Self {
            name,
            state: State::Unknown,
            code: "UNKNOWN",
            cause: cause.into(),
            fix: fix.to_owned(),
        }
    }

    pub(crate) fn failed(name: Name, code: Code, cause: impl Into<String>, fix: &str) -> Self {
        Self {
            name,
            state: State::Failed,
            code: code.as_str(),
            cause: cause.into(),
            fix: fix.to_owned(),
        }
    }

    /// The rung of the runner, which did not answer.
    pub(crate) fn of_runner(error: &PhoneError, condition: &Condition) -> Self {
        let missing = condition.apps.is_some() && condition.runner().is_none();
        if error.code == Code::Refused && missing {
            return Self::failed(
                Name::Runner,
                Code::RunnerMissing,
                "No WebDriverAgent runner is installed on the phone.",
                "Build WebDriverAgent with Xcode, signed by your team, and run it on the phone.",
            );
        }
        Self::of_error(Name::Runner, error)
    }

    /// The rung that an error of a phone speaks of, when `asked` was being tried.
    pub fn of_error(asked: Name, error: &PhoneError) -> Self {
        let (name, fix) = match error.code {
            Code::Usbmux => (
                Name::Cable,
                "On a Mac unplug the phone and plug it in again; elsewhere install and start usbmuxd.",
            ),
            Code::NotAttached => (Name::Cable, "Plug the phone in with a data cable."),
            Code::NotTrusted | Code::Lockdown => (
                Name::Trusted,
                "Unlock the phone, plug it in again, and tap Trust when it asks.",
            ),
            Code::Locked => (
                Name::Unlocked,
                "Unlock the phone; turn its passcode and auto-lock off if it is to work by itself.",
            ),
            Code::Refused => (
                Name::Runner,
                "Start the WebDriverAgent runner on the phone; if it was just started, wait.",
            ),
            Code::UnknownCommand => (Name::Runner, "Install a current WebDriverAgent."),
            Code::SessionNotCreated => (
                Name::Session,
                "Restart the WebDriverAgent runner on the phone.",
            ),
            Code::Halted => (asked, "Try again."),
            _ if asked <= Name::Trusted => (asked, "Plug the phone in again."),
            _ => (asked, "Restart the WebDriverAgent runner on the phone."),
        };
        let message = error.message.as_str();
        let what = match error.code {
            // What follows is what to do, and that is in the fix.
            Code::NotTrusted | Code::Locked => message.split(';').next().unwrap_or(message),
            _ => message,
        };
        Self::failed(name, error.code, sentence(what), fix)
    }
}

/// A sentence out of the message of an error.
fn sentence(what: &str) -> String {
    let mut letters = what.chars();
    // Its name is written small wherever it stands.
    let name = what.starts_with("usbmuxd");
    let first = letters.next().map(|letter| match name {
        true => letter,
        false => letter.to_ascii_uppercase(),
    });
    let end = (!what.ends_with(['.', '?', '!'])).then_some('.');
    first.into_iter().chain(letters).chain(end).collect()
}

/// How far the ladder may go on a phone that somebody may be using.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Disturbs nobody: no session is made.
    Look,
    /// Makes a session, which ends any other, and deletes it again.
    Session,
    /// And opens the app, if it does not run, to see whether it is there; it is ended again.
    App,
}

/// A phone's rungs, all of them and lowest first, and what it told while they were climbed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ladder {
    /// What the phone says of itself.
    pub facts: Facts,
    /// The rungs.
    pub rungs: Vec<Rung>,
}

/// Climbs the ladder of one phone. All rungs are in the answer; above one that failed, those that
/// stand on it are unknown. Each try has its own time limit.
pub async fn ladder(muxer: &Muxer, udid: &Udid, bundle_id: &str, reach: Reach) -> Ladder {
    let mut facts = Facts::default();
    let mut rungs = Vec::with_capacity(Name::ALL.len());
    let link = match find(muxer, udid).await {
        Ok(link) => link,
        Err(rung) => {
            rungs.push(rung);
            rungs = rest_unknown(rungs);
            return Ladder { facts, rungs };
        }
    };
    rungs.push(Rung::ok(
        Name::Cable,
        match link.connection {
            Connection::Usb => "usbmuxd sees the phone on the cable.",
            Connection::Network => "usbmuxd sees the phone by Wi-Fi; the cable is faster.",
        },
    ));
    let apps = [bundle_id.to_owned()];
    let plain = lockdown::facts(muxer, &link).await;
    let told = condition::read(muxer, &link, &apps).await;
    rungs.extend(trusted(&plain, &told));
    facts = plain.unwrap_or_default();
    facts.learn(&told);
    if told.is_ok() {
        rungs.extend(facts.condition.rungs(None));
        rungs.extend(facts.condition.app_rung(bundle_id));
    }
    let runner = runner(muxer, &link, &facts.condition).await;
    let answers = runner.state == State::Ok;
    rungs.push(runner);
    if answers && reach >= Reach::Session {
        for rung in session_and_app(muxer, link, bundle_id, reach).await {
            // What opening the app showed is more than that it is installed.
            rungs.retain(|known| known.name != rung.name || rung.state == State::Unknown);
            if rungs.iter().all(|known| known.name != rung.name) {
                rungs.push(rung);
            }
        }
    }
    rungs = rest_unknown(rungs);
    Ladder { facts, rungs }
}

async fn find(muxer: &Muxer, udid: &Udid) -> Result<Link, Rung> {
    match muxer.list().await {
        Ok(links) => links.into_iter().find(|l| l.udid == *udid).ok_or_else(|| {
            Rung::failed(
                Name::Cable,
                Code::NotAttached,
                "usbmuxd does not see the phone.",
                "Plug the phone in with a data cable and unlock it.",
            )
        }),
        Err(error) => Err(Rung::of_error(Name::Cable, &error)),
    }
}

/// What the plain facts, and a session as the computer of the pair record, say of trust.
fn trusted(plain: &Result<Facts, PhoneError>, told: &Result<Told, PhoneError>) -> Vec<Rung> {
    match (plain, told.as_ref().map(|told| told.trusted)) {
        (Err(error), _) => vec![Rung::of_error(Name::Trusted, error)],
        (Ok(_), Ok(Some(true))) => vec![
            Rung::ok(
                Name::Trusted,
                "The phone honours the pair record that this computer keeps of it.",
            ),
            Rung::ok(Name::Unlocked, "The phone does not wait for its passcode."),
        ],
        (Ok(_), Ok(_)) => vec![
            Rung::unknown(
                Name::Trusted,
                "The phone tells its facts, but usbmuxd does not say whether it keeps a pair record.",
                "",
            ),
            Rung::unknown(Name::Unlocked, "Only a phone that trusts tells.", ""),
        ],
        (Ok(_), Err(error)) => {
            let rung = Rung::of_error(Name::Trusted, error);
            let trusted = Rung::ok(Name::Trusted, "The phone knows this computer.");
            match rung.name {
                Name::Unlocked => vec![trusted, rung],
                _ => vec![rung],
            }
        }
    }
}

async fn runner(muxer: &Muxer, link: &Link, condition: &Condition) -> Rung {
    let client = Wda::new(muxer.clone(), link.clone(), StopSwitch::new());
    match wda::probe(&client).await {
        Ok(()) => Rung::ok(Name::Runner, "WebDriverAgent answers from its main queue."),
        Err(error) => Rung::of_runner(&error, condition),
    }
}

async fn session_and_app(muxer: &Muxer, link: Link, bundle_id: &str, reach: Reach) -> Vec<Rung> {
    let phone = match WdaPhone::open(muxer, link, StopSwitch::new()).await {
        Ok(phone) => phone,
        Err(error) => return vec![Rung::of_error(Name::Session, &error)],
    };
    let app = app(&phone, bundle_id, reach).await;
    let session = match phone.close().await {
        Ok(()) => Rung::ok(Name::Session, "A session was made and deleted again."),
        Err(error) => Rung::of_error(Name::Session, &error),
    };
    vec![session, app]
}

async fn app(phone: &WdaPhone, bundle_id: &str, reach: Reach) -> Rung {
    match phone.app_state(bundle_id).await {
        Ok(AppState::Suspended | AppState::Background | AppState::Foreground) => {
            return Rung::ok(Name::App, format!("{bundle_id} is there, and running."));
        }
        Ok(AppState::NotRunning | AppState::Unknown) => {}
        Err(error) => return Rung::of_error(Name::App, &error),
    }
    if reach < Reach::App {
        return Rung::unknown(
            Name::App,
            format!("{bundle_id} is not running; without opening it, it cannot be told."),
            "",
        );
    }
    match phone.launch(bundle_id).await {
        Ok(()) => {
            // It was not running before, so it is ended again; if that fails it only stays open.
            let _ = phone.terminate(bundle_id).await;
            Rung::ok(
                Name::App,
                format!("{bundle_id} was opened and ended again."),
            )
        }
        Err(error) => Rung::failed(
            Name::App,
            error.code,
            format!("{bundle_id} could not be opened: {error}"),
            "Install the app on the phone and sign in.",
        ),
    }
}

fn rest_unknown(mut rungs: Vec<Rung>) -> Vec<Rung> {
    for name in Name::ALL {
        if rungs.iter().any(|rung| rung.name == name) {
            continue;
        }
        let failed = |rung: &&Rung| rung.state == State::Failed && stands_on(name, rung.name);
        let below = rungs.iter().filter(failed).max_by_key(|rung| rung.name);
        let cause = match below {
            Some(rung) => format!("Not tried, since \"{}\" does not hold.", rung.name),
            None => "Not tried, since it would end a session that may be in use.".to_owned(),
        };
        rungs.push(Rung::unknown(name, cause, ""));
    }
    rungs.sort_by_key(|rung| rung.name);
    rungs
}

/// Whether one rung cannot be tried without the other.
fn stands_on(name: Name, below: Name) -> bool {
    match name {
        Name::Cable => false,
        Name::Trusted | Name::Runner => below == Name::Cable,
        Name::Unlocked | Name::DeveloperMode | Name::Battery | Name::Heat | Name::Storage => {
            below <= Name::Unlocked
        }
        Name::Session | Name::App => matches!(below, Name::Cable | Name::Runner | Name::Session),
    }
}
