//! Loading a screens file: every name it uses must be there, and everything that is needed too.

use std::collections::BTreeMap;

use super::file::{File, LanguageEntry, LocatorEntry, PageEntry};
use super::text::{Pattern, fold};
use super::{
    FILE_NAME, Locator, OVERRIDE_BYTES_MAX, PageRule, Screens, ScreensError, SignClass, Version,
};
use crate::job::Action;
use crate::reading::{FollowState, LikeState};
use crate::{actions, step};

/// Locators that the code itself looks for.
pub(super) const NEEDED: [&str; 22] = [
    "nav.back",
    "own.title",
    "switcher.active",
    "switcher.other",
    "login.name",
    "login.password",
    "overlay.alert",
    "overlay.sheet",
    "overlay.banner",
    "profile.title",
    "profile.post",
    "profile.follow",
    "profile.posts",
    "post.like",
    "post.author",
    "post.caption",
    "post.picture",
    "profile.name",
    "profile.following",
    "comments.send",
    "follow.undo",
    "login.send",
];

/// Reads, overrides, checks.
pub(super) fn load(built_in: &str, overriding: Option<&str>) -> Result<Screens, ScreensError> {
    let mut file = parse("built-in screens.toml", built_in)?;
    let mut place = "built-in screens.toml";
    if let Some(text) = overriding {
        if text.len() > OVERRIDE_BYTES_MAX {
            let what = format!(
                "it has {} bytes, at most {OVERRIDE_BYTES_MAX} are read",
                text.len()
            );
            return Err(ScreensError {
                place: FILE_NAME.to_owned(),
                what,
            });
        }
        place = FILE_NAME;
        file = file.overridden_by(parse(place, text)?);
    }
    check(place, file)
}

fn parse(place: &str, text: &str) -> Result<File, ScreensError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let line = error
            .span()
            .map(|span| text[..span.start.min(text.len())].matches('\n').count());
        ScreensError {
            place: line.map_or_else(|| place.to_owned(), |n| format!("{place}, line {}", n + 1)),
            what: error.message().trim().to_owned(),
        }
    })
}

fn check(place: &str, file: File) -> Result<Screens, ScreensError> {
    let wrong = |entry: &str, what: String| ScreensError {
        place: format!("{place}, {entry}"),
        what,
    };
    if file.format != Some(1) {
        return Err(wrong("format", "it must be 1".to_owned()));
    }
    let bundle_id = file.bundle_id.filter(|id| !id.is_empty());
    let bundle_id = bundle_id.ok_or_else(|| wrong("bundle_id", "it is missing".to_owned()))?;
    let locators = locators(file.locators).map_err(|(entry, what)| wrong(&entry, what))?;
    let own_overlays = file.overlays.own.unwrap_or_default();
    let known = |name: &str| locators.contains_key(name);
    let missing = |name: &str| format!("there is no locator \"{name}\"");
    if let Some(name) = own_overlays.iter().find(|name| !known(name)) {
        return Err(wrong("overlays.own", missing(name)));
    }
    if let Some((name, user)) = needed().into_iter().find(|(name, _)| !known(name)) {
        return Err(wrong(
            "locators",
            format!("{}, and {user} needs it", missing(&name)),
        ));
    }
    if let Some(link) = ["profile"]
        .into_iter()
        .find(|&link| !file.links.contains_key(link))
    {
        return Err(wrong("links", format!("there is no \"{link}\"")));
    }
    let mut pages = Vec::new();
    for (number, rule) in file.page.unwrap_or_default().into_iter().enumerate() {
        let rule =
            page(rule, known).map_err(|what| wrong(&format!("page {}", number + 1), what))?;
        pages.push(rule);
    }
    let patterns = |list: Option<Vec<String>>| {
        list.unwrap_or_default()
            .iter()
            .map(|text| Pattern::new(text))
            .collect()
    };
    let mut screens = Screens {
        bundle_id,
        links: file.links,
        locators,
        pages,
        own_overlays,
        decline: patterns(file.overlays.decline),
        acknowledge: patterns(file.overlays.acknowledge),
        harmless: file
            .overlays
            .harmless
            .unwrap_or_default()
            .iter()
            .map(|t| fold(t))
            .collect(),
        follow: Vec::new(),
        like: Vec::new(),
        signs: Vec::new(),
        languages: file.language.keys().cloned().collect(),
    };
    for (name, texts) in &file.language {
        language(&mut screens, texts).map_err(|what| wrong(&format!("language.{name}"), what))?;
    }
    Ok(screens)
}

type Locators = BTreeMap<String, Vec<Locator>>;

fn locators(entries: BTreeMap<String, Vec<LocatorEntry>>) -> Result<Locators, (String, String)> {
    let mut locators = BTreeMap::new();
    for (name, entries) in entries {
        let at = format!("locators.\"{name}\"");
        let alternatives = entries
            .into_iter()
            .map(locator)
            .collect::<Result<Vec<_>, _>>();
        let alternatives = alternatives.map_err(|what| (at.clone(), what))?;
        if alternatives.is_empty() {
            return Err((at, "it has no alternative".to_owned()));
        }
        locators.insert(name, alternatives);
    }
    Ok(locators)
}

