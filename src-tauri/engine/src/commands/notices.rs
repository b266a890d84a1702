//! What stays until somebody does something about it: actions that are paused because a control is
//! missing on every phone with one version of the app.

use signalbox_scheduler::{ActionNo, VersionNo};

use super::states::at_wall;
use super::{CommandError, Commands};
use crate::action_no;
use crate::dto::Notice;
use crate::runtime::{ResumeAction, View};

impl Commands {
    /// What stays until somebody does something about it.
    pub async fn notices(&self) -> Result<Vec<Notice>, CommandError> {
        self.read(all).await
    }

    /// Ends the pause of an action for a version of the app, by the words of its notice.
    ///
    /// # Errors
    /// `not_paused` where there is no such pause.
    pub async fn resume_action(
        &self,
        action: String,
        app_version: String,
    ) -> Result<(), CommandError> {
        let order = ResumeAction {
            action,
            app_version,
        };
        self.order(order, None).await
    }
}

/// Why the action is paused for that version, in a sentence.
pub(super) fn paused(view: &View<'_>, version: VersionNo, action: ActionNo) -> String {
    let mut pauses = view.state.action_pauses();
    let pause = pauses.find(|(of, no, _)| (*of, *no) == (version, action));
    let locator = pause.map_or("?", |(.., it)| view.directory.locator_title(it.locator));
    let (action, version) = (
        action_no::title(action),
        view.directory.version_title(version),
    );
    format!(
        "{action} is paused for version {version} of the app: its control “{locator}” was missing \
         on two phones. Correct it in screens.toml and start again, or resume the action."
    )
}

/// What there is to tell.
pub(super) fn all(view: &View<'_>) -> Vec<Notice> {
    let pauses = view.state.action_pauses();
    let notices = pauses.map(|(version, action, pause)| Notice {
        code: "action_paused".to_owned(),
        sentence: paused(view, version, action),
        since: at_wall(view, pause.since),
        action: action_no::title(action).to_owned(),
        app_version: view.directory.version_title(version).to_owned(),
    });
    notices.collect()
}
