//! From the files of a flow to its steps, or to everything that is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::document::{Node, Value as Yaml, documents};
use super::expression::{Expression, Value};
use super::files::{FILES_MAX, FLOW_BYTES_MAX, resolve};
use super::problem::{At, Findings, Problems};
use super::template::{COPIED, Template};
use super::{FLOWS_DEEP_MAX, Flow, STEPS_MAX, Script};
use crate::step::Step;

/// Reads the file of that name in the flow's folder; the error is a sentence.
type Load<'l> = &'l mut dyn FnMut(&str) -> Result<String, String>;

/// Reads a flow. `given` is what stands for names and wins over the flow's own `env`; `load` reads
/// a file of the flow's folder by its plain relative name, or says in a sentence why not.
///
/// # Errors
/// Everything that is wrong with it, at most [`super::PROBLEMS_MAX`].
pub fn parse(
    main: &str,
    given: &BTreeMap<String, String>,
    load: Load<'_>,
) -> Result<Flow, Problems> {
    let mut reader = Reader {
        load,
        given,
        findings: Findings::default(),
        notes: Findings::default(),
        texts: BTreeMap::new(),
        read: BTreeMap::new(),
        bytes: 0,
        under_way: Vec::new(),
        steps: 0,
        needs: BTreeSet::new(),
    };
    let flow = reader.whole(main);
    match reader.findings.all.is_empty() {
        true => Ok(Flow {
            needs: reader.needs,
            notes: reader.notes.all,
            files: reader.texts,
            ..flow
        }),
        false => Err(Problems(reader.findings.all)),
    }
}

/// Reads a flow that is kept, with further values for names.
///
/// # Errors
/// As [`parse`].
pub fn parse_script(script: &Script, more: &[(&str, &str)]) -> Result<Flow, Problems> {
    let mut given = script.variables.clone();
    for (name, value) in more {
        let named = given.entry((*name).to_owned());
        named.or_insert_with(|| (*value).to_owned());
    }
    parse(&script.main, &given, &mut |name| {
        let text = script.files.get(name).cloned();
        text.ok_or_else(|| format!("There is no file “{name}” in the flow."))
    })
}

/// What is known at one place of a flow.
#[derive(Clone)]
pub(super) struct Scope {
    pub file: Arc<str>,
    pub app: Option<String>,
    names: BTreeMap<String, Expression>,
}

impl Scope {
    pub fn at(&self, node: &Node) -> At {
        At {
            file: Arc::clone(&self.file),
            line: node.line,
        }
    }
}

/// Reads one flow with the files it runs.
pub(super) struct Reader<'l> {
    load: Load<'l>,
    given: &'l BTreeMap<String, String>,
    pub findings: Findings,
    pub notes: Findings,
    texts: BTreeMap<String, String>,
    read: BTreeMap<String, Arc<Vec<Node>>>,
    bytes: usize,
    /// The files that run each other right now, the outermost first.
    under_way: Vec<Arc<str>>,
    steps: usize,
    needs: BTreeSet<String>,
}

/// What the config document of a file says.
#[derive(Default)]
struct Config {
    name: Option<String>,
    before: Vec<Step>,
    after: Vec<Step>,
}

