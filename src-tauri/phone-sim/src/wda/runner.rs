//! Runs a command: in its turn on the main queue, seen by the witness, and with what goes wrong.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};
use tokio::sync::{MutexGuard, broadcast};

use super::command::Command;
use super::commands::{Answer, Hand};
use super::device::no_notice;
use super::errors::{Code, WdaError};
use super::reply::Spoil;
use super::router::{Route, route};
use super::settings::Quality;
use super::{Reply, error_reply};
use crate::app::View;
use crate::app::node::{Node, Rect};
use crate::app::turn::Turn;
use crate::clock::monotonic_ns;
use crate::faults::Fired;
use crate::fleet::Fleet;
use crate::phone::{Front, Phone};
use crate::scenario::FaultKind;
use crate::witness::{EndRecord, Scene};

const HEALTH: &str =
    "<!DOCTYPE html><html><title>Health Check</title><body><p>I-AM-ALIVE</p></body></html>";

/// A command that is over.
pub(crate) struct Done {
    /// What the client is told.
    pub reply: Reply,
    /// What happens to that on the way.
    pub spoil: Spoil,
}

/// What faults do to the answer.
#[derive(Default)]
struct Trouble {
    spoil: Spoil,
    late: Duration,
    slow: Duration,
}

impl Trouble {
    /// Takes what concerns the answer out of `fired`.
    fn take(&mut self, fired: &mut Vec<Fired>) {
        fired.retain(|fired| {
            match fired.spec.kind {
                FaultKind::LateReply => self.late += fired.lasts_or(Duration::from_secs(5)),
                FaultKind::DuplicateReply => self.spoil = Spoil::Twice,
                FaultKind::TruncatedReply => self.spoil = Spoil::Half,
                FaultKind::Slow => self.slow += fired.lasts_or(Duration::from_secs(1)),
                _ => return true,
            }
            false
        });
    }
}

/// Runs the command that method and path name, on phone `at`.
pub(crate) async fn run(
    fleet: Arc<Fleet>,
    at: usize,
    method: String,
    path: String,
    body: Value,
) -> Done {
    let routed = route(&method, &path);
    let (route, request) = match routed {
        Ok(route) => {
            let request = route.request.clone();
            (Ok(route), request)
        }
        Err((request, error)) => (Err(error), request),
    };
    let phone = &fleet.phones[at];
    let on_queue = route
        .as_ref()
        .is_ok_and(|route| !route.command.bypasses_queue());
    let turn = if on_queue {
        Some(phone.queue.lock().await)
    } else {
        None
    };
    let job = Job {
        fleet: &fleet,
        at,
        phone,
        request: &request,
        body: &body,
    };
    let mut trouble = Trouble::default();
    let result = match &route {
        Ok(route) => job.work(route, &mut trouble, turn).await,
        Err(error) => job.seen(|_| Err(error.clone())),
    };
    if !trouble.late.is_zero() {
        tokio::time::sleep(trouble.late).await;
    }
    let session = phone
        .state()
        .session
        .as_ref()
        .map(|session| session.id.clone());
    let reply = match result {
        Ok(Answer::Value(value)) => match route.as_ref().map(|route| &route.command) {
            Ok(Command::Health) => Reply::Text("text/html", HEALTH),
            Ok(Command::Shutdown) => Reply::Text("text/plain", "Shutting down"),
            _ => Reply::Envelope(200, json!({ "value": value, "sessionId": session })),
        },
        Ok(Answer::Picture(tree, part, quality)) => {
            picture(tree, part, quality, session.as_deref()).await
        }
        // These were waited for, and became values.
        Ok(Answer::Notice(..) | Answer::Later(..) | Answer::Away(..)) => {
            Reply::Envelope(200, json!({ "value": null, "sessionId": session }))
        }
        Err(error) => error_reply(&error, session.as_deref()),
    };
    Done {
        reply,
        spoil: trouble.spoil,
    }
}

