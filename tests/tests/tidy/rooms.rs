//! Which room of the engine may use which, as its `use` lines and paths say; who writes; and the
//! one file of the page that knows how the engine is reached.

use crate::{File, expect_none, files};

const ENGINE: &str = "src-tauri/engine/src/";

/// For each room of the engine, the rooms of the engine that it may name.
const ROOMS: [(&str, &[&str]); 25] = [
    ("clock", &[]),
    ("dto", &[]),
    ("paths", &["store"]),
    ("lock", &["paths"]),
    ("logs", &["clock", "paths"]),
    ("token", &[]),
    ("list_file", &["clock"]),
    ("flow_file", &["list_file"]),
    ("store", &["clock", "list_file"]),
    ("directory", &["store"]),
    ("export", &["clock", "list_file", "store"]),
    ("action_no", &[]),
    ("pace", &["list_file", "store"]),
    ("settings", &["store"]),
    ("target_limit", &["store"]),
    ("screenshots", &[]),
    ("simulator", &["paths"]),
    ("facts", &["dto", "runtime", "store"]),
    (
        "runtime",
        &[
            "action_no",
            "clock",
            "directory",
            "facts",
            "list_file",
            "screenshots",
            "settings",
            "store",
            "target_limit",
        ],
    ),
    (
        "commands",
        &[
            "action_no",
            "clock",
            "dto",
            "export",
            "facts",
            "list_file",
            "lock",
            "logs",
            "pace",
            "paths",
            "runtime",
            "screenshots",
            "settings",
            "simulator",
            "store",
            "target_limit",
            "token",
        ],
    ),
    (
        "http",
        &["commands", "dto", "list_file", "settings", "token"],
    ),
    ("doctor", &["paths", "store"]),
    ("upkeep", &["clock", "paths", "screenshots", "store"]),
    (
        "engine",
        &[
            "clock",
            "commands",
            "directory",
            "facts",
            "http",
            "lock",
            "logs",
            "paths",
            "runtime",
            "screenshots",
            "simulator",
            "store",
            "upkeep",
        ],
    ),
    // The front hall: it names them all and does nothing.
    ("lib", &[]),
];

/// What a room may name of the crates below, where that is not everything.
const BELOW: [(&str, &str, &[&str]); 9] = [
    // The store writes down names of phones, accounts and actions, and what a task does; it knows no
    // phone.
    ("store", "signalbox_phone", &["Udid"]),
    (
        "store",
        "signalbox_automation",
        &["Action", "Handle", "Work"],
    ),
    ("list_file", "signalbox_phone", &["Udid"]),
    ("simulator", "signalbox_phone", &["Udid"]),
    ("directory", "signalbox_phone", &["Udid"]),
    // Commands and what is above them reach phones through the runtime only.
    ("commands", "signalbox_phone", &[]),
    ("http", "signalbox_phone", &[]),
    ("export", "signalbox_phone", &[]),
    ("export", "signalbox_automation", &[]),
];

/// The room of a file of the engine.
fn room(path: &str) -> Option<&str> {
    let inner = path.strip_prefix(ENGINE)?.strip_suffix(".rs")?;
    inner.split('/').next()
}

/// The names that follow `prefix::` in a line, those in braces too.
fn named<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let name = |text: &'a str| {
        let text = text.trim_start();
        let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        &text[..end.unwrap_or(text.len())]
    };
    let mut found = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let before = line[..at].chars().next_back();
        let after = line[at + prefix.len()..].strip_prefix("::");
        let Some(after) =
            after.filter(|_| !before.is_some_and(|it| it.is_alphanumeric() || it == '_'))
        else {
            continue;
        };
        match after.strip_prefix('{') {
            Some(group) => found.extend(items(group).into_iter().map(name)),
            None => found.push(name(after)),
        }
    }
    found
}

