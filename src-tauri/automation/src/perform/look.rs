//! Looking at the screen before each step: stop signs end the job, harmless questions are
//! dismissed, unknown ones end it too.

use signalbox_phone::error::Code;
use signalbox_phone::{AppState, Phone, PhoneError, Sent};
use tokio::time::Instant;

use super::{Line, Runner, Stop, Trouble};
use crate::ending::Ending;
use crate::ledger::{Ledger, StepEnd};
use crate::reading::{Overlay, OverlayKind, Page, Snapshot, classify, overlays, page_texts};
use crate::screens::{Names, Pattern, Screens, Sign, SignClass};

/// Questions that one job dismisses at most; more of them are no accident.
const DISMISSED_MAX: u8 = 10;

/// A screen, and what was understood of it.
pub(super) struct View {
    pub screen: Snapshot,
    pub page: Page,
    pub overlays: Vec<Overlay>,
    /// The app says that there is no such page.
    pub gone: bool,
    /// The profile in front says that its posts are not public.
    pub private: bool,
}

/// What a screen asks for before anything else.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Demand {
    /// Nothing.
    None,
    /// The job ends.
    Stop(Sign),
    /// A harmless question: press this button; whether it is an alert's.
    Press { at: usize, alert: bool },
    /// Something that is not known.
    Unknown(String),
}

impl View {
    pub(super) fn new(screen: Snapshot, screens: &Screens, names: &Names) -> Self {
        let page = classify(&screen, screens, names);
        let overlays = overlays(&screen, screens, names);
        let mut view = Self {
            screen,
            page,
            overlays,
            gone: false,
            private: false,
        };
        let classes = view.target_signs(screens, names);
        view.gone = page != Page::Profile && classes.contains(&SignClass::Unavailable);
        view.private = page == Page::Profile && classes.contains(&SignClass::Private);
        view
    }

    /// What the screen says of the target.
    fn target_signs(&self, screens: &Screens, names: &Names) -> Vec<SignClass> {
        let texts = match self.page {
            // A biography may say anything; a private profile shows no posts.
            Page::Profile if !screens.find(&self.screen, "profile.post", names).is_empty() => {
                Vec::new()
            }
            Page::Profile | Page::Search | Page::Results | Page::Unknown => {
                page_texts(&self.screen)
            }
            _ => Vec::new(),
        };
        let mut classes: Vec<SignClass> = texts
            .iter()
            .filter_map(|text| screens.exact_sign(text))
            .collect();
        let over = self.overlay_texts();
        classes.extend(screens.sign(&over).map(|sign| sign.class));
        classes
    }

    fn overlay_texts(&self) -> Vec<String> {
        let foreign = self.overlays.iter().filter(|overlay| !overlay.own);
        foreign
            .flat_map(|overlay| overlay.texts.iter().cloned())
            .collect()
    }

    /// Takes sheets for the list of accounts, scrolled to where nothing known is in sight.
    fn own_sheets(&mut self, screens: &Screens) {
        for overlay in &mut self.overlays {
            let sheet = overlay.kind == OverlayKind::Sheet;
            overlay.own |= sheet && screens.sign(&overlay.texts).is_none();
        }
    }

    /// What has to be done about this screen before a step.
    pub(super) fn demand(&self, screens: &Screens) -> Demand {
        if let Some(sign) = self.stop_sign(screens) {
            return Demand::Stop(sign);
        }
        for overlay in self.overlays.iter().filter(|overlay| !overlay.own) {
            if overlay.kind == OverlayKind::Banner {
                continue;
            }
            let known = screens.is_harmless(&overlay.texts);
            let alert = overlay.kind == OverlayKind::Alert;
            return match self.harmless_button(screens, &overlay.buttons, known) {
                Some(at) => Demand::Press { at, alert },
                None => Demand::Unknown(overlay.texts.join(" / ")),
            };
        }
        if self.page == Page::Unknown {
            let texts = page_texts(&self.screen);
            let known = screens.is_harmless(&texts);
            let nodes = self.screen.nodes();
            let buttons: Vec<usize> = (0..nodes.len())
                .filter(|&at| nodes[at].visible && nodes[at].kind == "Button")
                .collect();
            if let Some(at) = self.harmless_button(screens, &buttons, known) {
                return Demand::Press { at, alert: false };
            }
        }
        Demand::None
    }

