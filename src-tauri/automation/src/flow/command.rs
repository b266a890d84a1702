//! Reading commands: which there are, and those that hold other commands.

mod plain;
mod touch;

use std::time::Duration;

use super::ROUNDS_MAX;
use super::document::{Node, Value as Yaml};
use super::fields::Fields;
use super::parse::{Reader, Scope};
use crate::step::{Condition, Step, Target, What};

/// The time an element is given to appear.
pub(super) const WAIT: Duration = Duration::from_secs(17);
/// The same where the command may as well be left out, and for conditions.
pub(super) const WAIT_OPTIONAL: Duration = Duration::from_secs(7);
/// How often `retry` tries at most, besides the first time.
const RETRIES_MAX: u32 = 3;

/// Commands that are known elsewhere and not here, with the reason where there is one to give.
const REFUSED: [(&str, &str); 12] = [
    ("evalScript", "scripts are not run"),
    ("runScript", "scripts are not run"),
    ("addMedia", "nothing is put on a phone"),
    ("travel", "the phone's place is not changed"),
    ("setLocation", "the phone's place is not changed"),
    ("setAirplaneMode", "the phone's network is not changed"),
    ("toggleAirplaneMode", "the phone's network is not changed"),
    ("setPermissions", "permissions are given on the phone"),
    ("assertWithAI", "nothing leaves this computer"),
    ("assertNoDefectsWithAI", "nothing leaves this computer"),
    ("extractTextWithAI", "nothing leaves this computer"),
    ("setOrientation", "the phone is not turned"),
];

/// The commands that are carried out.
const KNOWN: [&str; 29] = [
    "assertNotVisible",
    "assertTrue",
    "assertVisible",
    "back",
    "clearKeychain",
    "clearState",
    "copyTextFrom",
    "doubleTapOn",
    "eraseText",
    "extendedWaitUntil",
    "hideKeyboard",
    "inputText",
    "killApp",
    "launchApp",
    "longPressOn",
    "openLink",
    "pasteText",
    "pressKey",
    "repeat",
    "retry",
    "runFlow",
    "scroll",
    "scrollUntilVisible",
    "setClipboard",
    "stopApp",
    "swipe",
    "takeScreenshot",
    "tapOn",
    "waitForAnimationToEnd",
];

/// What every command may say besides its own keys.
pub(super) struct Common {
    pub optional: bool,
    label: Option<String>,
}

impl Common {
    /// How long an element is waited for.
    pub fn wait(&self) -> Duration {
        match self.optional {
            true => WAIT_OPTIONAL,
            false => WAIT,
        }
    }
}

/// One command: its name, what stands behind it, and where.
#[derive(Clone, Copy)]
pub(super) struct Command<'n> {
    pub name: &'n str,
    pub node: &'n Node,
    pub body: Option<&'n Node>,
}

impl<'n> Command<'n> {
    /// The keys behind the name; `alone` is the key that a plain text stands for.
    pub fn map(&self) -> Option<&'n [(Node, Node)]> {
        match self.body.map(|body| &body.value) {
            Some(Yaml::Map(pairs)) => Some(pairs),
            _ => None,
        }
    }

    /// The plain value behind the name.
    pub fn plain(&self) -> Option<&'n Node> {
        self.body
            .filter(|body| matches!(body.value, Yaml::Text { .. }))
    }
}

