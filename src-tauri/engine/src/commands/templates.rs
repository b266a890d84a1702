//! Templates: tasks that are saved without a target, and lists made of them.

use std::collections::BTreeMap;

use serde::Serialize;
use signalbox_automation::flow::Script;
use signalbox_automation::{Engagement, Handle, Work};
use signalbox_scheduler::Priority;
use uuid::Uuid;

use super::bulk::{NewRow, NewTasks, NotTaken, TaskSource, TasksTaken};
use super::flows::runs;
use super::plan::Over;
use super::{CommandError, Commands, NewEngagement, NewFlow, NewTask};
use crate::clock::rfc3339;
use crate::list_file::{TaskRow, priority_word};
use crate::runtime::{AddTemplate, ChangeTemplate, RemoveTemplate, Stencil};
use crate::store::templates::{self, Template};

/// A task to save.
#[derive(Debug, Clone)]
pub struct NewTemplate {
    /// What people call it: 1 to 80 characters on one line.
    pub name: String,
    /// A good task, checked by its face; its target and account do not count.
    pub task: NewRow,
}

/// How tasks are made of a template.
#[derive(Debug, Clone)]
pub struct TemplateRun {
    /// Whom they are about, a task each; `None`: one task about nobody, which only a flow can be.
    pub targets: Option<Vec<String>>,
    /// Over which accounts they are spread.
    pub over: Over,
    /// How urgent they are; as the template says, where nothing is said.
    pub priority: Option<Priority>,
    /// Wall time before which they do not start, ms since 1970.
    pub not_before: Option<i64>,
    /// What to call the list; as the template, where nothing is said.
    pub name: Option<String>,
    /// They only look.
    pub rehearsal: bool,
    /// What stands for names in a flow, before what the template says.
    pub variables: BTreeMap<String, String>,
}

/// A saved task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TemplateView {
    /// Its id.
    pub template_id: String,
    /// What people call it.
    pub name: String,
    /// `instagram`, `engagement`, `flow`.
    pub task_type: String,
    /// What a task of it does, in the form in which it is saved.
    pub task: TemplateTask,
    /// How often it was saved.
    pub version: u32,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub changed_at: String,
    /// When a list was made of it last, RFC 3339; null: never.
    pub last_used_at: Option<String>,
}

/// What a task of a template does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
#[serde(untagged)]
pub enum TemplateTask {
    /// Single actions on one target.
    Instagram {
        /// In order.
        actions: Vec<String>,
        /// Posts one `like_post` likes.
        max_likes: u8,
        /// Follows it may do.
        max_follows: u8,
        /// `low`, `normal`, `high`, `urgent`.
        priority: String,
    },
    /// Engagement with a page.
    Engagement {
        /// What is done.
        actions: TemplateActs,
        /// Texts, each sent as it stands.
        comment_list: Vec<String>,
        /// Posts that are liked and commented on.
        max_posts_per_page: u8,
        /// Which pages are left out.
        profile_validation: TemplateValidation,
        /// `low`, `normal`, `high`, `urgent`.
        priority: String,
    },
    /// A script.
    Flow {
        /// The script.
        flow: String,
        /// The files that it runs.
        files: Vec<TemplateFile>,
        /// What stands for the names in it.
        variables: Vec<TemplateVariable>,
        /// What a task of it is called.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// `low`, `normal`, `high`, `urgent`.
        priority: String,
    },
}

/// What is done with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TemplateActs {
    /// Follow it.
    pub follow: bool,
    /// Like its posts.
    pub like: bool,
    /// Comment on its posts.
    pub comment: bool,
}

/// Which pages are left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TemplateValidation {
    /// Those whose posts are not open to all.
    pub public_only: bool,
    /// Those with fewer posts.
    pub min_posts: u32,
}

/// A file that a flow runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TemplateFile {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A name in a flow, and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema, ts_rs::TS)]
pub struct TemplateVariable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Stands for a target while a template is checked.
const NOBODY: &str = "nobody";

fn stencil(new: NewTemplate) -> Result<Stencil, CommandError> {
    if let NewRow::Flow(flow) = &new.task {
        runs(&flow.script, NOBODY)?;
    }
    let row = TaskRow::from(new.task);
    let nobody = || Handle::new("");
    let work = match row.work {
        None => Work::Instagram {
            target: nobody(),
            actions: row.actions,
            max_likes: row.max_likes,
            max_follows: row.max_follows,
        },
        Some(Work::Engagement(engagement)) => Work::Engagement(Engagement {
            pages: Vec::new(),
            ..engagement
        }),
        Some(Work::Flow { script, .. }) => Work::Flow {
            target: nobody(),
            script,
        },
        Some(work) => work,
    };
    Ok(Stencil {
        name: new.name,
        work,
        priority: row.priority,
        note: row.note.unwrap_or_default(),
    })
}

fn shown(template: Template) -> TemplateView {
    let priority = priority_word(template.priority).to_owned();
    let (task_type, task) = match template.work {
        Work::Instagram {
            actions,
            max_likes,
            max_follows,
            ..
        } => (
            "instagram",
            TemplateTask::Instagram {
                actions: actions.iter().map(|it| it.as_str().to_owned()).collect(),
                max_likes,
                max_follows,
                priority,
            },
        ),
        Work::Engagement(it) => (
            "engagement",
            TemplateTask::Engagement {
                actions: TemplateActs {
                    follow: it.follow,
                    like: it.like,
                    comment: it.comment,
                },
                comment_list: it.texts,
                max_posts_per_page: it.posts,
                profile_validation: TemplateValidation {
                    public_only: it.public_only,
                    min_posts: it.min_posts,
                },
                priority,
            },
        ),
        Work::Flow { script, .. } => ("flow", flow(script, template.note, priority)),
    };
    TemplateView {
        template_id: template.id.to_string(),
        name: template.name,
        task_type: task_type.to_owned(),
        task,
        version: template.version,
        created_at: rfc3339(template.created_ts),
        last_used_at: template.used_ts.map(rfc3339),
        changed_at: rfc3339(template.changed_ts),
    }
}

