//! What a phone shows where the social app is not in front: icons, the lock screen, alerts.

use super::{ALERT_FIELD, SystemAlert};
use crate::app::node::{Look, Node, Rect, SCREEN_W};
use crate::app::tap::Tap;
use crate::people::hash;

/// The root of an app's tree.
pub(super) fn application(name: &str) -> Node {
    Node::new("Application", Rect::screen())
        .id(name)
        .label(name)
}

/// The home screen with its icons.
pub(super) fn home_tree(installed: bool) -> Node {
    let mut names = vec!["Settings", "Photos", "Camera", "Maps", "Clock", "Notes"];
    if installed {
        names.insert(2, "Instagram");
    }
    let icons = names.iter().zip(0..).map(|(name, at)| {
        let rect = Rect::new(27 + at % 4 * 91, 90 + at / 4 * 110, 62, 82);
        let icon = Node::new("Icon", rect).id(*name).label(*name);
        let icon = icon.look(Look::Picture(hash(name))).caption(*name);
        if *name == "Instagram" {
            icon.tap(Tap::LaunchApp)
        } else {
            icon.solid()
        }
    });
    let mut root = application(" ").with_all(icons);
    root.seal("springboard");
    root
}

/// The lock screen.
pub(super) fn locked_tree() -> Node {
    let mut root = application(" ")
        .with(Node::text("9:41", Rect::new(95, 150, 200, 60)).look(Look::Title))
        .with(Node::text("Swipe up to open", Rect::new(95, 790, 200, 24)).look(Look::Center));
    root.seal("lockscreen");
    root
}

/// Some app of the system, which has nothing to show.
pub(super) fn other_tree(bundle: &str) -> Node {
    let name = bundle.rsplit('.').next().unwrap_or(bundle);
    let bar = Node::new("NavigationBar", Rect::new(0, 47, SCREEN_W, 44)).id(name);
    let mut root = application(name).with(bar.look(Look::Panel).solid());
    root.seal(bundle);
    root
}

/// The system alert's elements, sealed on their own.
pub(super) fn alert_tree(alert: &SystemAlert) -> Node {
    let buttons = alert
        .buttons
        .iter()
        .enumerate()
        .map(|(at, label)| {
            let button = Node::button(label, Rect::default(), Tap::AlertButton(at));
            button.mark(format!("button{at}"))
        })
        .collect();
    let mut card = crate::app::alert_card(&alert.text, buttons);
    if let Some((hint, typed)) = &alert.field {
        let above = Rect::new(card.rect.x + 16, card.rect.y + 76, card.rect.w - 32, 36);
        let mut field = Node::new("TextField", above)
            .mark(ALERT_FIELD)
            .look(Look::Field)
            .value(if typed.is_empty() { hint } else { typed })
            .caption(if typed.is_empty() { hint } else { typed })
            .solid();
        field.placeholder = Some(hint.clone());
        card.children.push(field);
    }
    let mut node = Node::new("Other", Rect::screen())
        .mark("system-alert")
        .look(Look::Unseen)
        .with(
            Node::new("Other", Rect::screen())
                .mark("veil")
                .look(Look::Veil)
                .solid(),
        )
        .with(card);
    node.seal(&format!("alert{}", alert.number));
    node
}
