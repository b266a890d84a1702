//! The built-in file, and what an operator's may do to it.

use super::{Names, Screens, SignClass};
use crate::fake::{Over, Place, Release, World};
use crate::reading::{Page, Snapshot, classify, overlays};

fn names() -> Names {
    Names::new("bob", "ann", None)
}

#[test]
fn the_built_in_file_is_whole() {
    let screens = Screens::load(None).unwrap();
    assert_eq!(screens.bundle_id(), "com.burbn.instagram");
    assert_eq!(screens.languages(), ["en"]);
}

#[test]
fn an_override_replaces_what_it_names_and_nothing_else() {
    let text =
        "bundle_id = \"com.example.other\"\n[locators]\n\"nav.back\" = [{ id = \"Zurück\" }]\n";
    let screens = Screens::load(Some(text)).unwrap();
    assert_eq!(screens.bundle_id(), "com.example.other");
    assert_eq!(
        screens.pages.len(),
        Screens::load(None).unwrap().pages.len()
    );
}

#[test]
fn a_wrong_override_is_refused_with_its_place() {
    let check = |text: &str, place: &str, what: &str| {
        let error = Screens::load(Some(text)).unwrap_err().to_string();
        assert!(
            error.contains(place) && error.contains(what),
            "{text}: {error}"
        );
    };
    check("bundle_id = ", "screens.toml, line 1", "");
    check("\n\n[locators]\na = 3", "line 4", "invalid type");
    check("[locatorz]", "line 1", "unknown field");
    check("format = 2", "screens.toml, format", "must be 1");
    check("bundle_id = ''", "bundle_id", "missing");
    check(
        "[locators]\n\"nav.back\" = []",
        "locators.\"nav.back\"",
        "no alternative",
    );
    check(
        "[locators]\n\"nav.back\" = [{ within = 'x' }]",
        "locators.\"nav.back\"",
        "`id`",
    );
    check(
        "[locators]\n\"nav.back\" = [{ id = 'x', since = '4a' }]",
        "nav.back",
        "no version",
    );
    check("[[page]]\npage = 'feed'", "page 1", "`all` or `any`");
    check(
        "[[page]]\npage = 'feed'\nall = ['nowhere']",
        "page 1",
        "\"nowhere\"",
    );
    check("[[page]]\npage = 'cellar'", "line 2", "unknown variant");
    check(
        "[overlays]\nown = ['nowhere']",
        "overlays.own",
        "\"nowhere\"",
    );
    let long = format!("# {}", "x".repeat(super::OVERRIDE_BYTES_MAX));
    check(&long, "screens.toml", "at most");
    let empty_sign = "[language.de]\nfollow = { not_following = ['Folgen'], follow_back = ['x'], \
        following = ['Gefolgt'], requested = ['Angefragt'] }\nlike = { not_liked = ['a'], liked = \
        ['b'] }\nsigns = { challenge = [''], rate_limited = [], private = [], unavailable = [], \
        network_error = [] }";
    check(&empty_sign.replace("\\\n", ""), "language.de", "empty");
}

#[test]
fn a_language_can_be_added() {
    let text = "[language.de]\nfollow = { not_following = ['* folgen'], follow_back = ['x'], \
        following = ['Gefolgt'], requested = ['Angefragt'] }\nlike = { not_liked = ['Gefällt \
        mir'], liked = ['b'] }\nsigns = { challenge = [], rate_limited = ['Aktion blockiert'], \
        private = [], unavailable = [], network_error = [] }";
    let screens = Screens::load(Some(text)).unwrap();
    assert_eq!(screens.languages(), ["de", "en"]);
    assert_eq!(screens.follow_meaning("bob folgen", &names()).len(), 1);
    let sign = screens.sign(&["Aktion blockiert!".to_owned()]).unwrap();
    assert_eq!(sign.class, SignClass::RateLimited);
}

