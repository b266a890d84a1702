//! Searching for people.

use super::node::{Look, Node, Rect, SCREEN_H, SCREEN_W};
use super::tap::{Field, Tap};
use super::{Page, TOP, View, nav_bar, notice};
use crate::config::AppVersion;
use crate::people::{Person, hash, valid};

const ROW: i32 = 60;

/// What people type, as names are compared.
pub(crate) fn query_of(text: &str) -> String {
    text.trim().trim_start_matches('@').to_lowercase()
}

fn found(view: &View<'_>, query: &str) -> Vec<Person> {
    let mut people = Vec::new();
    if valid(query) {
        let exact = view.people.get(query);
        if !exact.missing && !exact.suspended {
            people.push(exact);
        }
        people.extend(view.people.lookalikes(query));
    }
    people
}

/// One result. In A the cell opens the profile; in B only the name inside does, while the cell
/// opens the results page, unless that is where it stands.
fn row(view: &View<'_>, person: &Person, y: i32, page_of: Option<&str>) -> Node {
    let name = &person.name;
    let label = if person.verified {
        format!("{name}, verified account")
    } else {
        name.clone()
    };
    let number = hash(name) % 90_000_000_000 + 10_000_000_000;
    let id = match view.version {
        AppVersion::A => format!("search-collection-view-cell-{name}"),
        AppVersion::B => format!("search-collection-view-cell-{number}"),
    };
    let open = Tap::OpenProfile(name.clone());
    let cell_tap = match page_of {
        Some(query) if !view.version.cell_opens_profile() => Tap::OpenResults(query.to_owned()),
        _ => open.clone(),
    };
    Node::new("Cell", Rect::new(0, y, SCREEN_W, ROW))
        .id(id)
        .mark(format!("row:{name}"))
        .tap(cell_tap)
        .with(
            Node::new("Image", Rect::new(14, y + 8, 44, 44))
                .mark("face")
                .look(Look::Picture(hash(name))),
        )
        .with(
            Node::text(label, Rect::new(70, y + 8, 240, 20))
                .mark("name")
                .tap(open),
        )
        .with(
            Node::text(person.full_name.clone(), Rect::new(70, y + 32, 240, 18))
                .mark("full")
                .look(Look::Faint),
        )
}

/// A suggested search, which is no person.
fn term(query: &str, y: i32) -> Node {
    let text = format!("{query} photos");
    let number = hash(&text) % 900_000 + 100_000;
    Node::new("Cell", Rect::new(0, y, SCREEN_W, ROW))
        .id(format!("search-collection-view-cell-{number}"))
        .mark("term")
        .tap(Tap::OpenResults(text.clone()))
        .with(Node::text(text, Rect::new(70, y + 8, 240, 20)).mark("name"))
}

pub(crate) fn search(view: &View<'_>, page: &Page, _typing: bool) -> Vec<Node> {
    let query = query_of(&page.text);
    let mut all = Vec::new();
    if query.is_empty() {
        all.push(Node::text("Recent", Rect::new(16, TOP + 10, 200, 24)).look(Look::Faint));
    } else if view.offline {
        all.push(notice(view.language.says("No internet connection"), 300));
    } else {
        let people = found(view, &query);
        let mut y = TOP + 6 - page.scroll;
        let mut list = Node::new(
            "CollectionView",
            Rect::new(0, TOP, SCREEN_W, SCREEN_H - TOP),
        );
        if view.version == AppVersion::B {
            list.children.push(term(&query, y));
            y += ROW;
        }
        for person in &people {
            list.children.push(row(view, person, y, Some(&query)));
            y += ROW;
        }
        if people.is_empty() {
            list.children
                .push(notice(format!("No results found for \"{query}\""), y + 40));
        }
        if view.version == AppVersion::A {
            list.children.push(term(&query, y));
        }
        all.push(list);
    }
    let mut field = Node::new(view.version.search_field(), Rect::new(16, 51, 280, 36))
        .id("search-text-input")
        .mark(Field::Search.mark())
        .label("Search")
        .look(Look::Field)
        .caption(if page.text.is_empty() {
            "Search"
        } else {
            &page.text
        })
        .tap(Tap::Focus(Field::Search));
    field.placeholder = Some("Search".to_owned());
    field.value = Some(if page.text.is_empty() {
        "Search".to_owned()
    } else {
        page.text.clone()
    });
    let mut bar = Node::new("NavigationBar", Rect::new(0, 47, SCREEN_W, 44))
        .mark("bar")
        .look(Look::Panel)
        .solid()
        .with(field)
        .with(Node::button(
            "Cancel",
            Rect::new(310, 51, 70, 36),
            Tap::Back,
        ));
    if !page.text.is_empty() {
        let clear = Node::button("Clear text", Rect::new(264, 55, 28, 28), Tap::ClearField);
        bar.children.push(clear.caption("x"));
    }
    all.push(bar);
    all
}

pub(crate) fn results(view: &View<'_>, page: &Page, query: &str) -> Vec<Node> {
    let mut all = Vec::new();
    if view.offline {
        all.push(notice("Couldn't load results", 300));
    } else {
        // A term such as "bob photos" is searched by its first word.
        let name = query.split(' ').next().unwrap_or(query);
        let people = found(view, name);
        if people.is_empty() {
            all.push(notice("No results found", 300));
        }
        let mut y = TOP + 46 - page.scroll;
        for person in &people {
            all.push(row(view, person, y, None));
            y += ROW;
        }
        let grid = (0..6).map(|at| {
            let post = view
                .people
                .stranger(u32::try_from(hash(query) % 500).unwrap_or(0) + at);
            let at = i32::try_from(at).unwrap_or(0);
            super::feed::thumbnail(&post, super::feed::thumb_rect(at, y + 10))
        });
        all.extend(grid);
    }
    let tab = |label: &str, x: i32| {
        Node::new("Button", Rect::new(x, TOP, 120, 40))
            .label(label)
            .look(Look::Center)
    };
    all.push(tab("For you", 10));
    all.push(tab("Accounts", 135));
    all.push(tab("Tags", 260));
    all.push(nav_bar(query, true));
    all
}
