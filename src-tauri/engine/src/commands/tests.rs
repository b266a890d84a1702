//! An engine without phones, for the tests of commands.

use signalbox_phone::Udid;
use signalbox_scheduler::{AttemptNo, CheckNo, PhoneNo};

use super::Commands;
use crate::engine::{Engine, Options, Phones};
use crate::paths::{Base, Environment};
use crate::runtime::{Begun, Hands, Message, PhoneNews, Visiting};
use crate::store::phones::PhoneRow;
use crate::store::{Durability, World};

/// Hands that carry nothing out: what phones say, a test says for them.
struct Idle;

impl Hands for Idle {
    fn run(&mut self, _: Vec<Begun>) {}
    fn stop_safely(&mut self, _: AttemptNo) {}
    fn stop(&mut self, _: AttemptNo, _: PhoneNo, _: &Udid) {}
    fn check(&mut self, _: CheckNo, _: PhoneNo, _: &Udid) {}
    fn visit(&mut self, _: Visiting) {}
    fn hush(&mut self, _: Option<&Udid>) {}
    fn unhush(&mut self, _: Option<&Udid>) {}
    fn halt_check(&mut self, _: PhoneNo) {}
    fn forget(&mut self, _: AttemptNo) {}
    fn stop_all_safely(&mut self) {}
    fn stop_all(&mut self) {}
}

/// An engine with ceilings on an empty data set, a simulated one where nothing is said.
pub(super) struct Bench {
    pub(super) engine: Engine,
    _dir: tempfile::TempDir,
}

impl Bench {
    pub(super) async fn new() -> Self {
        Self::of(World::Simulated).await
    }

    pub(super) async fn of(world: World) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let environment = Environment {
            home: Some(dir.path().to_owned()),
            ..Environment::default()
        };
        let options = Options {
            program: "tests",
            base: Base::find(&environment).unwrap(),
            data_dir: dir.path().join("data"),
            phones: Phones::Absent(world),
            time_scale: 1,
            limits: true,
            fresh: false,
            durability: Durability::Normal,
        };
        let engine = Engine::start_with(options, |_| Box::new(Idle));
        Self {
            engine: engine.await.unwrap(),
            _dir: dir,
        }
    }

    /// Tasks that wait.
    pub(super) async fn waiting(&self) -> u64 {
        let metrics = self.engine.commands().concurrency_metrics().await;
        metrics.unwrap().0.total_tasks_queued_waiting
    }
}

/// `tasks.csv` with these rows.
pub(super) fn rows(rows: &[&str]) -> Vec<u8> {
    let head = "account_id,task_type,target_username,actions";
    [&[head], rows].concat().join("\n").into_bytes()
}

/// A phone is plugged in and can work: the next task starts on it.
pub(super) async fn plug_in(commands: &Commands, udid: &str) {
    let udid = Udid::new(udid);
    let ready = PhoneNews::Ready(PhoneRow::unseen(udid.clone()));
    for news in [PhoneNews::Seen, ready] {
        let udid = udid.clone();
        let message = Message::Phone { udid, news };
        commands.inbox.send(message).await.unwrap();
    }
}

/// It is on its cable and cannot work.
pub(super) async fn cannot_work(commands: &Commands, udid: &str, code: &'static str) {
    let (udid, why) = (Udid::new(udid), "It shows something.".to_owned());
    let news = PhoneNews::Unready { code, why };
    let message = Message::Phone { udid, news };
    commands.inbox.send(message).await.unwrap();
}

/// Its cable is out.
pub(super) async fn unplug(commands: &Commands, udid: &str) {
    let (udid, news) = (Udid::new(udid), PhoneNews::Gone);
    let message = Message::Phone { udid, news };
    commands.inbox.send(message).await.unwrap();
}
