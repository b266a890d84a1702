//! An engine without phones, for the tests of commands.

use crate::engine::{Engine, Options, Phones};
use crate::paths::{Base, Environment};
use crate::store::{Durability, World};

/// An engine with ceilings on an empty simulated data set.
pub(super) struct Bench {
    pub(super) engine: Engine,
    _dir: tempfile::TempDir,
}

impl Bench {
    pub(super) async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let environment = Environment {
            home: Some(dir.path().to_owned()),
            ..Environment::default()
        };
        let engine = Engine::start(Options {
            program: "tests",
            base: Base::find(&environment).unwrap(),
            data_dir: dir.path().join("data"),
            phones: Phones::Absent(World::Simulated),
            time_scale: 1,
            limits: true,
            fresh: false,
            durability: Durability::Normal,
        });
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
