//! Commands about apps, texts and the rest.

use std::time::Duration;

use super::{Command, Common};
use crate::flow::fields::Fields;
use crate::flow::parse::{Reader, Scope};
use crate::flow::template::Template;
use crate::step::{Step, What};

/// The longest text that one command types, in letters.
const TYPED_MAX: usize = 2_000;
/// Letters that one command takes away where it says no number.
const ERASED: u32 = 50;
/// The most of them.
const ERASED_MAX: u32 = 2_000;
/// The longest name of a picture.
const PICTURE_MAX: usize = 100;
/// How long a screen may take to come to rest.
const SETTLE: Duration = Duration::from_secs(15);
/// The longest id of an app.
const APP_MAX: usize = 155;

const EMPTIED: &str =
    "The data of an app on an iPhone can only be cleared by installing it anew; do so by hand.";
const KEYCHAIN: &str = "The keychain of an iPhone cannot be cleared from outside; leave this out.";

impl Reader<'_> {
    /// The steps of the other commands; none for a name that is none.
    pub(super) fn plain_command(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        common: &Common,
    ) -> Option<Vec<Step>> {
        match command.name {
            "launchApp" => self.launch(scope, command, fields),
            "stopApp" | "killApp" => {
                let app = self.app(scope, command, fields)?;
                one(What::EndApp(app))
            }
            "clearState" => {
                self.app(scope, command, fields)?;
                self.impossible(scope, command, EMPTIED)
            }
            "clearKeychain" => self.impossible(scope, command, KEYCHAIN),
            "inputText" => {
                let text = self.text(scope, command, fields, "text")?;
                if text.shown().chars().count() > TYPED_MAX {
                    let what = format!("at most {TYPED_MAX} letters are typed at once");
                    self.findings
                        .add(&scope.at(command.node), "too_large", what);
                    return None;
                }
                Some(vec![Step::new(What::Input(text)).within(common.wait())])
            }
            "pasteText" => {
                let text = What::Input(Template::copied());
                Some(vec![Step::new(text).within(common.wait())])
            }
            "setClipboard" => {
                let text = self.text(scope, command, fields, "text")?;
                one(What::Remember(text))
            }
            "copyTextFrom" => {
                let from = self.target(scope, command, fields)?;
                Some(vec![Step::new(What::Copy(from)).within(common.wait())])
            }
            "eraseText" => {
                let node = command.plain().or_else(|| fields.get("charactersToErase"));
                let letters = match node {
                    Some(node) => self.number(scope, node, "eraseText", (1, ERASED_MAX))?,
                    None => ERASED,
                };
                one(What::Erase(u16::try_from(letters).unwrap_or(u16::MAX)))
            }
            "waitForAnimationToEnd" => {
                let limit = self.time_of(scope, fields, "timeout").unwrap_or(SETTLE);
                Some(vec![Step::new(What::Settle).within(limit)])
            }
            "openLink" => self.open_link(scope, command, fields),
            "takeScreenshot" => self.picture(scope, command, fields),
            _ => None,
        }
    }

    fn launch(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let app = self.app(scope, command, fields)?;
        let stop = self.truth_of(scope, fields, "stopApp");
        let clear = self.truth_of(scope, fields, "clearState") == Some(true);
        let keychain = self.truth_of(scope, fields, "clearKeychain") == Some(true);
        for (key, why) in [
            ("permissions", "permissions are given on the phone"),
            ("arguments", "apps are started without arguments"),
        ] {
            if let (Some(at), Some(_)) = (fields.key(key), fields.get(key)) {
                let what = format!("unsupported key “{key}” of launchApp ({why})");
                self.findings.add(&scope.at(at), "unknown_key", what);
            }
        }
        let mut steps = Vec::new();
        for (wanted, what) in [(clear, EMPTIED), (keychain, KEYCHAIN)] {
            if wanted {
                steps.extend(self.impossible(scope, command, what)?);
            }
        }
        let anew = stop.unwrap_or(true);
        steps.push(Step::new(What::OpenApp { app, anew }));
        Some(steps)
    }

    /// The app that a command names, or that of the flow; the inner none is the social app.
    #[expect(
        clippy::option_option,
        reason = "outer: the field is good; inner: it names an app"
    )]
    fn app(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Option<String>> {
        let node = command.plain().or_else(|| fields.get("appId"));
        let Some(node) = node else {
            return Some(scope.app.clone());
        };
        let app = self.fixed(scope, node, "appId")?;
        let plain = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        if app == "undefined" || (!app.is_empty() && app.len() <= APP_MAX && app.chars().all(plain))
        {
            return Some(Some(app));
        }
        let what = format!("“{app}” is no id of an app, as com.example.app");
        self.findings.add(&scope.at(node), "bad_value", what);
        None
    }

    /// Read, and told; the run ends there.
    fn impossible(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        what: &'static str,
    ) -> Option<Vec<Step>> {
        let told = format!("the run will end here. {what}");
        self.note(&scope.at(command.node), "not_on_a_phone", told);
        one(What::Impossible(what))
    }

    fn text(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
        key: &str,
    ) -> Option<Template> {
        match command.plain().or_else(|| fields.get(key)) {
            Some(node) => self.template(scope, node, key),
            None => self.missing(scope, command, key),
        }
    }

    fn open_link(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let link = self.text(scope, command, fields, "link")?;
        for key in ["autoVerify", "browser"] {
            if self.truth_of(scope, fields, key) == Some(true) {
                let what = format!("{key} is passed over: an iPhone opens links by itself");
                self.note(&scope.at(command.node), "not_on_a_phone", what);
            }
        }
        one(What::OpenUrl(link))
    }

    fn picture(
        &mut self,
        scope: &Scope,
        command: &Command<'_>,
        fields: &mut Fields<'_>,
    ) -> Option<Vec<Step>> {
        let node = command.plain().or_else(|| fields.get("path"));
        let name = match node {
            Some(node) => self.fixed(scope, node, "path")?,
            None => "screenshot".to_owned(),
        };
        let name: String = name.chars().filter(|it| !it.is_control()).collect();
        one(What::Picture(name.chars().take(PICTURE_MAX).collect()))
    }
}

fn one(what: What) -> Option<Vec<Step>> {
    Some(vec![Step::new(what)])
}
