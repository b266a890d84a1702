//! The order that changes settings, and what the core is told of hours.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use signalbox_scheduler::{AccountNo, Input, RotaNo};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::settings::{Chosen, Window, week};
use crate::store::accounts::AccountRow;
use crate::store::audit::{Entry, Subject};
use crate::store::{self, Durability, settings};

/// Hours that accounts have of their own, each counted once: a phone that is idle looks at all.
const OWN_HOURS_MAX: usize = 200;

const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

/// Sets the named fields, and leaves all others as they are.
pub(crate) struct Change {
    /// The fields.
    pub(crate) fields: Chosen,
}

impl Order for Change {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let before = turn.memory.chosen.clone();
        let after = before.with(&self.fields);
        let (old, new) = (facts(&before), facts(&after));
        let named = facts_set(&self.fields);
        let changed = named
            .keys()
            .filter(|field| facts_set(&before).get(*field) != facts_set(&after).get(*field));
        let (mut was, mut is) = (Map::new(), Map::new());
        for field in changed {
            let value = new.get(field).cloned().unwrap_or_default();
            settings::put(&turn.tables, field, &value)?;
            was.insert(field.clone(), old.get(field).cloned().unwrap_or_default());
            is.insert(field.clone(), value);
        }
        if is.is_empty() {
            return Ok(Ok(Carried::unchanged(())));
        }
        turn.memory.chosen = after;
        turn.configure()?;
        let subject = Subject::new("settings", "");
        let entry = Entry::new("settings.change", subject, was.into(), is.into());
        Ok(Ok(Carried::new((), entry)))
    }
}

/// All fields with their values.
fn facts(chosen: &Chosen) -> Map<String, Value> {
    object(serde_json::to_value(chosen.view(Durability::default())))
}

/// The fields that somebody set.
fn facts_set(chosen: &Chosen) -> Map<String, Value> {
    object(serde_json::to_value(chosen))
}

fn object(value: serde_json::Result<Value>) -> Map<String, Value> {
    match value {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// The windows that a row of an account keeps.
pub(super) fn windows(hours: &str) -> Vec<Window> {
    serde_json::from_str(hours).unwrap_or_default()
}

impl Turn<'_> {
    /// Tells the core what is set, where that is news, and whose hours each account keeps.
    pub(in crate::runtime) fn configure(&mut self) -> store::Result<()> {
        let (world, limits) = (self.world, self.limits);
        let mut wanted = self.memory.chosen.policy(world, limits, self.memory.seed);
        let own = self.own_hours();
        let own = own.iter().map(|it| week(&windows(it)));
        wanted.hours.rotas.extend(own);
        // What is known of clocks stays while it is right for a year.
        let kept = &self.memory.state.settings.hours.zone;
        let year = self.now.wall.saturating_add(YEAR_MS);
        let right = kept.agrees(self.zone, self.now.wall, year);
        wanted.hours.zone = if right { kept } else { self.zone }.clone();
        if self.memory.state.settings != wanted {
            self.order_core(&Input::Configure(wanted))?.ok();
        }
        self.tell_hours()
    }

    /// Tells the core whose hours each account keeps. Rotas go by their places, so that it only ever
    /// follows the rotas themselves.
    fn tell_hours(&mut self) -> store::Result<()> {
        let rotas = self
            .memory
            .chosen
            .rotas()
            .map(|(group, _)| group.to_owned());
        let rotas: Vec<String> = rotas.collect();
        let own: Vec<String> = self.own_hours().into_iter().collect();
        let rota_of = |row: &AccountRow| {
            let place = match &row.hours {
                Some(hours) => own.binary_search(hours).ok().map(|at| rotas.len() + at),
                None => rotas.iter().position(|it| *it == row.group),
            };
            RotaNo(place.and_then(|it| u16::try_from(it).ok()).unwrap_or(0))
        };
        let accounts = self.memory.directory.accounts();
        let news: Vec<(AccountNo, RotaNo)> = accounts
            .map(|(no, row)| (no, rota_of(row)))
            .filter(|(no, rota)| {
                let known = self.memory.state.account(*no);
                known.is_some_and(|it| it.rota != *rota)
            })
            .collect();
        for (account, rota) in news {
            self.order_core(&Input::SetHours { account, rota })?.ok();
        }
        Ok(())
    }

    /// The hours that accounts have of their own, each once. Their rotas stand behind those of
    /// the groups, in this order.
    fn own_hours(&self) -> BTreeSet<String> {
        let accounts = self.memory.directory.accounts();
        let own = accounts.filter(|(_, row)| !row.removed);
        own.filter_map(|(_, row)| row.hours.clone()).collect()
    }

    /// Whether an account may keep these hours, beside those that others keep.
    pub(super) fn has_room_for(&self, hours: Option<&str>) -> Result<(), Refused> {
        let Some(hours) = hours else { return Ok(()) };
        let own = self.own_hours();
        if own.contains(hours) || own.len() < OWN_HOURS_MAX {
            return Ok(());
        }
        let message = format!(
            "{OWN_HOURS_MAX} different hours are kept by accounts already. Give accounts that work \
             together a group, and the group its hours in the settings."
        );
        Err(Refused::new("too_many_hours", message))
    }
}