/// The items of a group in braces; those of a group within it belong to their item.
fn items(group: &str) -> Vec<&str> {
    let (mut items, mut depth, mut begin) = (Vec::new(), 0, 0);
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                items.push(group[begin..at].trim());
                begin = at + 1;
                if letter == '}' {
                    break;
                }
            }
            _ => {}
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// `use` lines that run over several lines, joined.
fn statements(file: &File) -> Vec<(usize, String)> {
    let mut joined: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    for (number, line) in file.code() {
        match joined.last_mut().filter(|_| open) {
            Some((_, statement)) => statement.push_str(line.trim()),
            None => joined.push((number, line.to_owned())),
        }
        let begins = ["use ", "pub use ", "pub(crate) use ", "pub(super) use "];
        open |= begins
            .iter()
            .any(|begin| line.trim_start().starts_with(begin));
        open &= !line.contains(';');
    }
    joined
}

fn wrong_uses(file: &File) -> Vec<String> {
    let Some(room) = room(&file.path).filter(|_| !file.is_test()) else {
        return Vec::new();
    };
    let Some((_, rooms)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{}: {room} is no room that this test knows",
            file.path
        )];
    };
    let mut wrong = Vec::new();
    for (number, line) in statements(file) {
        let of_engine = named(&line, "crate").into_iter();
        let of_engine = of_engine.filter(|name| {
            let known = ROOMS.iter().any(|(room, _)| room == name);
            known && *name != room && !rooms.contains(name)
        });
        wrong.extend(of_engine.map(str::to_owned));
        for (_, below, allowed) in BELOW.iter().filter(|(of, ..)| *of == room) {
            let names = named(&line, below).into_iter();
            let names = names.filter(|name| !allowed.contains(name));
            wrong.extend(names.map(|name| format!("{below}::{name}")));
        }
        for found in wrong.iter_mut().filter(|it| !it.contains(" must not ")) {
            *found = format!("{}:{number}: {room} must not use {found}", file.path);
        }
    }
    wrong
}

#[test]
fn rooms_of_the_engine_know_only_what_is_below() {
    let files = files();
    let seen = |name: &str| files.iter().any(|file| room(&file.path) == Some(name));
    assert!(
        ROOMS.iter().all(|(name, _)| seen(name)),
        "no room was renamed"
    );
    let found: Vec<String> = files.iter().flat_map(wrong_uses).collect();
    expect_none(&found);
}

#[test]
fn a_forbidden_use_is_found() {
    let check = |path: &str, text: &str, expected: &str| {
        let found = wrong_uses(&File::example(&format!("{ENGINE}{path}"), text));
        assert_eq!(found.join("\n"), expected);
    };
    check("store/phones.rs", "use signalbox_phone::Udid;\n", "");
    check(
        "store/phones.rs",
        "// crate::runtime\nuse crate::list_file::KINDS;\n",
        "",
    );
    check(
        "store/phones.rs",
        "use signalbox_phone::{\n    Pool,\n    Udid,\n};\n",
        "src-tauri/engine/src/store/phones.rs:1: store must not use signalbox_phone::Pool",
    );
    check(
        "store/phones.rs",
        "\nfn f() { crate::runtime::go() }\n",
        "src-tauri/engine/src/store/phones.rs:2: store must not use runtime",
    );
    check(
        "runtime/turn.rs",
        "use crate::{commands, store};\n",
        "src-tauri/engine/src/runtime/turn.rs:1: runtime must not use commands",
    );
    check(
        "runtime/turn.rs",
        "use crate::{store::{meta, tasks}, http};\n",
        "src-tauri/engine/src/runtime/turn.rs:1: runtime must not use http",
    );
    check(
        "http/body.rs",
        "use crate::runtime::Message;\n",
        "src-tauri/engine/src/http/body.rs:1: http must not use runtime",
    );
    check(
        "commands/why.rs",
        "use signalbox_phone::Pool;\n",
        "src-tauri/engine/src/commands/why.rs:1: commands must not use signalbox_phone::Pool",
    );
    check(
        "cellar.rs",
        "",
        "src-tauri/engine/src/cellar.rs: cellar is no room that this test knows",
    );
    check("http/tests/wire.rs", "use crate::store::World;\n", "");
    check(
        "clock.rs",
        "#[cfg(test)]\nmod tests {\n    use crate::store::World;\n}\n",
        "",
    );
}

