//! The pages behind the tab bar: feed, explore, and those of no use here.

use super::node::{Look, Node, Rect, SCREEN_H, SCREEN_W};
use super::post::post_nodes;
use super::tap::Tap;
use super::version::Tab;
use super::{Page, TAB_BAR, TOP, View, notice, tab_bar};
use crate::people::{PostRef, hash};

/// Where the first post of the feed starts.
const FIRST_POST: i32 = TOP + 104;
/// From one post of the feed to the next.
const POST_STEP: i32 = 560;
/// Where explore's pictures start.
const GRID_TOP: i32 = TOP + 6;
/// Side of a picture in a grid, with its gap.
pub(crate) const THUMB: i32 = 130;
/// Posts that a feed ever loads.
pub(crate) const MAX_LOADED: u32 = 400;

/// The `n`th post of the account's feed.
fn feed_post(view: &View<'_>, followed: &[&str], n: u32) -> PostRef {
    let index = usize::try_from(n / 2).unwrap_or(0);
    let author = if n.is_multiple_of(2) && !followed.is_empty() {
        followed.get(index % followed.len())
    } else {
        None
    };
    match author {
        Some(author) => {
            let post = PostRef {
                author: (*author).to_owned(),
                index: n % 9 + 1,
            };
            if view.people.has_post(&post) {
                post
            } else {
                view.people.stranger(n)
            }
        }
        None => view.people.stranger(n),
    }
}

pub(crate) fn feed(view: &View<'_>, page: &Page) -> Vec<Node> {
    let mut all = Vec::new();
    if view.offline {
        all.push(notice("Couldn't refresh feed", 400));
    } else {
        let tray = Rect::new(0, TOP - page.scroll, SCREEN_W, 100);
        if tray.y > TOP - 100 {
            let rings = (0..4).map(|n| {
                let author = view.people.stranger(900 + n).author;
                let at = i32::try_from(n).unwrap_or(0);
                Node::new("Button", Rect::new(10 + at * 94, tray.y + 10, 80, 80))
                    .id("story-ring")
                    .label(format!("{author}'s story, {} of 4", n + 1))
                    .look(Look::Picture(hash(&author)))
            });
            all.push(
                Node::new("CollectionView", tray)
                    .id("stories-tray")
                    .with_all(rings),
            );
        }
        let mut followed: Vec<&str> = view
            .me()
            .into_iter()
            .flat_map(|me| view.world.followed_by(me))
            .collect();
        followed.sort_unstable();
        // Marked: it is the same list when the tray above has left.
        let mut list =
            Node::new("CollectionView", Rect::new(0, TOP, SCREEN_W, TAB_BAR - TOP)).mark("posts");
        for (n, at) in (0..page.loaded).zip(0..) {
            let top = FIRST_POST + at * POST_STEP - page.scroll;
            if top + POST_STEP > TOP && top < SCREEN_H {
                let post = feed_post(view, &followed, n);
                let cell = Node::new("Cell", Rect::new(0, top, SCREEN_W, POST_STEP))
                    .mark(format!("feed{n}"))
                    .with_all(post_nodes(view, &post, top));
                list.children.push(cell);
            }
        }
        all.push(list);
    }
    let icon = |id: &str, label: &str, x: i32| {
        Node::new("Button", Rect::new(x, 51, 40, 36))
            .id(id)
            .label(label)
            .look(Look::Icon)
    };
    all.push(
        Node::new("NavigationBar", Rect::new(0, 47, SCREEN_W, 44))
            .mark("bar")
            .look(Look::Panel)
            .solid()
            .with(
                Node::new("Image", Rect::new(16, 54, 120, 30))
                    .id("main-feed-logo")
                    .label("Instagram")
                    .look(Look::Title),
            )
            .with(icon("create", "Create", 290))
            .with(icon("activity", "Notifications", 338)),
    );
    all.push(tab_bar(view, Tab::Feed));
    all
}

/// How far down the feed or explore goes with what is loaded.
pub(crate) fn height(loaded: u32, grid: bool) -> i32 {
    let loaded = i32::try_from(loaded).unwrap_or(0);
    if grid {
        GRID_TOP + (loaded + 2) / 3 * THUMB
    } else {
        FIRST_POST + loaded * POST_STEP
    }
}

/// One picture of a grid.
pub(crate) fn thumbnail(post: &PostRef, rect: Rect) -> Node {
    let kind = if post.is_video() { "Video" } else { "Photo" };
    Node::new("Cell", rect)
        .id("media-thumbnail-cell")
        .mark(format!("thumb:{}", post.id()))
        .label(format!("{kind} by {}", post.author))
        .look(Look::Picture(hash(&post.id())))
        .tap(Tap::OpenPost(post.clone()))
}

/// Where the `at`th picture of a grid lies.
pub(crate) fn thumb_rect(at: i32, top: i32) -> Rect {
    Rect::new(at % 3 * THUMB, top + at / 3 * THUMB, THUMB - 1, THUMB - 1)
}

pub(crate) fn explore(view: &View<'_>, page: &Page) -> Vec<Node> {
    let mut all = Vec::new();
    if view.offline {
        all.push(notice(view.language.says("No internet connection"), 400));
    } else {
        let mut list = Node::new("CollectionView", Rect::new(0, TOP, SCREEN_W, TAB_BAR - TOP));
        for (n, at) in (0..page.loaded * 2).zip(0..) {
            let rect = thumb_rect(at, GRID_TOP - page.scroll);
            if rect.y + rect.h > TOP && rect.y < SCREEN_H {
                list.children
                    .push(thumbnail(&view.people.stranger(n + 37), rect));
            }
        }
        all.push(list);
    }
    let bar = Node::new("Other", Rect::new(16, 51, SCREEN_W - 32, 36))
        .id("search-bar")
        .label("Search")
        .look(Look::Field)
        .tap(Tap::OpenSearch);
    all.push(
        Node::new("NavigationBar", Rect::new(0, 47, SCREEN_W, 44))
            .mark("bar")
            .look(Look::Panel)
            .solid()
            .with(bar),
    );
    all.push(tab_bar(view, Tab::Explore));
    all
}

pub(crate) fn nothing_here(title: &str, tab: Tab, view: &View<'_>) -> Vec<Node> {
    vec![
        super::nav_bar(title, false),
        notice("Nothing here yet", 400),
        tab_bar(view, tab),
    ]
}
