//! lockdownd: facts about a phone in clear text, and, for a computer the phone trusts, a session
//! over TLS in which it tells the rest and starts services.

pub mod facts;
pub mod frame;
mod pair;
mod settings;
pub mod tls;

use std::sync::Arc;

use plist::{Dictionary, Value};
use tokio::io::AsyncWriteExt;

use crate::fleet::Fleet;
use crate::mux::Stream;
use crate::pairing::{Host, Pairing, PairingError, uuid};
use crate::phone::Phone;
use crate::services::Service;
pub use settings::Settings;

/// One client's talk with lockdownd.
struct Talk {
    fleet: Arc<Fleet>,
    at: usize,
    session: Option<Session>,
}

struct Session {
    id: String,
    host: Host,
}

/// What is done after an answer.
#[derive(PartialEq, Eq)]
enum Next {
    Go,
    Encrypt,
    Decrypt,
    End,
}

/// Serves one client until it goes or sends what is no request.
pub async fn serve(mut stream: impl Stream, fleet: Arc<Fleet>, at: usize) {
    let mut talk = Talk {
        fleet,
        at,
        session: None,
    };
    let mut was_encrypted = false;
    loop {
        if talk.until_change(&mut stream, was_encrypted).await != Next::Encrypt {
            return;
        }
        let Some(config) = talk.tls().await else {
            return;
        };
        let Some(mut encrypted) = tls::accept(stream, config).await else {
            return;
        };
        if talk.until_change(&mut encrypted, false).await != Next::Decrypt {
            // A client may ask why the stream ends; it is told that this was meant.
            let _ = encrypted.shutdown().await;
            return;
        }
        talk.session = None;
        if encrypted.shutdown().await.is_err() {
            return;
        }
        stream = encrypted.into_inner().0.into_inner();
        was_encrypted = true;
    }
}

impl Talk {
    async fn until_change(&mut self, stream: &mut impl Stream, was_encrypted: bool) -> Next {
        loop {
            let request = if was_encrypted {
                frame::read_request_after_tls(stream).await
            } else {
                frame::read_request(stream).await
            };
            let Some(request) = request else {
                return Next::End;
            };
            let (answer, next) = self.answer(&request).await;
            if !frame::send(stream, answer).await {
                return Next::End;
            }
            if next != Next::Go {
                return next;
            }
        }
    }

    fn phone(&self) -> &Phone {
        &self.fleet.phones[self.at]
    }

    /// What the phone knows of computers. Keys may have to be made first, which takes a while.
    async fn pairing(&self) -> Result<Pairing, PairingError> {
        self.with_pairings(|fleet, phone| fleet.pairings.of(phone))
            .await
    }

