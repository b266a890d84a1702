//! What taps and typing do.

use super::language::Language;
use super::overlays::Overlay;
use super::tap::{Field, Tap};
use super::turn::Turn;
use super::{App, BUNDLE_ID, MAX_TEXT, Place};
use crate::config::AppVersion;
use crate::faults::Fired;
use crate::people::PostRef;
use crate::scenario::FaultKind;
use crate::wda::errors::WdaError;
use crate::witness::{Effect, Scene};
use crate::world::{Change, Follow};

impl App {
    /// Does what a tap does.
    ///
    /// # Errors
    /// When the world cannot be written.
    pub(crate) fn tap(&mut self, turn: &mut Turn<'_>, tap: Tap) -> Result<(), WdaError> {
        match tap {
            Tap::Tab(tab) => self.root(tab),
            Tap::Back => self.back(),
            Tap::OpenSearch => {
                self.push(Place::Search);
                self.focus = Some(Field::Search);
            }
            Tap::Focus(field) => self.focus = Some(field),
            Tap::ClearField => self.set_text(turn, Field::Search, String::new()),
            Tap::Enter => self.type_text(turn, "\n")?,
            Tap::OpenResults(query) => self.push(Place::Results(query)),
            Tap::OpenProfile(name) => self.open_profile(turn, name)?,
            Tap::FollowButton(name) => self.follow_button(turn, name)?,
            Tap::Unfollow(name) => self.unfollow(turn, name)?,
            Tap::OpenPost(post) => self.push(Place::Post(post)),
            Tap::LikeButton(post) => self.like(turn, &post, true)?,
            Tap::LikePicture(post) => self.like(turn, &post, false)?,
            Tap::OpenComments(post) => self.push(Place::Comments(post)),
            Tap::PostComment => self.comment(turn)?,
            Tap::OpenSwitcher => self.lay(Overlay::Switcher),
            Tap::SwitchTo(handle) => self.switch_to(turn, handle)?,
            Tap::Close => self.overlay = None,
            Tap::OpenShare => self.lay(Overlay::Share),
            // These belong to the phone.
            Tap::AlertButton(_) | Tap::LaunchApp => {}
        }
        Ok(())
    }

    pub(crate) fn lay(&mut self, overlay: Overlay) {
        self.overlay = Some(overlay);
        self.overlay_scroll = 0;
        self.focus = None;
    }

    /// Follows a deep link. Unknown ones open the app and no more.
    pub(crate) fn open_link(&mut self, turn: &mut Turn<'_>, url: &str) -> Result<(), WdaError> {
        self.overlay = None;
        let argument = |prefix: &str| {
            let rest = url.strip_prefix(prefix)?;
            let value = rest.split('&').next().unwrap_or_default();
            (!value.is_empty()).then(|| value.to_lowercase())
        };
        if let Some(name) = argument("instagram://user?username=") {
            self.open_profile(turn, name)?;
        } else if let Some(post) =
            argument("instagram://media?id=").and_then(|id| PostRef::parse(&id))
        {
            self.push(Place::Post(post));
        }
        Ok(())
    }

    fn scene_here(&self, turn: &Turn<'_>) -> Scene {
        self.scene(&turn.view())
    }

    /// Lets the scenario's faults happen; whether the act may happen.
    fn may(&mut self, turn: &mut Turn<'_>, effect: Effect) -> Result<bool, WdaError> {
        if turn.offline && !matches!(effect, Effect::OpenProfile | Effect::Search) {
            self.banner = Some("Something went wrong".to_owned());
            return Ok(false);
        }
        let instead = turn.gate(effect);
        let free = instead.is_empty();
        for fired in instead {
            self.suffer(turn, fired)?;
        }
        Ok(free)
    }

    /// A fault that came instead of an act; what is the phone's to suffer waits in the turn.
    fn suffer(&mut self, turn: &mut Turn<'_>, fired: Fired) -> Result<(), WdaError> {
        match fired.spec.kind {
            FaultKind::ActionBlock => {
                self.stop_sign(turn.version, turn.language, fired.spec.text);
            }
            FaultKind::NetworkError => {
                let text = fired
                    .spec
                    .text
                    .unwrap_or_else(|| "Something went wrong".to_owned());
                self.banner = Some(text);
            }
            FaultKind::Interstitial => self.ask(turn.version, &fired),
            FaultKind::Challenge | FaultKind::LoggedOut => {
                let account = fired.spec.account.clone().or_else(|| turn.me());
                if let Some(account) = account {
                    turn.challenge(account, &fired)?;
                }
            }
            _ => turn.fired.push(fired),
        }
        Ok(())
    }