impl Reader<'_> {
    fn whole(&mut self, main: &str) -> Flow {
        let file: Arc<str> = main.into();
        let start = At {
            file: Arc::clone(&file),
            line: 1,
        };
        let mut scope = Scope {
            file,
            app: None,
            names: BTreeMap::new(),
        };
        let mut config = Config::default();
        let steps = self.file(main, &start, &mut scope, &mut config);
        Flow {
            name: config.name,
            app: scope.app,
            before: config.before,
            steps,
            after: config.after,
            ..Flow::default()
        }
    }

    /// The steps of a file; what its config says goes into the scope.
    fn file(&mut self, name: &str, from: &At, scope: &mut Scope, config: &mut Config) -> Vec<Step> {
        let Some(documents) = self.documents(name, from) else {
            return Vec::new();
        };
        scope.file = name.into();
        self.under_way.push(Arc::clone(&scope.file));
        let start = At {
            file: Arc::clone(&scope.file),
            line: documents.first().map_or(1, |node| node.line),
        };
        let steps = match documents.as_slice() {
            [commands] if matches!(commands.value, Yaml::List(_)) => self.list(scope, commands),
            [head, commands] => {
                self.config(scope, head, config);
                self.list(scope, commands)
            }
            [_] => {
                let what = "there are no commands; write them as a list below a line “---”";
                self.findings.add(&start, "missing", what);
                Vec::new()
            }
            [] => {
                self.findings.add(&start, "missing", "the file is empty");
                Vec::new()
            }
            [_, _, more, ..] => {
                let at = scope.at(more);
                let what = "a flow has a config and one list of commands, and no more documents";
                self.findings.add(&at, "yaml", what);
                Vec::new()
            }
        };
        self.under_way.pop();
        steps
    }

    fn documents(&mut self, name: &str, from: &At) -> Option<Arc<Vec<Node>>> {
        if let Some(known) = self.read.get(name) {
            return Some(Arc::clone(known));
        }
        if self.texts.len() >= FILES_MAX {
            let what = format!("a flow has at most {FILES_MAX} files");
            self.findings.add(from, "too_large", what);
            return None;
        }
        let text = match (self.load)(name) {
            Ok(text) => text,
            Err(why) => {
                self.findings.add(from, "flow_not_found", why);
                return None;
            }
        };
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > FLOW_BYTES_MAX {
            let what = format!(
                "the flow's files are larger than {} KiB together",
                FLOW_BYTES_MAX / 1024
            );
            self.findings.add(from, "too_large", what);
            return None;
        }
        let read = documents(&text);
        self.texts.insert(name.to_owned(), text);
        match read {
            Ok(read) => {
                let read = Arc::new(read);
                self.read.insert(name.to_owned(), Arc::clone(&read));
                Some(read)
            }
            Err(malformed) => {
                let at = At {
                    file: name.into(),
                    line: malformed.line,
                };
                let code = if malformed.large { "too_large" } else { "yaml" };
                self.findings.add(&at, code, malformed.what);
                None
            }
        }
    }

    /// The steps of another file that a command names.
    pub fn other_file(&mut self, scope: &Scope, at: &At, written: &str) -> Vec<Step> {
        let name = match resolve(&scope.file, written) {
            Ok(name) => name,
            Err(why) => {
                self.findings.add(at, "path_outside", why);
                return Vec::new();
            }
        };
        if self.under_way.iter().any(|file| **file == *name) {
            let round = self.under_way.iter().map(ToString::to_string);
            let round = round.collect::<Vec<_>>().join(" → ");
            let what = format!("flows run each other in a circle: {round} → {name}");
            self.findings.add(at, "cycle", what);
            return Vec::new();
        }
        if self.under_way.len() > FLOWS_DEEP_MAX {
            let what = format!("flows run flows deeper than {FLOWS_DEEP_MAX}");
            self.findings.add(at, "too_deep", what);
            return Vec::new();
        }
        let mut inner = scope.clone();
        let mut config = Config::default();
        let steps = self.file(&name, at, &mut inner, &mut config);
        [config.before, steps, config.after].concat()
    }

    fn config(&mut self, scope: &mut Scope, node: &Node, config: &mut Config) {
        let at = scope.at(node);
        let Yaml::Map(pairs) = &node.value else {
            let what = format!("the config above “---” must be a map, not {}", node.kind());
            return self.findings.add(&at, "yaml", what);
        };
        // Names first: the others may hold them.
        for (key, value) in pairs.iter().filter(|(key, _)| key.text() == Some("env")) {
            self.env(scope, key, value);
        }
        for (key, value) in pairs {
            let at = scope.at(key);
            match key.text().unwrap_or_default() {
                "env" => {}
                "appId" => scope.app = self.fixed(scope, value, "appId"),
                "name" => config.name = self.fixed(scope, value, "name"),
                "onFlowStart" => config.before = self.list(scope, value),
                "onFlowComplete" => config.after = self.list(scope, value),
                // For people and other tools; no scripts are run, whatever would run them.
                "tags" | "properties" | "ext" | "jsEngine" => {}
                "url" => {
                    let what = "a flow about a web page is not supported; it is for apps (appId)";
                    self.findings.add(&at, "unknown_key", what);
                }
                other => {
                    let what = format!("unknown key “{other}” in the config");
                    self.findings.add(&at, "unknown_key", what);
                }
            }
        }
    }

    /// Adds the names of an `env` map to the scope, each with those before it.
    pub fn env(&mut self, scope: &mut Scope, key: &Node, node: &Node) {
        let at = scope.at(key);
        let pairs = match &node.value {
            Yaml::Map(pairs) => pairs.as_slice(),
            Yaml::Nothing => &[],
            _ => {
                let what = format!("env must be a map of names, not {}", node.kind());
                return self.findings.add(&at, "bad_value", what);
            }
        };
        for (name, value) in pairs {
            let at = scope.at(name);
            let name = name.text().unwrap_or_default();
            if name.is_empty() || !name.chars().all(|it| it.is_alphanumeric() || it == '_') {
                let what = format!("“{name}” is no name for a variable");
                self.findings.add(&at, "bad_value", what);
                continue;
            }
            let text = match value.value {
                Yaml::Nothing => Some(Template::fixed("")),
                _ => self.template(scope, value, name),
            };
            let Some(text) = text else { continue };
            match text.as_expression() {
                Some(value) => {
                    scope.names.insert(name.to_owned(), value);
                }
                None => {
                    let what = "a variable cannot mix a text with what is copied during the run";
                    self.findings.add(&at, "unsupported_expression", what);
                }
            }
        }
    }

    /// The commands of a list.
    pub fn list(&mut self, scope: &Scope, node: &Node) -> Vec<Step> {
        let Yaml::List(commands) = &node.value else {
            let what = format!("a list of commands is expected, not {}", node.kind());
            self.findings.add(&scope.at(node), "yaml", what);
            return Vec::new();
        };
        let mut steps = Vec::new();
        for command in commands {
            let before = self.steps;
            steps.extend(self.command(scope, command));
            self.steps = self.steps.max(before).saturating_add(1);
            if self.steps > STEPS_MAX {
                let at = scope.at(command);
                let what = format!("the flow has more than {STEPS_MAX} commands with all it runs");
                self.findings.add(&at, "too_large", what);
                break;
            }
        }
        steps
    }

    /// A text with the names that are known put in.
    pub fn template(&mut self, scope: &Scope, node: &Node, what: &str) -> Option<Template> {
        let at = scope.at(node);
        let Some(text) = node.text() else {
            let what = format!("{what} must be a text, not {}", node.kind());
            self.findings.add(&at, "bad_value", what);
            return None;
        };
        let mut missing: Vec<String> = Vec::new();
        let given = self.given;
        let read = Template::read(text, &mut |name, maybe| {
            if let Some(value) = given.get(name) {
                return Some(Expression::Is(Value::Text(value.clone())));
            }
            if let Some(known) = scope.names.get(name) {
                return Some(known.clone());
            }
            match name {
                COPIED => return None,
                "maestro.platform" => return Some(Expression::Is(Value::Text("ios".to_owned()))),
                _ if !maybe => missing.push(name.to_owned()),
                _ => {}
            }
            Some(Expression::Is(Value::Undefined))
        });
        for name in missing {
            let what = match name.as_str() {
                "target" => {
                    "“target” is whom the task is about; it must be about somebody".to_owned()
                }
                name => format!("the variable “{name}” has no value; give it one"),
            };
            self.notes.add(&at, "variable_missing", what);
            self.needs.insert(name);
        }
        match read {
            Ok(template) => Some(template),
            Err(why) => {
                self.findings.add(&at, "unsupported_expression", why);
                None
            }
        }
    }

    /// A text that must be known when the flow is read.
    pub fn fixed(&mut self, scope: &Scope, node: &Node, what: &str) -> Option<String> {
        let template = self.template(scope, node, what)?;
        match template.as_fixed() {
            Some(text) => Some(text.to_owned()),
            None => {
                let at = scope.at(node);
                let what = format!("{what} must be known before the run");
                self.findings.add(&at, "unsupported_expression", what);
                None
            }
        }
    }

    /// Something worth knowing before a run.
    pub fn note(&mut self, at: &At, code: &str, what: impl Into<String>) {
        self.notes.add(at, code, what);
    }
}