/// Signs that somebody writes to the database.
const WRITES: [&str; 7] = [
    ".execute(",
    ".execute_batch(",
    ".transaction(",
    "INSERT INTO",
    "UPDATE ",
    "DELETE FROM",
    "Store::open(",
];

/// Only the runtime writes, and the store is what it writes with; the engine opens it once.
fn writers(file: &File) -> Vec<String> {
    let path = &file.path;
    let above = [ENGINE, "src-tauri/cli/src/", "src-tauri/app/src/"];
    let above = above.iter().any(|room| path.starts_with(room));
    let may = ["store", "runtime"];
    if !above || file.is_test() || room(path).is_some_and(|room| may.contains(&room)) {
        return Vec::new();
    }
    let opens = room(path) == Some("engine");
    let sign = |line: &str| {
        let mut signs = WRITES.iter();
        signs.any(|sign| line.contains(sign) && !(opens && *sign == "Store::open("))
    };
    let writes = file.code().filter(|(_, line)| sign(line));
    writes
        .map(|(number, line)| format!("{path}:{number}: only runtime writes: {}", line.trim()))
        .collect()
}

#[test]
fn nothing_above_the_runtime_writes() {
    let found: Vec<String> = files().iter().flat_map(writers).collect();
    expect_none(&found);
    let check = |path: &str, text: &str, found: usize| {
        assert_eq!(writers(&File::example(path, text)).len(), found, "{path}");
    };
    let line = "connection.execute(sql, [])?;\n";
    check("src-tauri/engine/src/commands/why.rs", line, 1);
    check(
        "src-tauri/cli/src/export.rs",
        "let store = Store::open(path)?;\n",
        1,
    );
    check(
        "src-tauri/engine/src/export.rs",
        "\"INSERT INTO tasks\"\n",
        1,
    );
    check("src-tauri/engine/src/engine.rs", line, 1);
    check("src-tauri/engine/src/engine.rs", "Store::open(path)?;\n", 0);
    check("src-tauri/engine/src/store/tasks.rs", line, 0);
    check("src-tauri/engine/src/http/tests/mod.rs", line, 0);
}

/// How the page reaches the engine.
const REACHES: [&str; 6] = [
    "@tauri-apps/",
    "__TAURI",
    "fetch(",
    "EventSource(",
    "WebSocket(",
    "XMLHttpRequest",
];

/// Only `backend.ts` knows IPC or HTTP.
fn reachers(file: &File) -> Vec<String> {
    let path = &file.path;
    let page = path.starts_with("ui/src/") && !path.contains(".test");
    if !page || path == "ui/src/lib/backend.ts" {
        return Vec::new();
    }
    let found = REACHES.iter().filter(|sign| file.text.contains(*sign));
    found
        .map(|sign| format!("{path}: only backend.ts knows {sign}"))
        .collect()
}

#[test]
fn one_file_of_the_page_knows_how_the_engine_is_reached() {
    let found: Vec<String> = files().iter().flat_map(reachers).collect();
    expect_none(&found);
    let check = |path: &str, text: &str, found: usize| {
        assert_eq!(reachers(&File::example(path, text)).len(), found, "{path}");
    };
    check(
        "ui/src/App.svelte",
        "import { invoke } from '@tauri-apps/api/core';\n",
        1,
    );
    check("ui/src/lib/live.ts", "await fetch('/api')\n", 1);
    check("ui/src/lib/backend.ts", "await fetch('/api')\n", 0);
}