    /// Does what takes a while, or writes, where no other client waits for it.
    async fn with_pairings<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Fleet, &Phone) -> Result<T, PairingError> + Send + 'static,
    ) -> Result<T, PairingError> {
        let fleet = Arc::clone(&self.fleet);
        let at = self.at;
        let done = tokio::task::spawn_blocking(move || work(&fleet, &fleet.phones[at])).await;
        done.map_err(std::io::Error::other)?
    }

    async fn tls(&self) -> Option<Arc<rustls::ServerConfig>> {
        let session = self.session.as_ref()?;
        let key = self.pairing().await.ok()?.device_key;
        tls::config(&key, &session.host).ok()
    }

    async fn answer(&mut self, request: &Dictionary) -> (Dictionary, Next) {
        let text = |key: &str| request.get(key).and_then(Value::as_string);
        let name = text("Request").unwrap_or_default();
        let mut next = Next::Go;
        let told = match name {
            "QueryType" => Ok(frame::dictionary([(
                "Type",
                Value::from("com.apple.mobile.lockdown"),
            )])),
            "GetValue" => self.get_value(text("Domain"), text("Key")).await,
            "SetValue" => self.set_value(text("Domain"), text("Key"), request.get("Value")),
            "RemoveValue" => self.set_value(text("Domain"), text("Key"), None),
            "StartSession" => {
                let told = self.start_session(text("HostID")).await;
                if told.is_ok() {
                    next = Next::Encrypt;
                }
                told
            }
            "StopSession" => {
                let told = self.stop_session(text("SessionID"));
                if told.is_ok() {
                    next = Next::Decrypt;
                }
                told
            }
            "StartService" => self.start_service(request).await,
            "Pair" | "ValidatePair" | "Unpair" => self.pair_request(name, request).await,
            "EnterRecovery" => Err("SessionInactive"),
            _ => Err("InvalidRequest"),
        };
        let mut answer = Dictionary::new();
        if !name.is_empty() {
            answer.insert("Request".to_owned(), Value::from(name));
        }
        for key in ["Domain", "Key", "Service"] {
            if let Some(value) = text(key) {
                answer.insert(key.to_owned(), Value::from(value));
            }
        }
        match told {
            Ok(told) => {
                answer.insert("Result".to_owned(), Value::from("Success"));
                answer.extend(told);
            }
            Err(error) => {
                answer.insert("Error".to_owned(), Value::from(error));
            }
        }
        (answer, next)
    }

    async fn get_value(
        &self,
        domain: Option<&str>,
        key: Option<&str>,
    ) -> Result<Dictionary, &'static str> {
        let domain = domain.unwrap_or_default();
        let mut facts = facts::of(self.phone(), domain);
        if domain.is_empty() && key.is_none_or(|key| key == "DevicePublicKey") {
            let pairing = self.pairing().await.map_err(failed)?;
            let public = pairing.device_key.public_pem().map_err(failed)?;
            facts.insert("DevicePublicKey".to_owned(), Value::Data(public));
        }
        let private = |key: &str| facts::needs_session(domain, key) && self.session.is_none();
        let Some(key) = key else {
            let facts = facts.into_iter().filter(|(key, _)| !private(key));
            let facts: Dictionary = facts.collect();
            return Ok(frame::dictionary([("Value", Value::Dictionary(facts))]));
        };
        match facts.get(key) {
            Some(_) if private(key) => Err("GetProhibited"),
            Some(value) => Ok(frame::dictionary([("Value", value.clone())])),
            None => Err("MissingValue"),
        }
    }

    /// Without a value, what was set is taken back.
    fn set_value(
        &self,
        domain: Option<&str>,
        key: Option<&str>,
        value: Option<&Value>,
    ) -> Result<Dictionary, &'static str> {
        if self.session.is_none() {
            return Err("SessionInactive");
        }
        let key = key.ok_or("MissingKey")?;
        let phone = self.phone();
        phone
            .settings()
            .set(domain.unwrap_or_default(), key, value)?;
        Ok(Dictionary::new())
    }

    async fn start_session(&mut self, host: Option<&str>) -> Result<Dictionary, &'static str> {
        if self.session.is_some() {
            return Err("SessionActive");
        }
        let host = host.ok_or("MissingHostID")?;
        let mut hosts = self.pairing().await.map_err(failed)?.hosts.into_iter();
        let host = hosts.find(|known| known.id == host);
        let id = uuid().map_err(failed)?;
        self.session = Some(Session {
            id: id.clone(),
            host: host.ok_or("InvalidHostID")?,
        });
        Ok(frame::dictionary([
            ("SessionID", Value::from(id)),
            ("EnableSessionSSL", Value::from(true)),
        ]))
    }

    fn stop_session(&self, id: Option<&str>) -> Result<Dictionary, &'static str> {
        match &self.session {
            None => Err("SessionInactive"),
            Some(session) if Some(session.id.as_str()) != id => Err("InvalidSessionID"),
            Some(_) => Ok(Dictionary::new()),
        }
    }

    async fn start_service(&self, request: &Dictionary) -> Result<Dictionary, &'static str> {
        let Some(session) = &self.session else {
            return Err("SessionInactive");
        };
        let name = request.get("Service").and_then(Value::as_string);
        let service = Service::named(name.ok_or("MissingService")?).ok_or("InvalidService")?;
        let escrow = request.get("EscrowBag").and_then(Value::as_data);
        let opens = escrow.is_some_and(|bag| !bag.is_empty() && bag == session.host.escrow_bag);
        if self.phone().passcode_locked() && !opens {
            return Err("PasswordProtected");
        }
        let key = self.pairing().await.map_err(failed)?.device_key;
        let config = tls::config(&key, &session.host).map_err(failed)?;
        let port = self.phone().open_ports().open(service, config);
        Ok(frame::dictionary([
            ("Port", Value::from(u64::from(port))),
            ("EnableServiceSSL", Value::from(true)),
        ]))
    }
}

/// Says in the log what kept the phone from answering, and what the client hears.
fn failed(error: impl std::fmt::Display) -> &'static str {
    tracing::error!(%error, "a simulated phone cannot use its pairings");
    "InternalError"
}
