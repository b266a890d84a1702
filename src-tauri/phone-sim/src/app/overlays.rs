//! What lies over a page, and what stands where the app should be.

use super::node::{Look, Node, Rect, SCREEN_H, SCREEN_W};
use super::tap::{Field, Tap};
use super::{App, View};

/// Something over the page.
#[derive(Clone, Debug, Hash)]
pub(crate) enum Overlay {
    /// The accounts signed in here.
    Switcher,
    /// What to do about somebody who is followed.
    Following(String),
    /// A stop sign.
    Stop { title: String, body: String },
    /// One of the app's own questions.
    Question { title: String, buttons: Vec<String> },
    /// Where to send a post.
    Share,
}

/// What a stop sign says besides its title.
const STOP_BODY: &str = "We restrict certain activity to protect our community. Tell us if you think we made a mistake.";

fn veil(close: bool) -> Node {
    let veil = Node::new("Other", Rect::screen())
        .mark("veil")
        .look(Look::Veil)
        .solid();
    if close { veil.tap(Tap::Close) } else { veil }
}

/// A card in the middle with texts and buttons below each other.
pub(crate) fn card(kind: &'static str, title: &str, body: &str, buttons: Vec<Node>) -> Node {
    let count = i32::try_from(buttons.len()).unwrap_or(1);
    let height = 130 + count * 48;
    let y = (SCREEN_H - height) / 2;
    let rect = Rect::new(50, y, 290, height);
    let mut card = Node::new(kind, rect)
        .mark("card")
        .label(title)
        .look(Look::Panel)
        .solid();
    if kind != "Alert" {
        card.label = None;
    }
    card.children.push(
        Node::text(title, Rect::new(60, y + 14, 270, 28))
            .mark("title")
            .look(Look::Title),
    );
    if !body.is_empty() {
        let rect = Rect::new(64, y + 48, 262, 70);
        card.children
            .push(Node::text(body, rect).mark("body").look(Look::Faint));
    }
    for (mut button, at) in buttons.into_iter().zip(0..) {
        button.rect = Rect::new(60, y + 122 + at * 48, 270, 42);
        card.children.push(button);
    }
    card
}

fn close_button(label: &str) -> Node {
    Node::button(label, Rect::default(), Tap::Close)
}

/// The overlay's elements.
pub(crate) fn nodes(overlay: &Overlay, scroll: i32, view: &View<'_>) -> Node {
    let inner = match overlay {
        Overlay::Switcher => switcher(scroll, view),
        Overlay::Following(name) => following(name),
        Overlay::Stop { title, body } => {
            let body = if body.is_empty() { STOP_BODY } else { body };
            let kind = if view.version.stop_sign_is_alert() {
                "Alert"
            } else {
                "Sheet"
            };
            card(
                kind,
                title,
                body,
                vec![close_button("OK"), close_button("Tell us")],
            )
        }
        Overlay::Question { title, buttons } => {
            let buttons = buttons.iter().map(|label| close_button(label)).collect();
            card("Other", title, "", buttons)
        }
        Overlay::Share => card(
            "Sheet",
            "Share",
            "",
            vec![close_button("Copy link"), close_button("Cancel")],
        ),
    };
    let close = matches!(
        overlay,
        Overlay::Switcher | Overlay::Following(_) | Overlay::Share
    );
    Node::new("Other", Rect::screen())
        .mark("overlay")
        .look(Look::Unseen)
        .with(veil(close))
        .with(inner)
}

/// How high a row of the switcher is with `count` accounts: real phones have few.
fn switcher_row(count: i32) -> i32 {
    (640 / (count + 1).max(1)).clamp(30, 52)
}

/// How far down the list of accounts goes.
pub(crate) fn switcher_height(view: &View<'_>) -> i32 {
    let count = view
        .world
        .signed(view.udid)
        .map_or(0, |signed| signed.handles.len());
    let count = i32::try_from(count).unwrap_or(i32::MAX / 64);
    (count + 1) * switcher_row(count)
}

