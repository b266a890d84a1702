//! The order that changes settings, and what the core is told of hours.

use serde_json::{Map, Value};
use signalbox_scheduler::{AccountNo, Input, RotaNo};

use super::{Carried, Operator, Order, Taken};
use crate::runtime::turn::Turn;
use crate::settings::Chosen;
use crate::store::audit::{Entry, Subject};
use crate::store::{self, Durability, settings};

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

impl Turn<'_> {
    /// Tells the core what is set, where that is news, and whose hours each account keeps.
    pub(in crate::runtime) fn configure(&mut self) -> store::Result<()> {
        let (world, limits) = (self.world, self.limits);
        let mut wanted = self.memory.chosen.policy(world, limits, self.memory.seed);
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

    /// Tells the core whose hours each account keeps.
    pub(in crate::runtime) fn tell_hours(&mut self) -> store::Result<()> {
        let rotas = self
            .memory
            .chosen
            .rotas()
            .map(|(group, _)| group.to_owned());
        let rotas: Vec<String> = rotas.collect();
        let rota_of = |group: &str| {
            let place = rotas.iter().position(|it| it == group).unwrap_or(0);
            RotaNo(u16::try_from(place).unwrap_or(0))
        };
        let accounts = self.memory.directory.accounts();
        let news: Vec<(AccountNo, RotaNo)> = accounts
            .map(|(no, row)| (no, rota_of(&row.group)))
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
}
