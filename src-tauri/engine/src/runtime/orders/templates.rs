//! Orders about templates.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use signalbox_automation::Work;
use signalbox_scheduler::Priority;
use uuid::Uuid;

use super::{Carried, Operator, Order, Taken};
use crate::list_file::priority_word;
use crate::runtime::message::Refused;
use crate::runtime::turn::Turn;
use crate::store::audit::{Entry, Subject};
use crate::store::templates::{self, Template};

/// The most templates of a data set (R9).
const TEMPLATES_MAX: u64 = 1_000;
/// How much of what a template does stands in the audit, in bytes; of more, its hash.
const FACTS_BYTES_MAX: usize = 4_096;

/// What a template is.
#[derive(Debug, Clone)]
pub(crate) struct Stencil {
    /// What people call it.
    pub(crate) name: String,
    /// What a task of it does, without a target.
    pub(crate) work: Work,
    /// How urgent a task of it is.
    pub(crate) priority: Priority,
    /// What a task of it is called.
    pub(crate) note: String,
}

/// A new template.
#[derive(Debug, Clone)]
pub(crate) struct AddTemplate(pub(crate) Uuid, pub(crate) Stencil);

/// A template is another one from now on.
#[derive(Debug, Clone)]
pub(crate) struct ChangeTemplate(pub(crate) Uuid, pub(crate) Stencil);

/// A template goes. Tasks that were made of it stay as they are.
#[derive(Debug, Clone)]
pub(crate) struct RemoveTemplate(pub(crate) Uuid);

impl Order for AddTemplate {
    type Done = ();
    const BRINGS_NEW: bool = true;

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Self(id, stencil) = self;
        if templates::named(&turn.tables, &stencil.name)?.is_some() {
            return Ok(Err(taken(&stencil.name)));
        }
        if templates::count(&turn.tables)? >= TEMPLATES_MAX {
            let message = format!("There are {TEMPLATES_MAX} templates already. Delete some.");
            return Ok(Err(Refused::new("too_many_templates", message)));
        }
        let template = Template {
            version: 1,
            ..made(*id, stencil, turn.ts)
        };
        templates::put(&turn.tables, &template)?;
        let entry = Entry::new(
            "template.add",
            subject(&template),
            Value::Null,
            facts(&template),
        );
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for ChangeTemplate {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Self(id, stencil) = self;
        let Some(before) = templates::get(&turn.tables, *id)? else {
            return Ok(Err(unknown()));
        };
        let holder = templates::named(&turn.tables, &stencil.name)?;
        if holder.is_some_and(|holder| holder != *id) {
            return Ok(Err(taken(&stencil.name)));
        }
        let after = Template {
            version: before.version,
            changed_ts: before.changed_ts,
            used_ts: before.used_ts,
            ..made(*id, stencil, before.created_ts)
        };
        if after == before {
            return Ok(Ok(Carried::unchanged(())));
        }
        let after = Template {
            version: before.version.saturating_add(1),
            changed_ts: turn.ts,
            ..after
        };
        templates::put(&turn.tables, &after)?;
        let (was, is) = (facts(&before), facts(&after));
        let entry = Entry::new("template.change", subject(&after), was, is);
        Ok(Ok(Carried::new((), entry)))
    }
}

impl Order for RemoveTemplate {
    type Done = ();

    fn take(&self, turn: &mut Turn<'_>, _by: &Operator) -> Taken<()> {
        let Some(before) = templates::get(&turn.tables, self.0)? else {
            return Ok(Err(unknown()));
        };
        templates::remove(&turn.tables, self.0)?;
        let entry = Entry::new(
            "template.remove",
            subject(&before),
            facts(&before),
            Value::Null,
        );
        Ok(Ok(Carried::new((), entry)))
    }
}

/// A template as it is new.
fn made(id: Uuid, stencil: &Stencil, ts: i64) -> Template {
    let Stencil {
        name,
        work,
        priority,
        note,
    } = stencil.clone();
    Template {
        id,
        name,
        work,
        priority,
        note,
        version: 0,
        created_ts: ts,
        changed_ts: ts,
        used_ts: None,
    }
}

fn subject(template: &Template) -> Subject {
    Subject::new("template", template.id.to_string()).named(&template.name)
}

fn facts(template: &Template) -> Value {
    let mut work = serde_json::to_value(&template.work).unwrap_or_default();
    let text = work.to_string();
    if text.len() > FACTS_BYTES_MAX {
        let hash = Sha256::digest(text);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        work = json!({ "sha256": hash });
    }
    json!({ "name": template.name, "priority": priority_word(template.priority), "task": work })
}

fn taken(name: &str) -> Refused {
    let message = format!("There is a template called “{name}” already. Choose another name.");
    Refused::new("template_exists", message)
}

fn unknown() -> Refused {
    Refused::new("unknown_template", "There is no template of this id.")
}