fn switcher(scroll: i32, view: &View<'_>) -> Node {
    let handles = view
        .world
        .signed(view.udid)
        .map_or(&[][..], |signed| &signed.handles);
    let count = i32::try_from(handles.len()).unwrap_or(0);
    let row = switcher_row(count);
    let height = ((count + 1) * row + 50).min(SCREEN_H - 100);
    let top = SCREEN_H - height;
    let mut sheet = Node::new("Sheet", Rect::new(0, top, SCREEN_W, height))
        .look(Look::Panel)
        .solid();
    for (handle, at) in handles.iter().map(Some).chain([None]).zip(0..) {
        let rect = Rect::new(16, top + 10 + at * row - scroll, SCREEN_W - 32, row - 4);
        // Rows far outside are not made, as in a real list.
        if rect.y + rect.h < top || rect.y >= SCREEN_H {
            continue;
        }
        let button = match handle {
            Some(handle) => {
                let mut button = Node::button(handle, rect, Tap::SwitchTo(handle.clone()));
                button.selected = view.me() == Some(handle.as_str());
                button
            }
            None => Node::button("Add Instagram account", rect, Tap::Close),
        };
        sheet.children.push(button.mark(format!("account{at}")));
    }
    sheet
}

fn following(name: &str) -> Node {
    let top = SCREEN_H - 260;
    let cell = |label: &str, at: i32, tap: Tap| {
        let rect = Rect::new(16, top + 50 + at * 50, SCREEN_W - 32, 44);
        Node::new("Cell", rect)
            .id(label)
            .label(label)
            .look(Look::Secondary)
            .tap(tap)
            .with(Node::text(label, rect).mark("text").look(Look::Unseen))
    };
    Node::new("Sheet", Rect::new(0, top, SCREEN_W, 260))
        .look(Look::Panel)
        .solid()
        .with(Node::text(name, Rect::new(16, top + 12, 300, 26)).look(Look::Title))
        .with(cell("Add to Close Friends list", 0, Tap::Close))
        .with(cell("Mute", 1, Tap::Close))
        .with(cell("Unfollow", 2, Tap::Unfollow(name.to_owned())))
}

/// The screen that asks who is there.
pub(crate) fn challenge(text: &str) -> Node {
    let button = |label: &str, y: i32| {
        Node::new("Button", Rect::new(30, y, 330, 44))
            .label(label)
            .look(Look::Primary)
    };
    Node::new("Other", Rect::screen())
        .mark("challenge")
        .look(Look::Panel)
        .solid()
        .with(Node::text(text, Rect::new(30, 160, 330, 34)).look(Look::Title))
        .with(
            Node::text(
                "We noticed unusual activity. Enter the code we sent to continue.",
                Rect::new(30, 210, 330, 60),
            )
            .look(Look::Faint),
        )
        .with(button("Continue", 620))
        .with(button("Get help", 676))
}

/// Where nobody is signed in.
pub(crate) fn login_form(app: &App) -> Node {
    let field = |kind, id: &str, hint: &str, typed: &str, y: i32, field: Field| {
        let hidden = if field == Field::Password {
            "*".repeat(typed.len())
        } else {
            typed.to_owned()
        };
        let shown = if hidden.is_empty() {
            hint.to_owned()
        } else {
            hidden
        };
        let mut node = Node::new(kind, Rect::new(30, y, 330, 46))
            .id(id)
            .mark(field.mark())
            .look(Look::Field)
            .value(shown)
            .tap(Tap::Focus(field));
        node.placeholder = Some(hint.to_owned());
        node
    };
    let hint = "Username, email or mobile number";
    Node::new("Other", Rect::screen())
        .mark("login")
        .look(Look::Panel)
        .solid()
        .with(
            Node::new("Image", Rect::new(120, 170, 150, 40))
                .label("Instagram")
                .look(Look::Title),
        )
        .with(field(
            "TextField",
            "username",
            hint,
            &app.login[0],
            280,
            Field::Username,
        ))
        .with(field(
            "SecureTextField",
            "password",
            "Password",
            &app.login[1],
            336,
            Field::Password,
        ))
        .with(
            Node::new("Button", Rect::new(30, 400, 330, 46))
                .label("Log in")
                .look(Look::Primary),
        )
        .with(Node::new("Button", Rect::new(30, 460, 330, 40)).label("Forgot password?"))
}
