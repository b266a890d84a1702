//! Pages as XML.

use super::{Over, Place, World};

/// Two releases that differ where real ones do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// State in labels, back buttons, stop signs as alerts.
    A,
    /// State in values, no back button on posts, stop signs as sheets.
    B,
}

/// One element; attributes as `name=value`, `at=x,y,w,h`.
pub fn el(kind: &str, attributes: &[(&str, &str)], children: &str) -> String {
    let mut text = format!("<XCUIElementType{kind} type=\"XCUIElementType{kind}\"");
    let mut visible = " visible=\"true\"";
    for (name, value) in attributes {
        let value = value
            .replace('&', "&amp;")
            .replace('"', "&quot;")
            .replace('<', "&lt;");
        match *name {
            "at" => {
                for (part, number) in ["x", "y", "width", "height"].iter().zip(value.split(',')) {
                    text.push_str(&format!(" {part}=\"{number}\""));
                }
            }
            "hidden" => visible = " visible=\"false\"",
            name => text.push_str(&format!(" {name}=\"{value}\"")),
        }
    }
    format!("{text}{visible} enabled=\"true\">{children}</XCUIElementType{kind}>")
}

fn text(label: &str) -> String {
    el("StaticText", &[("name", label), ("label", label)], "")
}

fn button(id: &str, label: &str) -> String {
    el("Button", &[("name", id), ("label", label)], "")
}

impl World {
    /// The whole screen.
    pub fn source(&self) -> String {
        let inner = match (self.running && self.in_front, self.shut) {
            (false, _) => self.other_app.to_owned(),
            (true, Some("")) => login(),
            (true, Some(challenge)) => {
                format!("{}{}", text(challenge), button("Continue", "Continue"))
            }
            (true, None) => self.content(),
        };
        let window = el("Window", &[("at", "0,0,390,844")], &inner);
        el(
            "Application",
            &[("name", "App"), ("label", "App"), ("at", "0,0,390,844")],
            &window,
        )
    }

    fn content(&self) -> String {
        let page = self.page();
        let Some(over) = &self.over else { return page };
        let covers = !matches!(over, Over::Banner(_));
        let page = if covers {
            page.replace(" visible=\"true\"", " visible=\"false\"")
        } else {
            page
        };
        let buttons = |labels: &[&str]| -> String {
            labels.iter().map(|label| button(label, label)).collect()
        };
        let over = match over {
            Over::Banner(line) => el("Other", &[("at", "0,47,390,36")], &text(line)),
            Over::Question(line, labels) => el(
                "Other",
                &[("at", "50,300,290,200")],
                &(text(line) + &buttons(labels)),
            ),
            Over::Sign(line, labels) => {
                let kind = if self.release == Release::A {
                    "Alert"
                } else {
                    "Sheet"
                };
                el(
                    kind,
                    &[("at", "50,300,290,200")],
                    &(text(line) + &buttons(labels)),
                )
            }
            Over::Unfollow => {
                let cell = el("Cell", &[("name", "Unfollow"), ("label", "Unfollow")], "");
                el("Sheet", &[("at", "0,584,390,260")], &cell)
            }
            Over::Switcher => {
                let mut all = self.accounts.clone();
                all.push("Add Instagram account");
                let to = (self.first_row + self.rows).min(all.len());
                let rows = buttons(&all[self.first_row..to]);
                el("Sheet", &[("at", "0,584,390,260")], &rows)
            }
        };
        page + &over
    }

    fn page(&self) -> String {
        match self.place() {
            Place::Feed => {
                let logo = el("Image", &[("name", "main-feed-logo")], "");
                let post = el("Cell", &[], &self.post_nodes("carl", 1));
                post + &logo + &self.tabs()
            }
            Place::Explore => {
                el("Other", &[("name", "search-bar"), ("label", "Search")], "") + &self.tabs()
            }
            Place::Own => {
                let title = ("name", "user-switch-title-button");
                el("Button", &[title, ("label", &self.active)], "") + &self.tabs()
            }
            Place::Search => self.search(),
            Place::Results => bar("bob", true) + &self.row(),
            Place::Profile(name) => self.profile(&name),
            Place::Post(author, n) => {
                bar("Posts", self.release == Release::A) + &self.post_nodes(&author, n)
            }
            Place::Comments(author, n) => self.comments(&author, n),
        }
    }

    fn tabs(&self) -> String {
        let ids = ["mainfeed-tab", "explore-tab", "reels-tab", "profile-tab"];
        el("TabBar", &[], &ids.map(|id| button(id, id)).concat())
    }