    fn stop_sign(&mut self, version: AppVersion, language: Language, text: Option<String>) {
        let title = match version {
            AppVersion::A => "Action Blocked",
            AppVersion::B => "Try Again Later",
        };
        let title = text.unwrap_or_else(|| language.says(title));
        self.lay(Overlay::Stop {
            title,
            body: String::new(),
        });
    }

    /// One of the app's own questions.
    pub(crate) fn ask(&mut self, version: AppVersion, fired: &Fired) {
        let title = fired.spec.text.clone();
        let buttons = fired.spec.buttons.clone();
        self.ask_this(
            title.unwrap_or_else(|| "Save your login info?".to_owned()),
            buttons.unwrap_or_else(|| vec!["Save".to_owned(), version.not_now().to_owned()]),
        );
    }

    pub(crate) fn ask_this(&mut self, title: String, buttons: Vec<String>) {
        self.lay(Overlay::Question { title, buttons });
    }

    fn open_profile(&mut self, turn: &mut Turn<'_>, name: String) -> Result<(), WdaError> {
        if turn.me().is_none() || !self.may(turn, Effect::OpenProfile)? {
            return Ok(());
        }
        self.overlay = None;
        self.push(Place::Profile(name));
        let scene = self.scene_here(turn);
        turn.note(Effect::OpenProfile, scene, None);
        Ok(())
    }

    fn follow_button(&mut self, turn: &mut Turn<'_>, target: String) -> Result<(), WdaError> {
        let Some(account) = turn.me() else {
            return Ok(());
        };
        if turn.world.follow(&account, &target).is_some() {
            self.lay(Overlay::Following(target));
            return Ok(());
        }
        if !self.may(turn, Effect::Follow)? {
            return Ok(());
        }
        let private = turn.people.get(&target).private;
        let state = if private {
            Follow::Requested
        } else {
            Follow::Following
        };
        let mut scene = self.scene_here(turn);
        scene.subject = Some(target.clone());
        turn.commit(
            Change::Follow {
                account,
                target,
                state,
            },
            Effect::Follow,
            scene,
            None,
        )
    }

    fn unfollow(&mut self, turn: &mut Turn<'_>, target: String) -> Result<(), WdaError> {
        self.overlay = None;
        let Some(account) = turn.me() else {
            return Ok(());
        };
        if turn.world.follow(&account, &target).is_none() || !self.may(turn, Effect::Unfollow)? {
            return Ok(());
        }
        let mut scene = self.scene_here(turn);
        scene.subject = Some(target.clone());
        turn.commit(
            Change::Unfollow { account, target },
            Effect::Unfollow,
            scene,
            None,
        )
    }

    /// The button toggles; the picture only ever likes.
    fn like(&mut self, turn: &mut Turn<'_>, post: &PostRef, toggles: bool) -> Result<(), WdaError> {
        let Some(account) = turn.me() else {
            return Ok(());
        };
        let id = post.id();
        let liked = turn.world.likes(&account, &id);
        let effect = match (liked, toggles) {
            (false, _) => Effect::Like,
            (true, true) => Effect::Unlike,
            (true, false) => return Ok(()),
        };
        if !self.may(turn, effect)? {
            return Ok(());
        }
        let change = if liked {
            Change::Unlike {
                account: account.clone(),
                post: id.clone(),
            }
        } else {
            Change::Like {
                account: account.clone(),
                post: id.clone(),
            }
        };
        // In the feed nobody's page is open; the post says whose it is.
        let scene = Scene {
            account: Some(account),
            subject: Some(post.author.clone()),
            post: Some(id),
        };
        turn.commit(change, effect, scene, None)
    }