fn flow(script: Script, note: String, priority: String) -> TemplateTask {
    let Script {
        main,
        mut files,
        variables,
    } = script;
    let flow = files.remove(&main).unwrap_or_default();
    let files = files.into_iter();
    let variables = variables.into_iter();
    TemplateTask::Flow {
        flow,
        files: files
            .map(|(name, text)| TemplateFile { name, text })
            .collect(),
        variables: variables
            .map(|(name, value)| TemplateVariable { name, value })
            .collect(),
        name: Some(note).filter(|note| !note.is_empty()),
        priority,
    }
}

/// A task of the template about somebody.
fn task(template: &Template, target: String, run: &TemplateRun) -> NewRow {
    let priority = run.priority.unwrap_or(template.priority);
    let not_before = run.not_before;
    match template.work.clone() {
        Work::Instagram {
            actions,
            max_likes,
            max_follows,
            ..
        } => NewRow::Instagram(NewTask {
            account_id: None,
            target,
            actions,
            max_likes,
            max_follows,
            priority,
            not_before,
            idempotency_key: None,
        }),
        Work::Engagement(engagement) => NewRow::Engagement(NewEngagement {
            account_id: None,
            engagement: Engagement {
                pages: vec![Handle::new(&target)],
                ..engagement
            },
            priority,
            not_before,
            idempotency_key: None,
        }),
        Work::Flow { script, .. } => NewRow::Flow(NewFlow {
            account_id: None,
            target,
            script: given(script, &run.variables),
            name: template.note.clone(),
            priority,
            not_before,
            idempotency_key: None,
        }),
    }
}

/// The script with other values for its names.
fn given(script: Script, values: &BTreeMap<String, String>) -> Script {
    let mut variables = script.variables;
    variables.extend(values.clone());
    Script {
        variables,
        ..script
    }
}

fn unknown() -> CommandError {
    CommandError::new("unknown_template", "There is no template of this id.")
}

impl Commands {
    /// A page of the templates, by name, and how many there are.
    pub async fn templates(
        &self,
        skip: u32,
        limit: u32,
    ) -> Result<(Vec<TemplateView>, u64), CommandError> {
        self.query(move |connection| {
            let page = templates::page(connection, skip, limit)?;
            let count = templates::count(connection)?;
            Ok((page.into_iter().map(shown).collect(), count))
        })
        .await
    }

    /// One template.
    ///
    /// # Errors
    /// `unknown_template`.
    pub async fn template(&self, id: Uuid) -> Result<TemplateView, CommandError> {
        self.saved(id).await.map(shown)
    }

    async fn saved(&self, id: Uuid) -> Result<Template, CommandError> {
        let found = self.query(move |connection| templates::get(connection, id));
        found.await?.ok_or_else(unknown)
    }

    /// Saves a task as a template.
    ///
    /// # Errors
    /// `template_exists`, `too_many_templates`; `bad_flow` and `variable_missing` as of a flow.
    pub async fn add_template(&self, new: NewTemplate) -> Result<TemplateView, CommandError> {
        let id = Uuid::now_v7();
        self.order(AddTemplate(id, stencil(new)?), None).await?;
        self.template(id).await
    }

    /// Puts a task in place of the one that is saved. Tasks made before stay as they are.
    ///
    /// # Errors
    /// As [`Commands::add_template`]; `unknown_template`.
    pub async fn change_template(
        &self,
        id: Uuid,
        new: NewTemplate,
    ) -> Result<TemplateView, CommandError> {
        self.order(ChangeTemplate(id, stencil(new)?), None).await?;
        self.template(id).await
    }

    /// Deletes a template. Tasks made of it stay as they are.
    ///
    /// # Errors
    /// `unknown_template`.
    pub async fn remove_template(&self, id: Uuid) -> Result<(), CommandError> {
        self.order(RemoveTemplate(id), None).await
    }

    /// Makes a list of tasks of a template, all of them or none.
    ///
    /// # Errors
    /// `unknown_template`; `targets_needed` where only a flow could be about nobody; as
    /// [`Commands::take_tasks`], each row being a target.
    pub async fn run_template(&self, id: Uuid, run: TemplateRun) -> Result<TasksTaken, NotTaken> {
        let template = self.saved(id).await?;
        let is_flow = matches!(template.work, Work::Flow { .. });
        let targets = match run.targets.clone() {
            Some(targets) if !targets.is_empty() => targets,
            None if is_flow => vec![String::new()],
            _ => {
                let detail = "The tasks of this template are about somebody. Name the targets.";
                return Err(CommandError::new("targets_needed", detail).into());
            }
        };
        let rows = targets.into_iter();
        let rows = rows.map(|target| task(&template, target, &run)).collect();
        let tasks = NewTasks {
            name: run.name.unwrap_or(template.name),
            rehearsal: run.rehearsal,
            over: run.over,
            source: TaskSource::Rows(rows),
        };
        self.take_tasks_of(tasks, Some(id)).await
    }
}
