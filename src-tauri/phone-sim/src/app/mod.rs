//! The small social app: pages on a stack, things that lie over them, and a tree of elements made
//! anew for each command from these and the world.

pub mod language;
pub mod node;
pub mod tap;
pub mod turn;
pub mod version;

mod acts;
mod feed;
pub mod gestures;
mod overlays;
mod post;
mod profile;
mod search;

use crate::config::AppVersion;
use crate::people::{People, PostRef};
use crate::witness::Scene;
use crate::world::World;
use language::Language;
use node::{Look, Node, Rect, SCREEN_H, SCREEN_W};
use overlays::Overlay;
use tap::{Field, Tap};
use version::Tab;

/// The app's bundle id.
pub const BUNDLE_ID: &str = "com.burbn.instagram";
/// Where a page's content starts, below status and navigation bar.
pub(crate) const TOP: i32 = 91;
/// Where the tab bar starts.
pub(crate) const TAB_BAR: i32 = 761;
/// Where the keyboard starts.
pub(crate) const KEYBOARD: i32 = 553;
/// The longest text a field takes.
pub(crate) const MAX_TEXT: usize = 2_200;
/// Pages on the stack; a deeper one forgets the first inner page.
const MAX_DEPTH: usize = 40;

/// What the tree is made from besides the app itself.
pub struct View<'a> {
    /// The world.
    pub world: &'a World,
    /// Its people.
    pub people: &'a People,
    /// The app's release on this phone.
    pub version: AppVersion,
    /// What it speaks.
    pub language: Language,
    /// The phone.
    pub udid: &'a str,
    /// Whether the app has no network.
    pub offline: bool,
}

impl View<'_> {
    /// The active account.
    #[must_use]
    pub fn me(&self) -> Option<&str> {
        self.world.active(self.udid)
    }
}

/// Where the app is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Place {
    Feed,
    Explore,
    Camera,
    Reels,
    Inbox,
    OwnProfile,
    Search,
    Results(String),
    Profile(String),
    Post(PostRef),
    Comments(PostRef),
}

/// One page of the stack.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Page {
    /// Never the same for two visits, so that elements of an earlier one are stale.
    pub visit: u64,
    pub place: Place,
    pub scroll: i32,
    pub text: String,
    pub loaded: u32,
}

/// The running app. Trees are made again when any of it has changed, so all of it is hashed.
#[derive(Hash)]
pub struct App {
    /// The process id.
    pub pid: u32,
    pub(crate) stack: Vec<Page>,
    pub(crate) overlay: Option<Overlay>,
    pub(crate) overlay_scroll: i32,
    pub(crate) focus: Option<Field>,
    pub(crate) banner: Option<String>,
    /// What is typed into the login form.
    pub(crate) login: [String; 2],
    next_visit: u64,
}

impl App {
    /// A cold start: the feed.
    #[must_use]
    pub fn start(pid: u32) -> App {
        let mut app = App {
            pid,
            stack: Vec::new(),
            overlay: None,
            overlay_scroll: 0,
            focus: None,
            banner: None,
            login: Default::default(),
            next_visit: 0,
        };
        app.root(Tab::Feed);
        app
    }

    /// To a tab's first page.
    pub(crate) fn root(&mut self, tab: Tab) {
        self.stack.clear();
        let place = match tab {
            Tab::Feed => Place::Feed,
            Tab::Explore => Place::Explore,
            Tab::Camera => Place::Camera,
            Tab::Reels => Place::Reels,
            Tab::Inbox => Place::Inbox,
            Tab::Profile => Place::OwnProfile,
        };
        self.push(place);
    }

    pub(crate) fn push(&mut self, place: Place) {
        if self.stack.len() >= MAX_DEPTH {
            self.stack.remove(1);
        }
        self.next_visit += 1;
        let page = Page {
            visit: self.next_visit,
            place,
            scroll: 0,
            text: String::new(),
            loaded: 12,
        };
        self.stack.push(page);
        self.focus = None;
        self.banner = None;
    }