fn page(rule: PageEntry, known: impl Fn(&str) -> bool) -> Result<PageRule, String> {
    let PageEntry {
        page,
        all,
        any,
        none,
    } = rule;
    if all.is_empty() && any.is_empty() {
        return Err("it needs `all` or `any`".to_owned());
    }
    match all
        .iter()
        .chain(&any)
        .chain(&none)
        .find(|name| !known(name))
    {
        Some(name) => Err(format!("there is no locator \"{name}\"")),
        None => Ok(PageRule {
            page,
            all,
            any,
            none,
        }),
    }
}

/// Every locator name that code or actions use, and who uses it.
fn needed() -> Vec<(String, String)> {
    let mut names: Vec<(String, String)> = NEEDED
        .iter()
        .map(|&name| (name.to_owned(), "the automation".to_owned()))
        .collect();
    let all = Action::ALL.into_iter().chain([Action::CommentPost]);
    for action in all {
        let mut used = Vec::new();
        locators_of(&actions::steps(action), &mut used);
        names.extend(
            used.into_iter()
                .map(|name| (name, action.as_str().to_owned())),
        );
    }
    names
}

fn locators_of(steps: &[step::Step], into: &mut Vec<String>) {
    use step::What;
    for step in steps {
        match &step.what {
            What::Find(target) | What::Tap(target) | What::DoubleTap(target) => {
                into.push(target.locator.clone());
            }
            What::Read { from: target, .. } | What::Type { into: target, .. } => {
                into.push(target.locator.clone());
            }
            What::WaitUntil(condition) => condition_locators(condition, into),
            What::Ensure(ensure) => {
                into.extend([ensure.state.locator.clone(), ensure.touch.locator.clone()]);
            }
            What::While { when, steps, .. } => {
                condition_locators(when, into);
                locators_of(steps, into);
            }
            What::OpenComments => into.push("post.comment".to_owned()),
            What::Comment => {
                let used = ["comments.field", "comments.send", "comments.row"];
                into.extend(used.map(str::to_owned));
            }
            // Flows find what they touch by themselves.
            _ => {}
        }
    }
}

fn condition_locators(condition: &step::Condition, into: &mut Vec<String>) {
    use step::Condition;
    match condition {
        Condition::Visible(target) => into.push(target.locator.clone()),
        Condition::Not(other) => condition_locators(other, into),
        Condition::Any(others) | Condition::All(others) => {
            others.iter().for_each(|one| condition_locators(one, into));
        }
        Condition::Always | Condition::On(_) | Condition::True(_) => {}
    }
}

fn locator(entry: LocatorEntry) -> Result<Locator, String> {
    if entry.id.is_none() && entry.kind.is_none() && entry.label.is_none() {
        return Err("an alternative needs `id`, `kind` or `label`".to_owned());
    }
    let version_of = |text: Option<String>| match text {
        None => Ok(None),
        Some(text) => match version(&text) {
            Some(version) => Ok(Some(version)),
            None => Err(format!(
                "\"{text}\" is no version; expected numbers with dots"
            )),
        },
    };
    let pattern = |text: Option<String>| text.as_deref().map(Pattern::new);
    Ok(Locator {
        id: pattern(entry.id),
        kind: entry.kind,
        label: pattern(entry.label),
        within: pattern(entry.within),
        shape: entry.shape,
        since: version_of(entry.since)?,
        before: version_of(entry.before)?,
    })
}

/// Reads `361.1.0`.
pub(super) fn version(text: &str) -> Option<Version> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn language(screens: &mut Screens, texts: &LanguageEntry) -> Result<(), String> {
    let follow = [
        (
            &texts.follow.not_following,
            FollowState::NotFollowing,
            "follow.not_following",
        ),
        (
            &texts.follow.follow_back,
            FollowState::FollowBack,
            "follow.follow_back",
        ),
        (
            &texts.follow.following,
            FollowState::Following,
            "follow.following",
        ),
        (
            &texts.follow.requested,
            FollowState::Requested,
            "follow.requested",
        ),
    ];
    for (list, state, name) in follow {
        let patterns = labels(list, name)?;
        screens
            .follow
            .extend(patterns.into_iter().map(|pattern| (pattern, state)));
    }
    let like = [
        (&texts.like.not_liked, LikeState::NotLiked, "like.not_liked"),
        (&texts.like.liked, LikeState::Liked, "like.liked"),
    ];
    for (list, state, name) in like {
        let patterns = labels(list, name)?;
        screens
            .like
            .extend(patterns.into_iter().map(|pattern| (pattern, state)));
    }
    let signs = [
        (&texts.signs.challenge, SignClass::Challenge),
        (&texts.signs.rate_limited, SignClass::RateLimited),
        (&texts.signs.unavailable, SignClass::Unavailable),
        (&texts.signs.private, SignClass::Private),
        (&texts.signs.network_error, SignClass::Network),
    ];
    for (list, class) in signs {
        for text in list {
            let words = fold(text);
            if words.is_empty() {
                return Err("a stop sign is empty, it would match everything".to_owned());
            }
            screens.signs.push((words, class));
        }
    }
    Ok(())
}

fn labels(list: &[String], name: &str) -> Result<Vec<Pattern>, String> {
    let patterns: Vec<Pattern> = list.iter().map(|text| Pattern::new(text)).collect();
    if patterns.iter().any(|pattern| pattern.weight() == 0) {
        return Err(format!(
            "{name}: a label is empty, it would match everything"
        ));
    }
    if patterns.is_empty() {
        return Err(format!("{name}: there is no label"));
    }
    Ok(patterns)
}
