//! One command's turn on a phone: what it may touch, what it changed, what went wrong with it.

use crate::faults::{Faults, Fired};
use crate::people::People;
use crate::scenario::FaultKind;
use crate::wda::errors::WdaError;
use crate::witness::{Effect, EndRecord, Scene, Witness};
use crate::world::{Change, World};

use super::View;
use super::language::Language;
use crate::config::AppVersion;

/// A command's turn.
pub struct Turn<'a> {
    /// The world, held for the turn.
    pub world: &'a mut World,
    /// Its people.
    pub people: &'a People,
    /// What may go wrong.
    pub faults: &'a Faults,
    /// Numbers the effects.
    pub witness: &'a Witness,
    /// The phone's number, from 1.
    pub phone: u16,
    /// Its UDID.
    pub udid: &'a str,
    /// The app's release on it.
    pub version: AppVersion,
    /// What the app speaks there.
    pub language: Language,
    /// The request's number in the witness log.
    pub seq: u64,
    /// The request as the witness writes it.
    pub request: &'a str,
    /// Monotonic, in ns.
    pub now: u64,
    /// Whether the app has no network.
    pub offline: bool,
    /// What happened so far, oldest first.
    pub effects: Vec<EndRecord>,
    /// Faults that the phone (not the app) has to suffer.
    pub fired: Vec<Fired>,
}

impl Turn<'_> {
    /// What trees are made from.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View {
            world: self.world,
            people: self.people,
            version: self.version,
            language: self.language,
            udid: self.udid,
            offline: self.offline,
        }
    }

    /// The active account.
    #[must_use]
    pub fn me(&self) -> Option<String> {
        self.world.active(self.udid).map(str::to_owned)
    }

    /// Asks the scenario before an act. The faults that come instead of it are given back; those
    /// that leave the act alone wait in `fired`.
    pub fn gate(&mut self, effect: Effect) -> Vec<Fired> {
        let me = self.me();
        let fired = self
            .faults
            .at(self.phone, me.as_deref(), Some(effect), self.now);
        let (after, instead) = fired
            .into_iter()
            .partition(|fired| fired.spec.act_happens());
        self.fired.extend::<Vec<Fired>>(after);
        instead
    }

    fn end_record(&self, effect: Effect, scene: Scene, text: Option<String>) -> EndRecord {
        let first = self.effects.is_empty();
        EndRecord {
            phone: self.udid.to_owned(),
            seq: if first {
                self.seq
            } else {
                self.witness.number()
            },
            of: self.seq,
            request: self.request.to_owned(),
            scene,
            effect: Some(effect),
            text,
        }
    }

    /// Records something that leaves the world as it is (a search, a profile opened).
    pub fn note(&mut self, effect: Effect, scene: Scene, text: Option<String>) {
        let end = self.end_record(effect, scene, text);
        self.effects.push(end);
    }

    /// Changes the world, durably, and records it.
    ///
    /// # Errors
    /// When the change could not be written; then nothing happened.
    pub fn commit(
        &mut self,
        change: Change,
        effect: Effect,
        scene: Scene,
        text: Option<String>,
    ) -> Result<(), WdaError> {
        let end = self.end_record(effect, scene, text);
        self.world.commit(change, Some(&end)).map_err(|error| {
            tracing::error!(%error, "the world file cannot be written");
            WdaError::unknown(format!("the simulated world cannot be written: {error}"))
        })?;
        self.effects.push(end);
        Ok(())
    }

    /// Puts a challenge over the account, or signs it out.
    ///
    /// # Errors
    /// When the change could not be written.
    pub fn challenge(&mut self, account: String, fired: &Fired) -> Result<(), WdaError> {
        let change = challenge_change(account, fired);
        self.world
            .commit(change, None)
            .map_err(|error| WdaError::unknown(error.to_string()))
    }
}

/// The change that a challenge or a sign-out makes.
#[must_use]
pub fn challenge_change(account: String, fired: &Fired) -> Change {
    let text = match fired.spec.kind {
        FaultKind::LoggedOut => String::new(),
        _ => fired
            .spec
            .text
            .clone()
            .unwrap_or_else(|| "Confirm it's you".to_owned()),
    };
    Change::Challenge { account, text }
}