impl Reader<'_> {
    /// The steps of one command; none where something is wrong with it, which is told.
    pub fn command(&mut self, scope: &Scope, node: &Node) -> Vec<Step> {
        let at = scope.at(node);
        let command = match &node.value {
            Yaml::Text { text, .. } => Command {
                name: text,
                node,
                body: None,
            },
            Yaml::Map(pairs) => match pairs.as_slice() {
                [(name, body)] if name.text().is_some() => Command {
                    name: name.text().unwrap_or_default(),
                    node: name,
                    body: (body.value != Yaml::Nothing).then_some(body),
                },
                _ => {
                    let what = "a command is one name with its keys below it, further to the right";
                    self.findings.add(&at, "yaml", what);
                    return Vec::new();
                }
            },
            _ => {
                let what = format!("a command is a name, not {}", node.kind());
                self.findings.add(&at, "yaml", what);
                return Vec::new();
            }
        };
        if !KNOWN.contains(&command.name) {
            self.unsupported(scope, &command);
            return Vec::new();
        }
        let mut fields = Fields::new(command.name, command.map().unwrap_or_default());
        let common = self.common(scope, &mut fields);
        let Some(steps) = self.known(scope, &command, &mut fields, &common) else {
            return Vec::new();
        };
        fields.end(self, scope);
        let label = common
            .label
            .map(|label| format!(" {label}"))
            .unwrap_or_default();
        let place = format!("{}{label}", scope.at(command.node));
        let placed = |mut step: Step| {
            step.place.get_or_insert_with(|| place.as_str().into());
            step.optional |= common.optional;
            step
        };
        steps.into_iter().map(placed).collect()
    }

    /// The steps of a known command; none where something is wrong with it.
    fn known(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        common: &Common,
    ) -> Option<Vec<Step>> {
        match command.name {
            "runFlow" => self.run_flow(scope, command, fields),
            "repeat" => self.repeat(scope, command, fields),
            "retry" => self.retry(scope, command, fields),
            "assertVisible" | "assertNotVisible" => {
                let seen = Condition::Visible(self.target(scope, command, fields)?);
                let wanted = match command.name {
                    "assertVisible" => seen,
                    _ => !seen,
                };
                Some(vec![
                    Step::new(What::WaitUntil(wanted)).within(common.wait()),
                ])
            }
            "assertTrue" => {
                let node = command.plain().or_else(|| fields.get("condition"));
                let text = match node {
                    Some(node) => self.template(scope, node, "condition")?,
                    None => return self.missing(scope, command, "condition"),
                };
                let wanted = What::WaitUntil(Condition::True(text));
                Some(vec![Step::new(wanted).within(Duration::ZERO)])
            }
            "extendedWaitUntil" => {
                let wanted = self.conditions(scope, fields)?;
                let wanted = match wanted {
                    Condition::Always => return self.missing(scope, command, "visible"),
                    wanted => wanted,
                };
                let limit = self.time_of(scope, fields, "timeout");
                let limit = limit.unwrap_or(common.wait());
                Some(vec![Step::new(What::WaitUntil(wanted)).within(limit)])
            }
            "tapOn" | "doubleTapOn" | "longPressOn" | "swipe" | "scroll" | "scrollUntilVisible"
            | "back" | "hideKeyboard" | "pressKey" => self.touches(scope, command, fields, common),
            _ => self.plain_command(scope, command, fields, common),
        }
    }

    fn common(&mut self, scope: &Scope, fields: &mut Fields<'_>) -> Common {
        let optional = self.truth_of(scope, fields, "optional").unwrap_or(false);
        let label = fields.get("label");
        let label = label.and_then(|node| self.template(scope, node, "label"));
        Common {
            optional,
            label: label.map(|label| label.shown()),
        }
    }

    fn unsupported(&mut self, scope: &Scope, command: &Command<'_>) {
        let at = scope.at(command.node);
        let name = command.name;
        let why = REFUSED.iter().find(|(refused, _)| *refused == name);
        let why = why.map(|(_, why)| format!(" ({why})")).unwrap_or_default();
        let what = format!("unsupported command “{name}” at line {}{why}", at.line);
        self.findings.add(&at, "unsupported_command", what);
    }

    /// Tells that a command lacks something.
    pub fn missing<T>(&mut self, scope: &Scope, command: &Command<'_>, key: &str) -> Option<T> {
        let what = format!("{} needs {key}", command.name);
        self.findings.add(&scope.at(command.node), "missing", what);
        None
    }

    /// What a command is about: a text, or the keys of a selector among its own.
    pub fn target(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Target> {
        let selector = match (command.plain(), command.map()) {
            (Some(node), _) => self.selector(scope, node, 0)?,
            (None, Some(_)) => self.selector_of(scope, fields, 0)?,
            (None, None) => return self.missing(scope, command, "a text or a selector"),
        };
        // A selector that says nothing is as good as none.
        match selector == super::Selector::default() {
            true => self.missing(scope, command, "a text or a selector"),
            false => Some(selector.into()),
        }
    }

    fn run_flow(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let when = match fields.get("when") {
            Some(node) => self.when(scope, node)?,
            None => Condition::Always,
        };
        let steps = self.inner(scope, command, fields)?;
        // What never holds needs no steps, but they were read all the same.
        let step = Step::new(What::While {
            when,
            times: 1,
            steps,
        });
        Some(vec![step.within(WAIT_OPTIONAL)])
    }

    /// The commands that another holds: a file's or its own, with further names.
    fn inner(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let mut inner = scope.clone();
        if let (Some(key), Some(node)) = (fields.key("env"), fields.get("env")) {
            self.env(&mut inner, key, node);
        }
        let file = command.plain().or_else(|| fields.get("file"));
        match (file, fields.get("commands")) {
            (Some(_), Some(commands)) => {
                let what = format!("{} has either a file or commands, not both", command.name);
                self.findings.add(&scope.at(commands), "bad_value", what);
                None
            }
            (Some(node), None) => {
                let name = self.fixed(scope, node, "file")?;
                Some(self.other_file(&inner, &scope.at(node), &name))
            }
            (None, Some(commands)) => Some(self.list(&inner, commands)),
            (None, None) => self.missing(scope, command, "a file or commands"),
        }
    }

    fn repeat(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let most = u32::from(ROUNDS_MAX);
        let times = fields.get("times");
        let times = times.map(|node| self.number(scope, node, "times", (0, most)).unwrap_or(1));
        let when = match fields.get("while") {
            Some(node) => Some(self.when(scope, node)?),
            None => None,
        };
        let Some(commands) = fields.get("commands") else {
            return self.missing(scope, command, "commands");
        };
        let steps = self.list(scope, commands);
        if times.is_none() && when.is_none() {
            return self.missing(scope, command, "times or while");
        }
        // One that has to end by itself, and does not, is a failure.
        let ends = when.clone().filter(|_| times.is_none());
        let rounds = Step::new(What::While {
            when: when.unwrap_or(Condition::Always),
            times: times
                .and_then(|it| u16::try_from(it).ok())
                .unwrap_or(ROUNDS_MAX),
            steps,
        });
        let mut all = vec![rounds.within(WAIT_OPTIONAL)];
        all.extend(ends.map(|when| Step::new(What::WaitUntil(!when)).within(Duration::ZERO)));
        Some(all)
    }

    fn retry(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let times = self.number_of(scope, fields, "maxRetries", (0, RETRIES_MAX));
        let steps = self.inner(scope, command, fields)?;
        let times = times.and_then(|it| u16::try_from(it).ok()).unwrap_or(1);
        Some(vec![Step::new(What::Retry { times, steps })])
    }

    /// `when` and `while`.
    fn when(&mut self, scope: &Scope, node: &Node) -> Option<Condition> {
        let pairs = self.pairs(scope, "a condition", node)?;
        let mut fields = Fields::new("the condition", pairs);
        fields.get("label");
        let condition = self.conditions(scope, &mut fields);
        fields.end(self, scope);
        match condition? {
            Condition::Always => {
                let what = "the condition says nothing; it may hold visible, notVisible, platform and true";
                self.findings.add(&scope.at(node), "missing", what);
                None
            }
            condition => Some(condition),
        }
    }

    /// What the keys of a condition say together.
    fn conditions(&mut self, scope: &Scope, fields: &mut Fields<'_>) -> Option<Condition> {
        let mut all = Vec::new();
        if let Some(node) = fields.get("visible") {
            all.push(Condition::Visible(self.selector(scope, node, 0)?.into()));
        }
        if let Some(node) = fields.get("notVisible") {
            all.push(!Condition::Visible(self.selector(scope, node, 0)?.into()));
        }
        if let Some(node) = fields.get("platform") {
            let platform = self.fixed(scope, node, "platform")?;
            match platform.to_ascii_lowercase().as_str() {
                "ios" => all.push(Condition::Any(vec![Condition::Always])),
                "android" | "web" => all.push(!Condition::Always),
                other => {
                    let what = format!("platform must be iOS, Android or Web, not “{other}”");
                    self.findings.add(&scope.at(node), "bad_value", what);
                    return None;
                }
            }
        }
        if let Some(text) = self.text_of(scope, fields, "true") {
            all.push(Condition::True(text));
        }
        Some(match all.len() {
            0 => Condition::Always,
            1 => all.remove(0),
            _ => Condition::All(all),
        })
    }
}
