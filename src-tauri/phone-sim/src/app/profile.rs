//! Profiles, the own one and others'.

use super::feed::{thumb_rect, thumbnail};
use super::node::{Look, Node, Rect, SCREEN_H};
use super::tap::Tap;
use super::version::Tab;
use super::{Page, TOP, View, nav_bar, notice, tab_bar};
use crate::people::{Person, PostRef, count_text, hash};
use crate::world::Follow;

/// Where the pictures start.
const GRID_TOP: i32 = TOP + 230;

/// How far down a profile with this many posts goes.
pub(crate) fn height(posts: u32) -> i32 {
    GRID_TOP + i32::try_from(posts.div_ceil(3)).unwrap_or(0) * super::feed::THUMB
}

fn counter(view: &View<'_>, id: &str, count: u64, noun: &str, x: i32, y: i32) -> Node {
    let number = count_text(count);
    let node = Node::new("Button", Rect::new(x, y, 84, 48)).id(id);
    if view.version.counts_are_values() {
        let caption = format!("{number} {noun}");
        return node
            .label(noun)
            .value(number)
            .look(Look::Center)
            .caption(caption);
    }
    node.look(Look::Unseen)
        .label(format!("{number} {noun}"))
        .with(Node::text(number, Rect::new(x, y + 2, 84, 22)).look(Look::Center))
        .with(Node::text(noun, Rect::new(x, y + 24, 84, 20)).look(Look::Center))
}

fn head(view: &View<'_>, person: &Person, top: i32) -> Vec<Node> {
    let followers = person.followers + view.world.follower_count(&person.name);
    let posts = u64::from(person.posts);
    vec![
        Node::new("Image", Rect::new(16, top + 10, 80, 80))
            .mark("face")
            .label(format!("{}'s profile picture", person.name))
            .look(Look::Picture(hash(&person.name))),
        counter(
            view,
            "user-detail-header-media-button",
            posts,
            "posts",
            112,
            top + 24,
        ),
        counter(
            view,
            "user-detail-header-followers",
            followers,
            "followers",
            202,
            top + 24,
        ),
        counter(
            view,
            "user-detail-header-following-button",
            person.following,
            "following",
            292,
            top + 24,
        ),
        Node::text(person.full_name.clone(), Rect::new(16, top + 98, 350, 20)).mark("full-name"),
        Node::text(person.bio.clone(), Rect::new(16, top + 122, 350, 18))
            .mark("bio")
            .look(Look::Faint),
    ]
}

fn grid(view: &View<'_>, person: &Person, scroll: i32) -> Vec<Node> {
    if person.posts == 0 {
        return vec![notice(
            view.language.says("No Posts Yet"),
            GRID_TOP + 60 - scroll,
        )];
    }
    let posts = (1..=person.posts).zip(0..).filter_map(|(index, at)| {
        let post = PostRef {
            author: person.name.clone(),
            index,
        };
        let rect = thumb_rect(at, GRID_TOP - scroll);
        let near = rect.y + rect.h > TOP && rect.y < SCREEN_H;
        (near && view.people.has_post(&post)).then(|| thumbnail(&post, rect))
    });
    let list = Node::new(
        "CollectionView",
        Rect::new(0, TOP, super::node::SCREEN_W, SCREEN_H - TOP),
    );
    vec![list.with_all(posts)]
}

fn action_button(label: &str, x: i32, y: i32) -> Node {
    Node::new("Button", Rect::new(x, y, 112, 34))
        .id("profile-action-bar-button")
        .mark(format!("bar:{label}"))
        .label(label)
        .look(Look::Secondary)
}

pub(crate) fn own(view: &View<'_>, page: &Page) -> Vec<Node> {
    let me = view.me().unwrap_or_default();
    let person = view.people.get(me);
    let top = TOP - page.scroll;
    let mut all = head(view, &person, top);
    all.push(action_button("Edit profile", 16, top + 154));
    all.push(action_button("Share profile", 136, top + 154));
    all.push(action_button("Contact", 256, top + 154));
    all.extend(grid(view, &person, page.scroll));
    let accounts = view
        .world
        .signed(view.udid)
        .map_or(0, |signed| signed.handles.len());
    let mut switch = Node::new("Button", Rect::new(60, 51, 250, 36))
        .id("user-switch-title-button")
        .label(me)
        .look(Look::Title)
        .tap(Tap::OpenSwitcher);
    if accounts > 1 && view.version == crate::config::AppVersion::B {
        switch = switch.value("2 notifications");
    }
    let icon = |id: &str, label: &str, x: i32| {
        Node::new("Button", Rect::new(x, 51, 36, 36))
            .id(id)
            .label(label)
            .look(Look::Icon)
    };
    all.push(
        Node::new("NavigationBar", Rect::new(0, 47, super::node::SCREEN_W, 44))
            .mark("bar")
            .look(Look::Panel)
            .solid()
            .with(icon("profile-add-button", "Create new", 12))
            .with(switch)
            .with(icon("profile-more-button", "Options", 342)),
    );
    all.push(tab_bar(view, Tab::Profile));
    all
}

pub(crate) fn other(view: &View<'_>, page: &Page, name: &str) -> Vec<Node> {
    let person = view.people.get(name);
    let me = view.me().unwrap_or_default();
    let title = if person.missing {
        "User not found"
    } else {
        name
    };
    let mut all = Vec::new();
    if view.offline {
        all.push(notice("Couldn't load profile", 300));
    } else if person.missing {
        all.push(notice("User not found", 300));
    } else if person.suspended {
        all.push(notice(
            view.language.says("Sorry, this page isn't available."),
            300,
        ));
        all.push(
            Node::text(
                "The link may be broken, or the profile may have been removed.",
                Rect::new(20, 336, 350, 20),
            )
            .look(Look::Faint),
        );
    } else {
        let top = TOP - page.scroll;
        all.extend(head(view, &person, top));
        let state = view.world.follow(me, name);
        if me != name {
            let label = view
                .version
                .follow_label(view.language, name, state, person.follows_back);
            let look = if state.is_none() {
                Look::Primary
            } else {
                Look::Secondary
            };
            let shown = label
                .split(' ')
                .next()
                .unwrap_or_default()
                .replace("Tap", "Following");
            all.push(
                Node::new("Button", Rect::new(16, top + 154, 150, 34))
                    .id("user-detail-header-follow-button")
                    .label(label)
                    .look(look)
                    .caption(shown)
                    .tap(Tap::FollowButton(name.to_owned())),
            );
            all.push(action_button("Message", 176, top + 154));
        }
        if person.private && state != Some(Follow::Following) && me != name {
            all.push(notice(
                view.language.says("This account is private"),
                GRID_TOP + 60 - page.scroll,
            ));
            all.push(
                Node::text(
                    "Follow this account to see their photos and videos.",
                    Rect::new(30, GRID_TOP + 96 - page.scroll, 340, 20),
                )
                .look(Look::Faint),
            );
        } else {
            all.extend(grid(view, &person, page.scroll));
        }
    }
    all.push(nav_bar(title, true));
    all
}