    pub(crate) fn back(&mut self) {
        if self.stack.len() > 1 {
            self.stack.pop();
        }
        self.focus = None;
        self.banner = None;
    }

    pub(crate) fn page(&self) -> Option<&Page> {
        self.stack.last()
    }

    pub(crate) fn page_mut(&mut self) -> Option<&mut Page> {
        self.stack.last_mut()
    }

    /// Whether the account sees nothing but a challenge or a login form.
    fn shut(view: &View<'_>) -> bool {
        view.me()
            .is_none_or(|me| view.world.challenge(me).is_some())
    }

    /// Who is active and what is on the screen.
    #[must_use]
    pub fn scene(&self, view: &View<'_>) -> Scene {
        let account = view.me().map(str::to_owned);
        if App::shut(view) {
            return Scene {
                account,
                ..Scene::default()
            };
        }
        let (subject, post) = match self.page().map(|page| &page.place) {
            Some(Place::Profile(name)) => (Some(name.clone()), None),
            Some(Place::Post(post) | Place::Comments(post)) => {
                (Some(post.author.clone()), Some(post.id()))
            }
            _ => (None, None),
        };
        Scene {
            account,
            subject,
            post,
        }
    }

    /// The whole screen, sealed.
    #[must_use]
    pub fn tree(&self, view: &View<'_>) -> Node {
        let mut root = Node::new("Application", Rect::screen())
            .id("Instagram")
            .label("Instagram");
        let mut window = Node::new("Window", Rect::screen()).look(Look::Unseen);
        window.children = self.content(view);
        root.children.push(window);
        if self.focus.is_some() {
            root.children
                .push(keyboard(self.focus == Some(Field::Search)));
        }
        root.seal(&format!("app{}", self.pid));
        if let Some(field) = self.focus {
            root.walk_mut(&mut |node| node.focused |= node.key.ends_with(field.mark()));
        }
        root
    }

    fn content(&self, view: &View<'_>) -> Vec<Node> {
        let Some(me) = view.me() else {
            return vec![overlays::login_form(self)];
        };
        match view.world.challenge(me) {
            Some("") => return vec![overlays::login_form(self)],
            Some(text) => return vec![overlays::challenge(text)],
            None => {}
        }
        let Some(page) = self.page() else {
            return Vec::new();
        };
        let mut body = Node::new("Other", Rect::screen())
            .look(Look::Unseen)
            .mark(format!("page{}", page.visit))
            .with_all(self.page_nodes(view, page));
        body.covered = self.overlay.is_some();
        let mut all = Vec::new();
        // In B the comments are a sheet: the post stays in the tree behind it.
        if let Some(below) = self.below_comments(view, page) {
            all.push(below);
        }
        all.push(body);
        if let Some(text) = &self.banner {
            let rect = Rect::new(0, 47, SCREEN_W, 36);
            let text = Node::text(text.clone(), rect).look(Look::Center);
            all.push(
                Node::new("Other", rect)
                    .mark("banner")
                    .look(Look::Panel)
                    .with(text),
            );
        }
        if let Some(overlay) = &self.overlay {
            all.push(overlays::nodes(overlay, self.overlay_scroll, view));
        }
        all
    }

    fn below_comments(&self, view: &View<'_>, page: &Page) -> Option<Node> {
        let sheet = matches!(page.place, Place::Comments(_)) && view.version == AppVersion::B;
        let below = self
            .stack
            .len()
            .checked_sub(2)
            .and_then(|at| self.stack.get(at))?;
        if !sheet || !matches!(below.place, Place::Post(_)) {
            return None;
        }
        let mut node = Node::new("Other", Rect::screen())
            .look(Look::Unseen)
            .mark(format!("page{}", below.visit))
            .with_all(self.page_nodes(view, below));
        node.covered = true;
        Some(node)
    }

