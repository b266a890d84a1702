//! The people of the social app: any username exists, with a public profile and nine posts made
//! from its name, the same every time, unless the scenario says otherwise.

use std::collections::HashMap;

use crate::scenario::ProfileSpec;

/// Posts of a profile when nothing else is said.
pub const DEFAULT_POSTS: u32 = 9;

/// One user of the app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The username, lower case.
    pub name: String,
    /// The name people call them.
    pub full_name: String,
    /// What they say about themselves.
    pub bio: String,
    /// How many posts.
    pub posts: u32,
    /// Followers outside this world.
    pub followers: u64,
    /// How many they follow.
    pub following: u64,
    /// Only followers see the posts.
    pub private: bool,
    /// No such user.
    pub missing: bool,
    /// The page is not available.
    pub suspended: bool,
    /// Has the mark.
    pub verified: bool,
    /// Follows whoever looks.
    pub follows_back: bool,
    /// The posts take no comments.
    pub comments_closed: bool,
}

/// A post: whose, and which (from 1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PostRef {
    /// The author's username.
    pub author: String,
    /// From 1, newest first.
    pub index: u32,
}

impl PostRef {
    /// The post's id in deep links and in the witness log: `author_index`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}_{}", self.author, self.index)
    }

    /// Reads an id.
    #[must_use]
    pub fn parse(id: &str) -> Option<PostRef> {
        let (author, index) = id.rsplit_once('_')?;
        let index = index.parse().ok().filter(|index| *index > 0)?;
        valid(author).then(|| PostRef {
            author: author.to_owned(),
            index,
        })
    }

    /// Whether it is a video.
    #[must_use]
    pub fn is_video(&self) -> bool {
        hash(&self.id()).is_multiple_of(5)
    }

    /// What the author wrote under it. Some write what a stop sign would say.
    #[must_use]
    pub fn caption(&self) -> String {
        const LINES: [&str; 6] = [
            "Morning light",
            "The bakery was closed, so try again later",
            "Rails and rain",
            "Nothing but blue",
            "Three days in the hills",
            "Verify your coffee before you drink it",
        ];
        let line = LINES[pick(&self.id(), LINES.len())];
        format!("{} {line} no. {}", self.author, self.index)
    }

    /// Likes from outside this world.
    #[must_use]
    pub fn likes(&self) -> u64 {
        hash(&self.id()) / 7 % 1_900
    }
}

/// Everybody, with the scenario's exceptions.
#[derive(Default)]
pub struct People {
    special: HashMap<String, ProfileSpec>,
}

impl People {
    /// The people of a scenario.
    #[must_use]
    pub fn new(profiles: &[ProfileSpec]) -> People {
        let special = profiles
            .iter()
            .map(|p| (p.name.clone(), p.clone()))
            .collect();
        People { special }
    }

    /// Who goes by `name` (lower case).
    #[must_use]
    pub fn get(&self, name: &str) -> Person {
        const FIRST: [&str; 8] = [
            "Ada", "Ben", "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo",
        ];
        const LAST: [&str; 7] = [
            "Stone", "Rivers", "Okafor", "Lind", "Moreau", "Sato", "Weber",
        ];
        const BIO: [&str; 5] = [
            "Plants, mostly",
            "Night trains",
            "Bread and bicycles",
            "Maps",
            "Small boats",
        ];
        let special = self.special.get(name).cloned().unwrap_or_default();
        let seed = hash(name);
        Person {
            name: name.to_owned(),
            full_name: format!(
                "{} {}",
                FIRST[pick(name, FIRST.len())],
                LAST[pick(&format!("{name}/last"), LAST.len())]
            ),
            bio: BIO[pick(&format!("{name}/bio"), BIO.len())].to_owned(),
            posts: special.posts.unwrap_or(DEFAULT_POSTS),
            followers: seed % 48_000,
            following: seed / 48_000 % 900,
            private: special.private,
            missing: special.missing || !valid(name),
            suspended: special.suspended,
            verified: special.verified.unwrap_or(seed.is_multiple_of(8)),
            follows_back: special.follows_back,
            comments_closed: special.comments_closed,
        }
    }

    /// Whether the post exists.
    #[must_use]
    pub fn has_post(&self, post: &PostRef) -> bool {
        let author = self.get(&post.author);
        !author.missing && !author.suspended && post.index <= author.posts
    }

    /// Others whose names look like `query`.
    #[must_use]
    pub fn lookalikes(&self, query: &str) -> Vec<Person> {
        let names = [
            format!("{query}_official"),
            format!("the.{query}"),
            format!("{query}.daily"),
        ];
        names
            .iter()
            .map(|name| self.get(name))
            .filter(|p| !p.missing && !p.suspended)
            .collect()
    }

    /// The author of the `n`th picture among things people might like.
    #[must_use]
    pub fn stranger(&self, n: u32) -> PostRef {
        const WHERE: [&str; 9] = [
            "garden", "harbor", "summit", "kitchen", "tram", "studio", "market", "forest", "pier",
        ];
        const WHO: [&str; 5] = ["daily", "quiet", "north", "little", "open"];
        let who = WHO[pick(&format!("who{n}"), WHO.len())];
        let place = WHERE[pick(&format!("where{n}"), WHERE.len())];
        PostRef {
            author: format!("{who}.{place}"),
            index: n % DEFAULT_POSTS + 1,
        }
    }
}

/// Whether the app would allow the username.
#[must_use]
pub fn valid(name: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'.' || b == b'_';
    (1..=30).contains(&name.len()) && name.bytes().all(letters)
}

/// A number as the app writes it: "1,234", "48.2 thousand", "1.2 million".
#[must_use]
pub fn count_text(count: u64) -> String {
    match count {
        0..=999 => count.to_string(),
        1_000..=9_999 => format!("{},{:03}", count / 1_000, count % 1_000),
        10_000..=999_999 => format!("{}.{} thousand", count / 1_000, count % 1_000 / 100),
        _ => format!(
            "{}.{} million",
            count / 1_000_000,
            count % 1_000_000 / 100_000
        ),
    }
}

/// FNV-1a with a final mix: the same for the same text on every machine.
#[must_use]
pub fn hash(text: &str) -> u64 {
    let fold = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    let h = text.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 3
}

fn pick(text: &str, among: usize) -> usize {
    usize::try_from(hash(text) % among.max(1) as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anybody_exists_and_stays_the_same() {
        let people = People::default();
        assert_eq!(people.get("bob"), people.get("bob"));
        assert_eq!(people.get("bob").posts, 9);
        assert!(!people.get("bob").missing);
        for wrong in ["", "Bob", "a b", "é", &"x".repeat(31)] {
            assert!(people.get(wrong).missing, "{wrong}");
        }
    }

    #[test]
    fn post_ids_go_there_and_back() {
        let check = |id: &str, author: Option<&str>| {
            let post = PostRef::parse(id);
            assert_eq!(post.as_ref().map(|p| &*p.author), author, "{id}");
            assert!(post.is_none_or(|p| p.id() == id));
        };
        check("bob_1", Some("bob"));
        check("two_words_12", Some("two_words"));
        check("bob_0", None);
        check("bob", None);
        check("_1", None);
        check("bob_-1", None);
    }

    #[test]
    fn counts_read_as_in_the_app() {
        for (count, text) in [
            (9, "9"),
            (1_204, "1,204"),
            (48_213, "48.2 thousand"),
            (1_250_000, "1.2 million"),
        ] {
            assert_eq!(count_text(count), text);
        }
    }
}