#[test]
fn locators_can_be_made_for_versions() {
    let text = "[locators]\n\"nav.back\" = [{ id = 'new', since = '400' }, \
        { id = 'old', before = '400' }]";
    let screens = Screens::load(Some(text)).unwrap();
    let screen = |name: &str| Snapshot::parse(format!("<XCUIElementTypeButton name=\"{name}\"/>"));
    let check = |name: &str, version: Option<&str>, found: bool| {
        let names = Names::new("bob", "ann", version);
        let got = !screens
            .find(&screen(name).unwrap(), "nav.back", &names)
            .is_empty();
        assert_eq!(got, found, "{name} in {version:?}");
    };
    check("new", Some("402.0.1"), true);
    check("old", Some("402.0.1"), false);
    check("new", Some("361.1.0"), false);
    check("old", Some("361.1.0"), true);
    check("new", None, true);
    check("old", None, true);
}

#[test]
fn stop_signs_by_length_then_class() {
    let screens = Screens::load(None).unwrap();
    let check = |texts: &[&str], want: Option<SignClass>| {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        assert_eq!(
            screens.sign(&texts).map(|sign| sign.class),
            want,
            "{texts:?}"
        );
    };
    check(
        &["Try Again Later", "We restrict certain activity."],
        Some(SignClass::RateLimited),
    );
    check(
        &["Your action is blocked", "OK"],
        Some(SignClass::RateLimited),
    );
    check(&["Confirm it’s you"], Some(SignClass::Challenge));
    check(
        &["We noticed unusual activity. Enter the code we sent."],
        Some(SignClass::Challenge),
    );
    check(
        &["Something went wrong. Please wait a few minutes"],
        Some(SignClass::RateLimited),
    );
    // As long as each other: the class decides.
    check(
        &["Try again later", "Help us confirm"],
        Some(SignClass::Challenge),
    );
    check(
        &["No internet connection", "Verify"],
        Some(SignClass::Network),
    );
    check(&["bob, verified account"], None);
    check(&["Save your login info?"], None);
    check(&[], None);
}

#[test]
fn pages_are_told_apart_on_both_releases() {
    let screens = Screens::load(None).unwrap();
    let check = |change: &dyn Fn(&mut World), want: Page| {
        for release in [Release::A, Release::B] {
            let mut world = World::new(release);
            world.typed = "bob".to_owned();
            change(&mut world);
            let screen = Snapshot::parse(world.source()).unwrap();
            assert_eq!(classify(&screen, &screens, &names()), want, "{release:?}");
        }
    };
    let at = |place: Place| move |world: &mut World| world.stack = vec![place.clone()];
    check(&at(Place::Feed), Page::Feed);
    check(&at(Place::Explore), Page::Explore);
    check(&at(Place::Own), Page::OwnProfile);
    check(&at(Place::Search), Page::Search);
    check(&at(Place::Results), Page::Results);
    check(&at(Place::Profile("bob".into())), Page::Profile);
    check(&at(Place::Post("bob".into(), 1)), Page::Post);
    check(&|world| world.shut = Some(""), Page::Login);
    check(
        &|world| world.shut = Some("Confirm it's you"),
        Page::Unknown,
    );
    check(&|world| world.running = false, Page::Unknown);
    let gone = |world: &mut World| {
        world.gone = Some("User not found");
        world.stack = vec![Place::Profile("bob".into())];
    };
    check(&gone, Page::Unknown);
}

#[test]
fn overlays_have_their_texts_and_buttons() {
    let screens = Screens::load(None).unwrap();
    let read = |release: Release, over: Over| {
        let mut world = World::new(release);
        world.over = Some(over);
        let screen = Snapshot::parse(world.source()).unwrap();
        let mut names = names();
        names.set_active("ann");
        let found = overlays(&screen, &screens, &names);
        let found = found
            .into_iter()
            .map(|one| (one.texts, one.buttons.len(), one.own));
        found.collect::<Vec<_>>()
    };
    for release in [Release::A, Release::B] {
        let sign = Over::Sign("Action Blocked", vec!["OK"]);
        let texts = vec!["Action Blocked".to_owned(), "OK".to_owned()];
        assert_eq!(read(release, sign), [(texts, 1, false)]);
        let banner = Over::Banner("No internet connection");
        let texts = vec!["No internet connection".to_owned()];
        assert_eq!(read(release, banner), [(texts, 0, false)]);
        let switcher = read(release, Over::Switcher);
        assert_eq!(
            switcher
                .iter()
                .map(|one| (one.1, one.2))
                .collect::<Vec<_>>(),
            [(3, true)]
        );
    }
}