    fn comment(&mut self, turn: &mut Turn<'_>) -> Result<(), WdaError> {
        let Some(account) = turn.me() else {
            return Ok(());
        };
        let Some(page) = self.page() else {
            return Ok(());
        };
        let Place::Comments(post) = &page.place else {
            return Ok(());
        };
        let text = page.text.trim().to_owned();
        let post = post.id();
        if text.is_empty() || !self.may(turn, Effect::Comment)? {
            return Ok(());
        }
        let scene = self.scene_here(turn);
        let change = Change::Comment {
            account,
            post,
            text: text.clone(),
        };
        turn.commit(change, Effect::Comment, scene, Some(text))?;
        if let Some(page) = self.page_mut() {
            page.text.clear();
            page.scroll = 0;
        }
        self.focus = None;
        Ok(())
    }

    fn switch_to(&mut self, turn: &mut Turn<'_>, handle: String) -> Result<(), WdaError> {
        self.overlay = None;
        if turn.me().as_deref() == Some(handle.as_str()) {
            return Ok(());
        }
        if !self.may(turn, Effect::SwitchAccount)? {
            return Ok(());
        }
        // The app starts over with the other account, on its home screen.
        let scene = Scene {
            account: Some(handle.clone()),
            ..Scene::default()
        };
        let change = Change::Active {
            phone: turn.udid.to_owned(),
            account: handle,
        };
        turn.commit(change, Effect::SwitchAccount, scene, None)?;
        self.root(super::version::Tab::Feed);
        Ok(())
    }

    /// The text of a field, as it stands.
    pub(crate) fn text_of(&self, field: Field) -> &str {
        match field {
            Field::Username => &self.login[0],
            Field::Password => &self.login[1],
            Field::Search | Field::Comment => self.page().map_or("", |page| page.text.as_str()),
        }
    }

    /// Empties a field.
    pub(crate) fn clear(&mut self, turn: &mut Turn<'_>, field: Field) {
        self.set_text(turn, field, String::new());
    }

    /// Types into the focused field. A line end in the search field opens the results.
    ///
    /// # Errors
    /// `invalid element state` when no field has the focus.
    pub(crate) fn type_text(&mut self, turn: &mut Turn<'_>, typed: &str) -> Result<(), WdaError> {
        let Some(field) = self.focus else {
            return Err(WdaError::no_keyboard());
        };
        let mut text = self.text_of(field).to_owned();
        let mut enter = false;
        for letter in typed.chars() {
            match letter {
                '\u{8}' | '\u{7f}' | '\u{e003}' | '\u{e017}' => {
                    text.pop();
                }
                '\n' | '\r' | '\u{e006}' | '\u{e007}' if field == Field::Comment => text.push('\n'),
                '\n' | '\r' | '\u{e006}' | '\u{e007}' => enter = true,
                '\u{e000}'..='\u{e05d}' => {}
                letter => text.push(letter),
            }
        }
        if text.chars().count() > MAX_TEXT {
            text = text.chars().take(MAX_TEXT).collect();
        }
        self.set_text(turn, field, text);
        if enter && field == Field::Search {
            let query = super::search::query_of(self.text_of(field));
            if !query.is_empty() {
                self.push(Place::Results(query));
            }
        }
        Ok(())
    }

    fn set_text(&mut self, turn: &mut Turn<'_>, field: Field, text: String) {
        match field {
            Field::Username => self.login[0] = text,
            Field::Password => self.login[1] = text,
            Field::Search | Field::Comment => {
                let Some(page) = self.page_mut() else { return };
                if page.text == text {
                    return;
                }
                page.text.clone_from(&text);
                page.scroll = 0;
                if field == Field::Search && !text.is_empty() {
                    let scene = self.scene_here(turn);
                    // A fault tied to searching fires with it; it cannot keep the letters away.
                    let instead = turn.gate(Effect::Search);
                    turn.fired.extend(instead);
                    turn.note(Effect::Search, scene, Some(text));
                }
            }
        }
    }

    /// Whether this app is the one with the bundle id.
    #[must_use]
    pub fn is(bundle: &str) -> bool {
        bundle == BUNDLE_ID
    }
}

impl App {
    /// The field that has the focus.
    #[must_use]
    pub fn focused(&self) -> Option<Field> {
        self.focus
    }

    /// Takes the keyboard away; whether there was one.
    pub fn hide_keyboard(&mut self) -> bool {
        self.focus.take().is_some()
    }
}
