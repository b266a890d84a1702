//! The ladder: what must hold before a phone can work, lowest rung first, each named and with
//! what to do about it.

use std::fmt;

use serde::Serialize;

use crate::error::{Code, PhoneError};
use crate::lockdown;
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
    /// WebDriverAgent runs on the phone and answers from its main queue.
    Runner,
    /// A session can be made.
    Session,
    /// The app that the work is done in is on the phone.
    App,
}

impl Name {
    /// All of them, lowest first.
    pub const ALL: [Self; 5] = [
        Self::Cable,
        Self::Trusted,
        Self::Runner,
        Self::Session,
        Self::App,
    ];

    /// The name as data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cable => "cable",
            Self::Trusted => "trusted",
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
    fn ok(name: Name, cause: impl Into<String>) -> Self {
        Self {
            name,
            state: State::Ok,
            code: "OK",
            cause: cause.into(),
            fix: String::new(),
        }
    }

    fn unknown(name: Name, cause: impl Into<String>, fix: &str) -> Self {
        Self {
            name,
            state: State::Unknown,
            code: "UNKNOWN",
            cause: cause.into(),
            fix: fix.to_owned(),
        }
    }

    fn failed(name: Name, code: Code, cause: impl Into<String>, fix: &str) -> Self {
        Self {
            name,
            state: State::Failed,
            code: code.as_str(),
            cause: cause.into(),
            fix: fix.to_owned(),
        }
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
        Self::failed(name, error.code, error.message.clone(), fix)
    }
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

/// Climbs the ladder of one phone. All rungs are in the answer; above one that failed, those that
/// stand on it are unknown. Each try has its own time limit.
pub async fn ladder(muxer: &Muxer, udid: &Udid, bundle_id: &str, reach: Reach) -> Vec<Rung> {
    let mut rungs = Vec::with_capacity(Name::ALL.len());
    let link = match find(muxer, udid).await {
        Ok(link) => link,
        Err(rung) => {
            rungs.push(rung);
            return rest_unknown(rungs);
        }
    };
    rungs.push(Rung::ok(
        Name::Cable,
        match link.connection {
            Connection::Usb => "usbmuxd sees the phone on the cable.",
            Connection::Network => "usbmuxd sees the phone by Wi-Fi; the cable is faster.",
        },
    ));
    rungs.push(trusted(muxer, &link).await);
    rungs.push(runner(muxer, &link).await);
    if rungs
        .iter()
        .all(|rung| rung.state != State::Failed || rung.name < Name::Runner)
        && reach >= Reach::Session
    {
        rungs.extend(session_and_app(muxer, link, bundle_id, reach).await);
    }
    rest_unknown(rungs)
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

/// Judged from the pair record that usbmuxd keeps and from what the phone tells in plain; that
/// the record is still honoured shows only in a TLS session, which is not built yet.
async fn trusted(muxer: &Muxer, link: &Link) -> Rung {
    let told = lockdown::facts(muxer, link).await;
    let paired = muxer.paired(&link.udid).await;
    match (told, paired) {
        (Err(error), _) => Rung::of_error(Name::Trusted, &error),
        (Ok(_), Ok(Some(true))) => Rung::ok(
            Name::Trusted,
            "This computer keeps a pair record for the phone, and the phone tells its facts.",
        ),
        (Ok(_), Ok(Some(false))) => Rung::failed(
            Name::Trusted,
            Code::NotTrusted,
            "This computer keeps no pair record for the phone.",
            "Unlock the phone, plug it in again, and tap Trust when it asks.",
        ),
        (Ok(_), _) => Rung::unknown(
            Name::Trusted,
            "The phone tells its facts, but usbmuxd does not say whether it keeps a pair record.",
            "",
        ),
    }
}

async fn runner(muxer: &Muxer, link: &Link) -> Rung {
    let client = Wda::new(muxer.clone(), link.clone(), StopSwitch::new());
    match wda::probe(&client).await {
        Ok(()) => Rung::ok(Name::Runner, "WebDriverAgent answers from its main queue."),
        Err(error) => Rung::of_error(Name::Runner, &error),
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
    let below = rungs.iter().rev().find(|rung| rung.state == State::Failed);
    let cause = match below {
        Some(rung) => format!("Not tried, since \"{}\" does not hold.", rung.name),
        None => "Not tried, since it would end a session that may be in use.".to_owned(),
    };
    for name in Name::ALL {
        if rungs.iter().all(|rung| rung.name != name) {
            rungs.push(Rung::unknown(name, cause.clone(), ""));
        }
    }
    rungs.sort_by_key(|rung| rung.name);
    rungs
}
