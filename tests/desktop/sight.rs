//! How every screen looks: nothing that axe finds wrong, in both themes, and nothing that the
//! content security policy refused.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_tests::list::root;
use signalbox_tests::webdriver::Page;

/// Every screen, as its address names it.
pub const SCREENS: [&str; 9] = [
    "overview",
    "devices",
    "accounts",
    "tasks",
    "templates",
    "interactions",
    "logs",
    "metrics",
    "settings",
];

/// The panes of the settings; the last ones are the window's alone.
const PANES: [&str; 10] = [
    "general",
    "limits",
    "hours",
    "devices",
    "api",
    "storage",
    "advanced",
    "about",
    "notifications",
    "simulation",
];
const PANES_IN_A_BROWSER: usize = 8;

/// Both of them.
pub const THEMES: [&str; 2] = ["light", "dark"];

/// How long a screen may take to have what it shows.
const SHOWN: Duration = Duration::from_secs(30);

/// Chooses a theme, as the menu remembers it, and loads the page in it.
pub fn wear(page: &Page, theme: &str) {
    page.run_with(
        "localStorage.setItem('appearance', arguments[0]);
         localStorage.setItem('welcome.shown', 'true');",
        &[json!(theme)],
    );
    page.reload();
    page.wait_for("return document.querySelector('main')?.dataset.phase === 'ready'");
    assert_eq!(worn(page), (theme.to_owned(), theme == "dark"));
}

/// Closes what lies over the screen: the first steps, or a question.
pub fn close_sheets(page: &Page) {
    page.run("for (const dialog of document.querySelectorAll('dialog[open]')) dialog.dispatchEvent(new Event('cancel', { cancelable: true }));");
    page.wait_within(
        SHOWN,
        "return document.querySelector('dialog[open]') === null",
    );
}

/// The theme that the page says it has, and whether its background really is that dark.
pub fn worn(page: &Page) -> (String, bool) {
    let seen = page.run(
        "const [red] = getComputedStyle(document.body).backgroundColor.match(/[0-9]+/);
         return [document.documentElement.dataset.theme, Number(red) < 128];",
    );
    let theme = seen[0].as_str().expect("a theme").to_owned();
    (theme, seen[1] == json!(true))
}

/// Goes to a place and waits until it shows all it asked for.
pub fn go(page: &Page, place: &str) {
    close_sheets(page);
    page.run_with("location.hash = '#/' + arguments[0]", &[json!(place)]);
    let screen = place.split('?').next().unwrap_or(place);
    page.wait_within(
        SHOWN,
        &format!(
            "const main = document.querySelector('main');
             return main?.dataset.screen === '{screen}' && main.querySelector('[data-phase=loading]') === null"
        ),
    );
}

/// What lies over the screens, as the palette names it.
const SHEETS: [&str; 7] = [
    "New task",
    "Import a list",
    "Paste names",
    "Add an account",
    "Report of the day",
    "First steps",
    "Keyboard shortcuts",
];

/// Opens what the palette finds under this name, by the keys that open the palette.
pub fn open_by_palette(page: &Page, name: &str) {
    page.press(&["\u{e009}", "k"]);
    page.wait_within(
        SHOWN,
        "return document.querySelectorAll('.palette-item').length > 5",
    );
    let chosen = page.run_with(
        "const items = [...document.querySelectorAll('.palette-item')];
         const item = items.find((it) => it.textContent.includes(arguments[0]));
         item?.click();
         return item !== undefined",
        &[json!(name)],
    );
    assert_eq!(
        chosen,
        json!(true),
        "{}: {name} is in the palette",
        page.name()
    );
    page.wait_within(
        SHOWN,
        "const dialog = document.querySelector('dialog[open]');
         return dialog !== null && dialog.querySelector('.palette, [data-phase=loading]') === null",
    );
}

/// What the policy refused since the page was loaded, as a line; none when it was nothing.
pub fn refused(page: &Page) -> Option<String> {
    let seen = page.run("return { ...document.documentElement.dataset }");
    (seen["policyViolations"] != "0").then(|| seen["policyViolation"].to_string())
}

/// Fails when the policy refused something.
pub fn no_policy_violation(page: &Page) {
    assert_eq!(refused(page), None, "{}", page.name());
}

/// The page's own width: nothing makes it wider than the window.
pub fn nothing_sticks_out(page: &Page, place: &str) {
    let over = page.run(
        "const root = document.documentElement;
         return [root.scrollWidth - root.clientWidth, document.body.scrollHeight - root.clientHeight];",
    );
    assert_eq!(
        over,
        json!([0, 0]),
        "{} {place}: px too wide, too high",
        page.name()
    );
}

/// What axe finds wrong on what is shown, each as one line.
pub fn findings(page: &Page) -> Vec<String> {
    if page.run("return typeof window.axe") != json!("object") {
        let axe = fs::read_to_string(root().join("ui/node_modules/axe-core/axe.min.js"));
        page.run(&axe.expect("axe-core is among the page's packages"));
    }
    let found = page.run_until_done(
        "const done = arguments[arguments.length - 1];
         axe.run(document, { resultTypes: ['violations'] }).then(
             ({ violations }) => done(violations.map(({ id, nodes }) => [
                 id, nodes.length, nodes[0].target.join(' '), nodes[0].failureSummary ?? ''])),
             (error) => done([['axe', 0, '', String(error)]]));",
    );
    let found = found.as_array().cloned();
    let found = found.unwrap_or_else(|| panic!("{}: axe did not answer", page.name()));
    found.iter().map(Value::to_string).collect()
}

/// Nothing on the page is missing because it could not be drawn or asked for.
fn whole(page: &Page, place: &str) {
    let sorry = "[...document.querySelectorAll('[data-phase=error]')].map((it) => it.innerText)";
    let sorry = page.run(&format!("return {sorry}"));
    assert_eq!(sorry, json!([]), "{} {place}", page.name());
}

/// Notes what the policy refused, once for each load of the page.
fn still_kept(page: &Page, found: &mut Vec<String>, place: &str) {
    if let Some(refused) = refused(page) {
        found.push(format!("{} {place}: refused: {refused}", page.name()));
        page.run("document.documentElement.dataset.policyViolations = '0'");
    }
}

/// Every screen in both themes: worn as asked for, whole, and without a finding. `more` are places
/// beside the screens, such as an inspector.
pub fn all_screens_are_sound(page: &Page, what: &str, more: &[String]) {
    let mut found = Vec::new();
    for theme in THEMES {
        wear(page, theme);
        let panes = match page.name() {
            "window" => &PANES[..],
            _ => &PANES[..PANES_IN_A_BROWSER],
        };
        let panes = panes.iter().map(|pane| format!("settings?pane={pane}"));
        let places = SCREENS.iter().map(|screen| (*screen).to_owned());
        for place in places.chain(panes).chain(more.iter().cloned()) {
            go(page, &place);
            assert_eq!(worn(page), (theme.to_owned(), theme == "dark"));
            whole(page, &place);
            nothing_sticks_out(page, &place);
            still_kept(page, &mut found, &place);
            for finding in findings(page) {
                found.push(format!("{} {what} {place} {theme}: {finding}", page.name()));
            }
        }
        go(page, "overview");
        for sheet in SHEETS {
            open_by_palette(page, sheet);
            still_kept(page, &mut found, sheet);
            for finding in findings(page) {
                found.push(format!("{} {what} {sheet} {theme}: {finding}", page.name()));
            }
            close_sheets(page);
        }
    }
    assert!(
        found.is_empty(),
        "{} findings:\n{}",
        found.len(),
        found.join("\n")
    );
}
