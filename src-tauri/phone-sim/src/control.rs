//! The control socket: one JSON request per line, one JSON answer per line. It is for the
//! simulator's owner, never for anything a phone would know.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::accounts::{SignIn, clean_handle};
use crate::config::MAX_PHONES;
use crate::fleet::{Fleet, Way};
use crate::phone::{DISK_FREE_MAX, Phone};
use crate::scenario::Trust;
use crate::world::Change;

/// The longest request line.
const MAX_LINE: u64 = 16 * 1024 * 1024;
/// How long an owner may be silent, or take to accept an answer.
const SILENCE: Duration = Duration::from_secs(600);

#[derive(Deserialize)]
#[serde(tag = "cmd", rename_all = "snake_case", deny_unknown_fields)]
enum Request {
    /// Who is there, and what it works with.
    Status,
    /// Signs accounts in, besides those that are.
    Accounts { accounts: Vec<SignIn> },
    /// Ends the simulator.
    Stop,
    /// Empties the world; the accounts of the start are signed in again.
    Reset,
    /// Takes a challenge or a sign-out away.
    Lift { handle: String },
    /// Plugs a phone in or out.
    Plug { phone: u16, attached: bool },
    /// One more phone, its cable not in yet: so its accounts can be signed in first.
    AddPhone,
    /// Says how a phone and this computer stand to each other from now on.
    Trust { phone: u16, trust: Trust },
    /// Ends WebDriverAgent on a phone, or starts it.
    Wda { phone: u16, up: bool },
    /// Says in which condition a phone is from now on; what is not named stays.
    Condition(Condition),
}

/// The condition of a phone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Condition {
    phone: u16,
    /// 0 to 1.
    battery: Option<f64>,
    /// 0 nominal to 3 critical.
    thermal: Option<u8>,
    /// Bytes free for data.
    disk_free: Option<u64>,
    developer_mode: Option<bool>,
    /// A phone with a passcode then wants it.
    locked: Option<bool>,
}

impl Condition {
    fn is_possible(&self) -> bool {
        self.battery.is_none_or(|it| (0.0..=1.0).contains(&it))
            && self.thermal.is_none_or(|it| it <= 3)
            && self.disk_free.is_none_or(|it| it <= DISK_FREE_MAX)
    }

    fn befall(&self, phone: &Phone) {
        {
            let mut state = phone.state();
            state.battery = self.battery.unwrap_or(state.battery);
            state.thermal = self.thermal.unwrap_or(state.thermal);
            state.disk_free = self.disk_free.unwrap_or(state.disk_free);
            state.developer_mode = self.developer_mode.unwrap_or(state.developer_mode);
        }
        match self.locked {
            Some(true) => phone.lock(),
            Some(false) => phone.unlock(),
            None => {}
        }
    }
}

/// Serves one owner until it goes.
pub async fn serve(stream: UnixStream, fleet: Arc<Fleet>) {
    let (input, mut output) = stream.into_split();
    let mut input = BufReader::new(input);
    let mut stop = fleet.stop.subscribe();
    loop {
        let mut line = Vec::new();
        let mut limited = (&mut input).take(MAX_LINE);
        let read = tokio::select! {
            read = tokio::time::timeout(SILENCE, limited.read_until(b'\n', &mut line)) => read,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let complete = matches!(read, Ok(Ok(count)) if count > 0) && line.last() == Some(&b'\n');
        if !complete {
            return;
        }
        let (answer, ends) = answer(&line, &fleet);
        let mut bytes = answer.to_string().into_bytes();
        bytes.push(b'\n');
        let sent = tokio::time::timeout(SILENCE, output.write_all(&bytes)).await;
        if ends {
            fleet.stop.send_replace(true);
        }
        if ends || !matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
}

fn answer(line: &[u8], fleet: &Arc<Fleet>) -> (Value, bool) {
    let request: Request = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => {
            return (
                json!({ "ok": false, "error": format!("not a request: {error}") }),
                false,
            );
        }
    };
    let ends = matches!(request, Request::Stop);
    let answer = match obey(request, fleet) {
        Ok(answer) => answer,
        Err(error) => json!({ "ok": false, "error": error }),
    };
    (answer, ends)
}

fn obey(request: Request, fleet: &Arc<Fleet>) -> Result<Value, String> {
    let number = |phone: u16| {
        let found = fleet.there().iter().position(|p| p.number == phone);
        found.ok_or_else(|| format!("there is no phone {phone}"))
    };
    match request {
        Request::Status => return Ok(status(fleet)),
        Request::Accounts { accounts } => {
            let added = fleet.sign_in(&accounts).map_err(|e| e.to_string())?;
            return Ok(json!({ "ok": true, "added": added }));
        }
        Request::Stop => {}
        Request::Reset => {
            fleet.world().reset().map_err(|e| e.to_string())?;
            for phone in fleet.there() {
                let mut state = phone.state();
                state.end_app();
                state.session = None;
            }
            fleet.drop_added();
            fleet
                .sign_in(&fleet.config.accounts)
                .map_err(|e| e.to_string())?;
        }
        Request::Lift { handle } => {
            let change = Change::Lift {
                account: clean_handle(&handle),
            };
            fleet
                .world()
                .commit(change, None)
                .map_err(|e| e.to_string())?;
        }
        Request::AddPhone => {
            let added = fleet.add_phone().map_err(|e| e.to_string())?;
            let phone = added.and_then(|at| fleet.there().get(at));
            let phone = phone
                .ok_or_else(|| format!("no more than {MAX_PHONES} phones can be simulated"))?;
            return Ok(json!({ "ok": true, "phone": phone.number, "udid": phone.udid }));
        }
        Request::Plug { phone, attached } => {
            let phone = number(phone)?;
            if attached {
                fleet.attach(phone)
            } else {
                fleet.detach(phone)
            }
        }
        Request::Trust { phone, trust } => fleet
            .stand(number(phone)?, trust)
            .map_err(|e| e.to_string())?,
        Request::Wda { phone, up } => fleet.set_wda(&fleet.phones[number(phone)?], up),
        Request::Condition(condition) => {
            let phone = number(condition.phone)?;
            if !condition.is_possible() {
                return Err(
                    "battery is from 0 to 1, thermal from 0 to 3, and there is not so much disk"
                        .to_owned(),
                );
            }
            condition.befall(&fleet.phones[phone]);
        }
    }
    Ok(json!({ "ok": true }))
}

fn status(fleet: &Fleet) -> Value {
    let listed = fleet.listed();
    let by = |way: Way| -> Vec<&str> {
        let listed = listed.iter().filter(|it| it.way == way);
        listed.map(|it| &*fleet.phones[it.at].udid).collect()
    };
    json!({
        "ok": true,
        "simulator": "signalbox",
        "version": env!("CARGO_PKG_VERSION"),
        "pid": std::process::id(),
        "phones": fleet.udids(),
        "attached": by(Way::Usb),
        "wifi": by(Way::Network),
        "fingerprint": fleet.config.fingerprint,
        "world": fleet.config.world,
        "witness": fleet.config.witness,
        "socket": fleet.config.socket,
        "latency_ms": u64::try_from(fleet.latency.as_millis()).unwrap_or(u64::MAX),
        "clients": fleet.clients.load(std::sync::atomic::Ordering::SeqCst),
    })
}
