//! Which fault fires when.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::scenario::{FaultKind, FaultSpec};
use crate::witness::Effect;

/// A fault that has just fired.
#[derive(Clone)]
pub struct Fired {
    /// What and how.
    pub spec: FaultSpec,
}

impl Fired {
    /// `for`, or the kind's default.
    #[must_use]
    pub fn lasts_or(&self, default: Duration) -> Duration {
        self.spec.lasts.unwrap_or(default)
    }
}

struct State {
    spec: FaultSpec,
    /// `at` has come (always so for `nth`), and until when in ns it holds where it has a `for`.
    armed: bool,
    until: Option<u64>,
    /// Matching acts so far; per phone unless an account is named.
    seen: HashMap<u16, u64>,
    fired: HashMap<u16, u64>,
}

/// All faults of a scenario.
pub struct Faults {
    states: Mutex<Vec<State>>,
}

impl Faults {
    /// Faults that have not fired yet.
    #[must_use]
    pub fn new(specs: &[FaultSpec]) -> Faults {
        let state = |spec: &FaultSpec| State {
            spec: spec.clone(),
            armed: spec.nth.is_some(),
            until: None,
            seen: HashMap::new(),
            fired: HashMap::new(),
        };
        Faults {
            states: Mutex::new(specs.iter().map(state).collect()),
        }
    }

    /// `at` has come for fault `index`, which waits for a command.
    pub fn arm(&self, index: usize, now: u64) {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = states.get_mut(index) {
            state.armed = true;
            let block = state.spec.kind == FaultKind::ActionBlock;
            state.until = state
                .spec
                .lasts
                .filter(|_| block)
                .map(|lasts| now.saturating_add(nanos(lasts)));
            state.fired.clear();
        }
    }

    /// An act is about to happen, or (without `effect`) a command.
    pub fn at(
        &self,
        phone: u16,
        account: Option<&str>,
        effect: Option<Effect>,
        now: u64,
    ) -> Vec<Fired> {
        let mut states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        let matching = states.iter_mut().filter(|state| {
            let spec = &state.spec;
            state.armed
                && spec.phone.covers(phone)
                && spec
                    .account
                    .as_deref()
                    .is_none_or(|wanted| Some(wanted) == account)
                && meant(spec, effect)
        });
        matching
            .filter_map(|state| state.step(phone, now))
            .collect()
    }
}

/// Whether the fault means this act.
fn meant(spec: &FaultSpec, effect: Option<Effect>) -> bool {
    if spec.kind == FaultKind::ActionBlock && spec.effect.is_none() {
        return matches!(
            effect,
            Some(Effect::Follow | Effect::Like | Effect::Comment)
        );
    }
    spec.effect == effect
}

impl State {
    fn step(&mut self, phone: u16, now: u64) -> Option<Fired> {
        let slot = if self.spec.account.is_some() {
            0
        } else {
            phone
        };
        let seen = self.seen.entry(slot).or_default();
        *seen += 1;
        if *seen < self.spec.nth.unwrap_or(1) {
            return None;
        }
        let fired = self.fired.entry(slot).or_default();
        let block = self.spec.kind == FaultKind::ActionBlock;
        match (self.until, self.spec.lasts) {
            // A block with `for` blocks every try until it is over.
            (Some(until), _) if now >= until => return None,
            (Some(_), _) => {}
            (None, Some(lasts)) if block && *fired == 0 => {
                self.until = Some(now.saturating_add(nanos(lasts)));
            }
            _ if *fired >= self.spec.times.unwrap_or(1) => return None,
            _ => {}
        }
        *fired += 1;
        Some(Fired {
            spec: self.spec.clone(),
        })
    }
}

/// Nanoseconds, at most those of 584 years.
#[must_use]
pub fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn faults(text: &str) -> Faults {
        Faults::new(
            &Scenario::parse(&format!("[[fault]]\n{text}"))
                .unwrap()
                .faults,
        )
    }

    fn fires(faults: &Faults, phone: u16, account: &str, now: u64) -> bool {
        !faults
            .at(phone, Some(account), Some(Effect::Follow), now)
            .is_empty()
    }

    #[test]
    fn the_nth_act_of_an_account_counts_over_all_phones() {
        let faults =
            faults("kind=\"action_block\"\naccount=\"anna\"\neffect=\"follow\"\nnth=3\ntimes=2\n");
        assert!(!fires(&faults, 1, "anna", 0));
        assert!(!fires(&faults, 2, "anna", 0));
        assert!(!fires(&faults, 2, "bert", 0));
        assert!(faults.at(2, Some("anna"), Some(Effect::Like), 0).is_empty());
        assert!(fires(&faults, 2, "anna", 0));
        assert!(fires(&faults, 1, "anna", 0));
        assert!(!fires(&faults, 1, "anna", 0));
    }

    #[test]
    fn without_an_account_each_phone_counts_for_itself() {
        let faults = faults("kind=\"action_block\"\neffect=\"follow\"\nnth=2\n");
        assert!(!fires(&faults, 1, "anna", 0));
        assert!(!fires(&faults, 2, "anna", 0));
        assert!(fires(&faults, 1, "bert", 0));
        assert!(fires(&faults, 2, "anna", 0));
        assert!(!fires(&faults, 1, "anna", 0));
    }

    #[test]
    fn a_block_with_a_length_blocks_until_it_is_over() {
        let faults = faults("kind=\"action_block\"\nnth=1\nfor=\"10s\"\n");
        assert!(fires(&faults, 1, "anna", 0));
        assert!(fires(&faults, 1, "anna", 9_000_000_000));
        assert!(!fires(&faults, 1, "anna", 10_000_000_000));
    }

    #[test]
    fn a_fault_with_a_time_waits_for_it() {
        let faults = faults("kind=\"late_reply\"\nat=\"1s\"\n");
        assert!(faults.at(1, None, None, 0).is_empty());
        faults.arm(0, 0);
        assert!(!faults.at(1, None, None, 0).is_empty());
        assert!(faults.at(1, None, None, 0).is_empty());
    }
}