    fn row(&self) -> String {
        if self.typed.is_empty() || self.notice(&self.typed).is_some() {
            return text("No results found");
        }
        let id = match self.release {
            Release::A => format!("search-collection-view-cell-{}", self.typed),
            Release::B => "search-collection-view-cell-73920471".to_owned(),
        };
        let name = match self.release {
            Release::A => self.typed.clone(),
            Release::B => format!("{}, verified account", self.typed),
        };
        let term = format!("{} photos", self.typed);
        el(
            "Cell",
            &[("name", &id)],
            &(text(&name) + &text("Action Blocked")),
        ) + &el(
            "Cell",
            &[("name", "search-collection-view-cell-11")],
            &text(&term),
        )
    }

    fn search(&self) -> String {
        let kind = match (self.secret_search, self.release) {
            (true, _) => "SecureTextField",
            (_, Release::A) => "SearchField",
            _ => "TextField",
        };
        let value = if self.typed.is_empty() {
            "Search"
        } else {
            &self.typed
        };
        let field = [
            ("name", "search-text-input"),
            ("value", value),
            ("placeholderValue", "Search"),
        ];
        let rows = if self.typed.is_empty() {
            text("Recent")
        } else {
            self.row()
        };
        el(kind, &field, "") + &rows
    }

    fn profile(&self, name: &str) -> String {
        if let Some(notice) = self.notice(name) {
            return bar(name, true) + &text(notice);
        }
        let label = match (self.following.contains(name), self.requested.contains(name)) {
            (true, _) if self.release == Release::A => "Following".to_owned(),
            (true, _) => format!("Tap to unfollow {name}"),
            (_, true) => "Requested".to_owned(),
            _ => format!("Follow {name}"),
        };
        let label = self.follow_label.unwrap_or(&label);
        let mut all = bar(name, true);
        all += &button("user-detail-header-followers", "12 followers");
        all += &match self.release {
            Release::A => el(
                "Button",
                &[
                    ("name", COUNTER),
                    ("label", "posts"),
                    ("value", self.counter),
                ],
                "",
            ),
            Release::B => el("Button", &[("name", COUNTER)], &text(self.counter)),
        };
        all += &text(self.bio);
        all += &button("user-detail-header-follow-button", label);
        if self.private && !self.following.contains(name) {
            return all + &text("This account is private");
        }
        let photo = format!("Photo by {name}");
        for _ in 0..self.posts {
            all += &el(
                "Cell",
                &[("name", "media-thumbnail-cell"), ("label", &photo)],
                "",
            );
        }
        all
    }

    fn post_nodes(&self, author: &str, n: usize) -> String {
        let liked = self.liked.contains(&(author.to_owned(), n));
        let mut like = vec![("name", "like-button")];
        like.push(match (self.release, liked) {
            (Release::A, false) => ("label", "Like"),
            (Release::A, true) => ("label", "Liked"),
            (Release::B, false) => ("value", "Like"),
            (Release::B, true) => ("value", "Unlike"),
        });
        let photo = format!("Photo by {author}");
        let comment = match self.closed {
            true => String::new(),
            false => button("comment-button", "Comment"),
        };
        button("feed-item-header-user-button", author)
            + &comment
            + &button("send-button", "Send")
            + &el("Image", &[("name", &photo), ("label", &photo)], "")
            + &el("Button", &like, "")
            + &text(&format!("{author} {} no. {n}", self.caption))
    }
}

impl World {
    /// A page of its own in A, a sheet over the post in B.
    fn comments(&self, author: &str, n: usize) -> String {
        let behind = match self.release {
            Release::A => String::new(),
            Release::B => self.post_nodes(author, n),
        };
        let here = self.said.iter().rev();
        let here = here.filter(|(whose, which, ..)| (whose.as_str(), *which) == (author, n));
        let mut all = behind + &bar("Comments", true);
        if !self.slow_comments {
            for (_, _, who, what) in here {
                all += &el("Cell", &[], &(text(who) + &text(what) + &text("2 h")));
            }
        }
        all += &el("Cell", &[], &(text("dora") + &text("Action Blocked")));
        let id = match self.release {
            Release::A => "text-view",
            Release::B => "comment-text-input",
        };
        let field = [
            ("name", id),
            (
                "value",
                if self.typed.is_empty() {
                    "Add a comment..."
                } else {
                    &self.typed
                },
            ),
            ("placeholderValue", "Add a comment..."),
        ];
        all + &el("TextView", &field, "") + &button("send-button", "Post comment")
    }
}

/// The counter of posts.
const COUNTER: &str = "user-detail-header-media-button";

fn bar(title: &str, back: bool) -> String {
    let back = if back {
        button("BackButton", "Back")
    } else {
        String::new()
    };
    el("NavigationBar", &[("name", title)], &(text(title) + &back))
}

fn login() -> String {
    el("TextField", &[("name", "username")], "")
        + &el("SecureTextField", &[("name", "password")], "")
        + &button("Log in", "Log in")
}