    fn stop_sign(&self, screens: &Screens) -> Option<Sign> {
        if self.page == Page::Login {
            let text = "a login form where an account should be".to_owned();
            return Some(Sign {
                class: SignClass::Challenge,
                text,
            });
        }
        let mut texts = self.overlay_texts();
        if self.page == Page::Unknown {
            texts.extend(page_texts(&self.screen));
        }
        let ends = |class| !matches!(class, SignClass::Unavailable | SignClass::Private);
        if let Some(sign) = screens.sign(&texts).filter(|sign| ends(sign.class)) {
            return Some(sign);
        }
        // These pages say so in place of their content, without a banner. Pages with words of
        // other people outside of lists are not asked.
        if !matches!(
            self.page,
            Page::Feed | Page::Explore | Page::Search | Page::Results
        ) {
            return None;
        }
        let network = |text: &String| screens.exact_sign(text) == Some(SignClass::Network);
        let text = page_texts(&self.screen).into_iter().find(network)?;
        Some(Sign {
            class: SignClass::Network,
            text,
        })
    }

    /// The button that makes a question go away without changing anything.
    fn harmless_button(&self, screens: &Screens, buttons: &[usize], known: bool) -> Option<usize> {
        let none = Names::default();
        let is = |pattern: &Pattern, at: usize| {
            self.screen.nodes().get(at).is_some_and(|node| {
                pattern.matches(&node.label, &none.variables)
                    || pattern.matches(&node.name, &none.variables)
            })
        };
        let first = |patterns: &[Pattern]| {
            patterns
                .iter()
                .find_map(|one| buttons.iter().copied().find(|&at| is(one, at)))
        };
        if let Some(at) = first(&screens.decline) {
            return Some(at);
        }
        // With a page all around, "no other choice" cannot be told: the text must be known.
        let only_choice = buttons.len() == 1 && self.page != Page::Unknown;
        let covered = buttons.len() == 1 && !self.overlays.is_empty();
        first(&screens.acknowledge).filter(|_| known || only_choice || covered)
    }
}

