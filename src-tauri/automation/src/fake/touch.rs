//! What a touch does in the little world.

use super::{Over, Place, World};
use crate::reading::Node;

impl World {
    /// A touch of that element, the nth of its name.
    pub fn touch(&mut self, node: &Node, nth: usize, twice: bool) {
        if let Some(over) = self.over.take() {
            if over == Over::Switcher && self.accounts.contains(&node.label.as_str()) {
                if self.active != node.label {
                    self.active.clone_from(&node.label);
                    self.stack = vec![Place::Feed];
                }
            } else if matches!(over, Over::Banner(_)) {
                self.touch_page(node, nth, twice);
            }
            return;
        }
        self.touch_page(node, nth, twice);
    }

    fn touch_page(&mut self, node: &Node, nth: usize, twice: bool) {
        let here = self.place();
        match (node.name.as_str(), here) {
            ("mainfeed-tab", _) => self.stack = vec![Place::Feed],
            ("explore-tab", _) => self.stack = vec![Place::Explore],
            ("profile-tab", _) => self.stack = vec![Place::Own],
            ("search-bar", _) => {
                self.typed.clear();
                self.stack.push(Place::Search);
            }
            ("BackButton", _) => self.back(),
            ("user-switch-title-button", _) => self.over = Some(Over::Switcher),
            ("user-detail-header-follow-button", Place::Profile(name)) => self.follow(name),
            ("media-thumbnail-cell", Place::Profile(name)) => {
                self.stack.push(Place::Post(name, nth + 1));
            }
            (_, Place::Post(author, n)) if node.kind == "Image" && twice => {
                if self.liked.insert((author.clone(), n)) {
                    self.effects
                        .push(format!("{} like {author} {n}", self.active));
                }
            }
            ("like-button", Place::Post(author, n)) => {
                let post = (author.clone(), n);
                let word = match self.liked.remove(&post) {
                    true => "unlike",
                    false => "button like",
                };
                if word == "button like" {
                    self.liked.insert(post);
                }
                self.effects
                    .push(format!("{} {word} {author} {n}", self.active));
            }
            ("comment-button", Place::Post(author, n)) => {
                self.typed.clear();
                self.stack.push(Place::Comments(author, n));
            }
            ("send-button", Place::Comments(author, n)) if node.label == "Post comment" => {
                let text = std::mem::take(&mut self.typed);
                let (me, what) = (self.active.clone(), format!("{author} {n}: {text}"));
                self.effects.push(format!("{me} comment {what}"));
                self.said.push((author, n, me, text));
            }
            (_, Place::Search | Place::Results) if node.kind == "Cell" => {
                self.stack.push(Place::Results);
            }
            (name, Place::Search | Place::Results) => {
                let name = name.split(',').next().unwrap_or(name);
                self.stack.push(Place::Profile(name.to_owned()));
            }
            _ => {}
        }
    }

    fn follow(&mut self, name: String) {
        if self.following.contains(&name) || self.requested.contains(&name) {
            self.over = Some(Over::Unfollow);
            return;
        }
        self.effects.push(format!("{} follow {name}", self.active));
        match self.private {
            true => self.requested.insert(name),
            false => self.following.insert(name),
        };
    }
}