    fn page_nodes(&self, view: &View<'_>, page: &Page) -> Vec<Node> {
        let typing = self.focus.is_some();
        match &page.place {
            Place::Feed => feed::feed(view, page),
            Place::Explore => feed::explore(view, page),
            Place::Camera => feed::nothing_here("Camera", Tab::Camera, view),
            Place::Reels => feed::nothing_here("Reels", Tab::Reels, view),
            Place::Inbox => feed::nothing_here("Messages", Tab::Inbox, view),
            Place::OwnProfile => profile::own(view, page),
            Place::Search => search::search(view, page, typing),
            Place::Results(query) => search::results(view, page, query),
            Place::Profile(name) => profile::other(view, page, name),
            Place::Post(post) => post::post(view, page, post),
            Place::Comments(post) => post::comments(view, page, post, typing),
        }
    }
}

/// The bar below; it is there on first pages only.
pub(crate) fn tab_bar(view: &View<'_>, active: Tab) -> Node {
    let tabs = view.version.tabs();
    let width = SCREEN_W / i32::try_from(tabs.len()).unwrap_or(1).max(1);
    let buttons = tabs.iter().zip(0..).map(|(tab, at)| {
        let mut button = Node::new("Button", Rect::new(at * width, TAB_BAR, width, 49))
            .id(tab.id())
            .label(tab.label())
            .look(Look::Icon)
            .tap(Tap::Tab(*tab));
        button.selected = *tab == active;
        button.value = button.selected.then(|| "1".to_owned());
        button
    });
    Node::new(
        "TabBar",
        Rect::new(0, TAB_BAR, SCREEN_W, SCREEN_H - TAB_BAR),
    )
    .look(Look::Panel)
    .solid()
    .with_all(buttons)
}

/// The bar above, with its title and what stands left of it.
pub(crate) fn nav_bar(title: &str, back: bool) -> Node {
    let mut bar = Node::new("NavigationBar", Rect::new(0, 47, SCREEN_W, 44))
        .id(title)
        .look(Look::Panel)
        .solid()
        .with(Node::text(title, Rect::new(60, 56, 270, 26)).look(Look::Title));
    if back {
        let button = Node::new("Button", Rect::new(4, 47, 44, 44))
            .id("BackButton")
            .label("Back");
        bar.children
            .push(button.look(Look::Center).caption("<").tap(Tap::Back));
    }
    bar
}

/// A text in the middle of an empty page, as for private and missing people.
pub(crate) fn notice(text: impl Into<String>, y: i32) -> Node {
    Node::text(text, Rect::new(20, y, SCREEN_W - 40, 30)).look(Look::Center)
}

fn keyboard(search: bool) -> Node {
    let rect = Rect::new(0, KEYBOARD, SCREEN_W, SCREEN_H - KEYBOARD);
    let rows = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    let keys = rows.iter().zip(0..).flat_map(|(row, line)| {
        let indent = (10 - i32::try_from(row.len()).unwrap_or(10)) * 39 / 2;
        row.chars().zip(0..).map(move |(letter, at)| {
            let place = Rect::new(indent + at * 39 + 2, KEYBOARD + 10 + line * 54, 35, 44);
            Node::new("Key", place)
                .label(letter.to_string())
                .look(Look::Secondary)
        })
    });
    let label = if search { "search" } else { "return" };
    let enter = Node::new("Button", Rect::new(290, KEYBOARD + 172, 96, 44))
        .id(label)
        .label(label);
    Node::new("Keyboard", rect)
        .mark("keyboard")
        .look(Look::Veil)
        .solid()
        .with_all(keys)
        .with(enter.look(Look::Secondary).tap(Tap::Enter))
}

/// The card of a system alert.
#[must_use]
pub fn alert_card(text: &str, buttons: Vec<Node>) -> Node {
    overlays::card("Alert", text, "", buttons)
}