impl<P: Phone, L: Ledger> Runner<'_, P, L> {
    /// Makes sure that there is a view of the screen with nothing in the way.
    pub(super) async fn look(&mut self) -> Result<(), Stop> {
        loop {
            if self.view.is_none() {
                self.fetch().await?;
            }
            let Some(view) = &self.view else { continue };
            self.gone |= view.gone;
            let began = Instant::now();
            // Other apps are only screens: their words are no signs.
            let demand = match self.social() {
                true => view.demand(self.screens),
                false => Demand::None,
            };
            match demand {
                Demand::None => return self.may_go_on(),
                // A flow may open things itself, and answers its own questions.
                Demand::Unknown(_) if self.in_flow() => return self.may_go_on(),
                Demand::Press { .. } if self.is_about_question() => return self.may_go_on(),
                Demand::Stop(sign) => {
                    let line = Line::new(began, StepEnd::Stopped).found(sign.text.clone());
                    self.log("look", "stop sign", line);
                    return Err(Stop::End(ending_of(sign)));
                }
                Demand::Unknown(what) => {
                    let line = Line::new(began, StepEnd::Stopped).found(what.clone());
                    self.log("look", "nothing in the way", line);
                    let what = format!("Something not known lies over the page: “{what}”.");
                    return Err(Stop::Unclear(what));
                }
                Demand::Press { at, alert } => self.dismiss(at, alert).await?,
            }
        }
    }

    /// Nothing is in the way, but on some screens a flow does nothing.
    fn may_go_on(&self) -> Result<(), Stop> {
        match self.entry_screen().filter(|_| self.in_flow()) {
            Some(stop) => Err(stop),
            None => Ok(()),
        }
    }

    async fn fetch(&mut self) -> Result<(), Stop> {
        let source = match self.phone.source().await {
            Ok(source) => source,
            Err(error) => return Err(self.fault(error).await),
        };
        match Snapshot::parse(source) {
            Ok(screen) => {
                let mut view = View::new(screen, self.screens, &self.names);
                if self.listing {
                    view.own_sheets(self.screens);
                }
                self.view = Some(view);
                self.note_front().await
            }
            Err(error) => Err(Stop::Unclear(format!(
                "The screen cannot be read: {error}."
            ))),
        }
    }

    /// Presses the button of a harmless question.
    async fn dismiss(&mut self, at: usize, alert: bool) -> Result<(), Stop> {
        let began = Instant::now();
        let Some(view) = &self.view else {
            return Ok(());
        };
        let label = view
            .screen
            .nodes()
            .get(at)
            .map(|node| match node.label.is_empty() {
                true => node.name.clone(),
                false => node.label.clone(),
            });
        let label = label.unwrap_or_default();
        self.dismissed = self.dismissed.saturating_add(1);
        if self.dismissed > DISMISSED_MAX {
            let what = format!("The app keeps asking; the last button was “{label}”.");
            return Err(Stop::Unclear(what));
        }
        let pressed = match alert {
            true => self.phone.alert_press(&label).await,
            false => self.press(at).await,
        };
        self.view = None;
        match pressed {
            Ok(()) => {
                self.log(
                    "dismiss",
                    "question",
                    Line::new(began, StepEnd::Done).found(label),
                );
                Ok(())
            }
            // It went away by itself: the next look tells.
            Err(error) if gone_before(&error) => Ok(()),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// Where nothing known is in front: whether it is the app at all. A system alert that the
    /// source does not show is dismissed here.
    pub(super) async fn check_front(&mut self) -> Result<(), Stop> {
        if self.in_flow() {
            return Ok(());
        }
        if self
            .view
            .as_ref()
            .is_some_and(|view| view.page != Page::Unknown)
        {
            return Ok(());
        }
        let front = match self.phone.active_app().await {
            Ok(app) => app.bundle_id,
            Err(error) => return Err(self.fault(error).await),
        };
        if front == self.screens.bundle_id() {
            return Ok(());
        }
        match self.phone.app_state(self.screens.bundle_id()).await {
            Ok(AppState::NotRunning) => Err(Stop::End(Ending::AppCrash)),
            Ok(_) => Err(Stop::Unclear(format!("Another app is in front: {front}."))),
            Err(error) => Err(self.fault(error).await),
        }
    }

    /// What a failed call to the phone means for the job.
    pub(super) async fn fault(&mut self, error: PhoneError) -> Stop {
        self.trouble = Some(Trouble::of(&error));
        self.view = self.view.take().filter(|_| error.sent != Sent::Unknown);
        if error.sent == Sent::Unknown {
            return Stop::End(Ending::Timeout { why: error.message });
        }
        match error.code {
            Code::InvalidElementState => match self.phone.app_state(self.screens.bundle_id()).await
            {
                Ok(AppState::NotRunning) => Stop::End(Ending::AppCrash),
                Ok(_) => Stop::Unclear(error.message),
                Err(error) => Stop::End(Ending::Timeout { why: error.message }),
            },
            Code::NoSuchElement
            | Code::StaleElement
            | Code::NoSuchAlert
            | Code::InvalidArgument
            | Code::UnexpectedAlert
            | Code::UnknownCommand
            | Code::Other => Stop::Unclear(error.message),
            Code::Halted => Stop::End(Ending::Cancelled),
            Code::Usbmux
            | Code::NotAttached
            | Code::Refused
            | Code::NotTrusted
            | Code::Locked
            | Code::DeveloperMode
            | Code::LowBattery
            | Code::Hot
            | Code::StorageFull
            | Code::AppMissing
            | Code::RunnerMissing
            | Code::Lockdown
            | Code::Timeout
            | Code::ConnectionLost
            | Code::Malformed
            | Code::InvalidSession
            | Code::SessionNotCreated
            | Code::PhoneTimeout => Stop::End(Ending::Timeout { why: error.message }),
        }
    }
}

/// Whether the phone refused because what was meant is no longer there.
pub(super) fn gone_before(error: &PhoneError) -> bool {
    let codes = [Code::NoSuchElement, Code::StaleElement, Code::NoSuchAlert];
    error.sent != Sent::Unknown && codes.contains(&error.code)
}

fn ending_of(sign: Sign) -> Ending {
    let text = sign.text;
    match sign.class {
        SignClass::Challenge => Ending::Challenge { text },
        SignClass::RateLimited => Ending::RateLimited { text },
        SignClass::Network => Ending::NetworkError { text },
        SignClass::Unavailable | SignClass::Private => Ending::Unknown { what: text },
    }
}