async fn picture(
    tree: Arc<Node>,
    part: Option<Rect>,
    quality: Quality,
    session: Option<&str>,
) -> Reply {
    let draw = move || match quality {
        Quality::Lossless => crate::picture::png(&tree, part),
        Quality::Jpeg(quality) => crate::picture::jpeg(&tree, part, quality, 100),
    };
    match tokio::task::spawn_blocking(draw).await {
        Ok(Ok(bytes)) => {
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            Reply::Envelope(200, json!({ "value": text, "sessionId": session }))
        }
        _ => {
            let message = "the screen could not be drawn";
            error_reply(&WdaError::new(Code::UnableToCapture, message), session)
        }
    }
}

/// One command on one phone.
struct Job<'a> {
    fleet: &'a Arc<Fleet>,
    at: usize,
    phone: &'a Phone,
    request: &'a str,
    body: &'a Value,
}

impl Job<'_> {
    async fn work(
        &self,
        route: &Route,
        trouble: &mut Trouble,
        turn: Option<MutexGuard<'_, ()>>,
    ) -> Result<Answer, WdaError> {
        let fleet = self.fleet;
        let session = route.session.as_deref();
        if !self.phone.state().wda_up {
            return Err(WdaError::unknown("WebDriverAgent has ended"));
        }
        let seq = self.begin(&route.command)?;
        if turn.is_some() {
            self.command_faults(trouble);
            self.wait_while_hung().await;
            let slow = fleet.latency + trouble.slow;
            if !slow.is_zero() {
                tokio::time::sleep(slow).await;
            }
            self.wait_while_busy(&route.command).await;
        } else if route.command == Command::DeleteSession && self.has_session(session) {
            // It goes beside the queue, and frees one that hangs.
            self.phone.hang.send_replace(0);
        }
        // Heard from here on, so that what the command itself sets off is not missed.
        let mut notices = self.phone.notices.subscribe();
        let (result, mut fired) = self.execute(route, seq)?;
        trouble.take(&mut fired);
        for fired in &fired {
            fleet.suffer(self.at, fired);
        }
        if route.command == Command::Shutdown {
            fleet.runner_ends(self.at);
        }
        if turn.is_some()
            && fired
                .iter()
                .any(|fired| fired.spec.kind == FaultKind::WdaHang)
        {
            self.wait_while_hung().await;
        }
        match result? {
            Answer::Later(value, time) => {
                // Instant phones type in no time.
                if !fleet.latency.is_zero() {
                    tokio::time::sleep(time).await;
                }
                Ok(Answer::Value(value))
            }
            Answer::Away(back, time) => {
                tokio::time::sleep(time).await;
                self.come_back(back);
                Ok(Answer::Value(Value::Null))
            }
            Answer::Notice(name, limit) => {
                let heard = tokio::time::timeout(limit, hear(&mut notices, &name)).await;
                match heard {
                    Ok(()) => Ok(Answer::Value(Value::Null)),
                    Err(_) => no_notice(&name, limit).map(Answer::Value),
                }
            }
            answer => Ok(answer),
        }
    }

    /// What was in front before the app was sent away, unless something else came meanwhile.
    fn come_back(&self, back: Front) {
        let mut state = self.phone.state();
        let runs = back != Front::App || state.app.is_some();
        if state.front == Front::Home && runs {
            state.front = back;
        }
    }

    /// Sessions wait until the app has been still for a while, as long as their settings say.
    async fn wait_while_busy(&self, command: &Command) {
        let wait = {
            let state = self.phone.state();
            let now = monotonic_ns();
            let session = state.session.as_ref();
            let Some(session) = session.filter(|session| session.waits_for_idle) else {
                return;
            };
            if state.busy_until <= now || !command.touches_app() || state.front != Front::App {
                return;
            }
            let seconds = |name: &str| {
                let seconds = session.settings.number(name);
                Duration::from_secs_f64(seconds.clamp(0.0, 3_600.0))
            };
            let busy = Duration::from_nanos(state.busy_until - now);
            let still = busy + seconds("animationCoolOffTimeout");
            still.min(seconds("waitForIdleTimeout"))
        };
        tokio::time::sleep(wait).await;
    }

    fn has_session(&self, id: Option<&str>) -> bool {
        let state = self.phone.state();
        state.session.as_ref().map(|session| session.id.as_str()) == id && id.is_some()
    }

    /// Faults that count commands.
    fn command_faults(&self, trouble: &mut Trouble) {
        let me = self
            .fleet
            .world()
            .active(&self.phone.udid)
            .map(str::to_owned);
        let now = monotonic_ns();
        let mut fired = self
            .fleet
            .faults
            .at(self.phone.number, me.as_deref(), None, now);
        trouble.take(&mut fired);
        for fired in &fired {
            self.fleet.suffer(self.at, fired);
        }
    }

    async fn wait_while_hung(&self) {
        let mut hang = self.phone.hang.subscribe();
        loop {
            let until = *hang.borrow_and_update();
            let now = monotonic_ns();
            if now >= until {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(Duration::from_nanos(until - now)) => {}
                _ = hang.changed() => {}
            }
        }
    }

    /// The begin line; what cannot be witnessed is not done.
    fn begin(&self, command: &Command) -> Result<u64, WdaError> {
        let scene = if command.touches_app() {
            self.scene()
        } else {
            Scene::default()
        };
        let begun = self
            .fleet
            .witness
            .begin(&self.phone.udid, self.request, scene);
        begun.map_err(|error| {
            tracing::error!(%error, "the witness log cannot be written");
            WdaError::unknown(format!("the witness log cannot be written: {error}"))
        })
    }

    fn scene(&self) -> Scene {
        let state = self.phone.state();
        let world = self.fleet.world();
        state.scene(&View {
            world: &world,
            people: &self.fleet.people,
            version: self.phone.version,
            language: self.phone.language,
            udid: &self.phone.udid,
            offline: state.offline(monotonic_ns()),
        })
    }

    /// Does the command and writes its end; what it set off comes back beside the answer.
    fn execute(
        &self,
        route: &Route,
        seq: u64,
    ) -> Result<(Result<Answer, WdaError>, Vec<Fired>), WdaError> {
        let mut state = self.phone.state();
        let mut world = self.fleet.world();
        let now = monotonic_ns();
        let mut turn = Turn {
            offline: state.offline(now),
            world: &mut world,
            people: &self.fleet.people,
            faults: &self.fleet.faults,
            witness: &self.fleet.witness,
            phone: self.phone.number,
            udid: &self.phone.udid,
            version: self.phone.version,
            language: self.phone.language,
            seq,
            request: self.request,
            now,
            effects: Vec::new(),
            fired: Vec::new(),
        };
        let mut hand = Hand {
            phone: self.phone,
            state: &mut state,
            turn: &mut turn,
            body: self.body,
        };
        let result = hand.execute(&route.command, route.session.as_deref());
        let scene = if route.command.touches_app() {
            state.scene(&turn.view())
        } else {
            Scene::default()
        };
        let (effects, fired) = (turn.effects, turn.fired);
        self.end(seq, scene, &effects)?;
        Ok((result, fired))
    }

    fn end(&self, seq: u64, scene: Scene, effects: &[EndRecord]) -> Result<(), WdaError> {
        let plain = EndRecord {
            phone: self.phone.udid.clone(),
            seq,
            of: seq,
            request: self.request.to_owned(),
            scene,
            effect: None,
            text: None,
        };
        self.fleet.witness.end(effects, &plain).map_err(|error| {
            tracing::error!(%error, "the witness log cannot be written");
            WdaError::unknown(format!("the witness log cannot be written: {error}"))
        })
    }

    /// A request that does nothing, but was seen.
    fn seen(
        &self,
        answer: impl FnOnce(&Self) -> Result<Answer, WdaError>,
    ) -> Result<Answer, WdaError> {
        let begun = self
            .fleet
            .witness
            .begin(&self.phone.udid, self.request, Scene::default());
        if let Ok(seq) = begun {
            self.end(seq, Scene::default(), &[])?;
        }
        answer(self)
    }
}

/// Returns once a notification of this name has been posted.
async fn hear(notices: &mut broadcast::Receiver<&'static str>, name: &str) {
    loop {
        match notices.recv().await {
            Ok(posted) if posted == name => return,
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
            // The phone outlives its commands.
            Err(broadcast::error::RecvError::Closed) => return std::future::pending().await,
        }
    }
}
