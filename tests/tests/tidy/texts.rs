//! How long a file is, and what no tracked file says.

use crate::{File, expect_none, files};

/// A file is under this many lines.
const LINES_MAX: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

/// Names of rooms and files that say nothing.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "helpers", "manager", "common", "misc"];

fn source(path: &str) -> bool {
    let endings = [".rs", ".ts", ".svelte"];
    // Written by a program.
    let made = ["ui/src/lib/api.ts", "ui/src/lib/bindings.ts"].contains(&path);
    endings.iter().any(|ending| path.ends_with(ending)) && !made
}

fn too_long(file: &File) -> Option<String> {
    let lines = file.text.lines().count();
    let longer = LONGER.iter().any(|(path, _)| *path == file.path);
    let found = source(&file.path) && lines >= LINES_MAX && !longer;
    found.then(|| format!("{} has {lines} lines; {LINES_MAX} is too long", file.path))
}

#[test]
fn a_file_is_short() {
    let files = files();
    let found: Vec<String> = files.iter().filter_map(too_long).collect();
    expect_none(&found);
    for (path, reason) in LONGER {
        let long = files
            .iter()
            .any(|file| file.path == path && file.text.lines().count() >= LINES_MAX);
        assert!(long && !reason.is_empty(), "{path} needs no exception");
    }
    let check = |path: &str, lines: usize, found| {
        let file = File::example(path, &"x\n".repeat(lines));
        assert_eq!(too_long(&file).is_some(), found, "{path}");
    };
    check("src-tauri/cli/src/run.rs", 499, false);
    check("src-tauri/cli/src/run.rs", 500, true);
    check("ui/src/App.svelte", 500, true);
    check("Cargo.lock", 5_000, false);
}

fn empty_name(file: &File) -> Option<String> {
    let mut parts = file.path.split(['/', '.', '_', '-']);
    let found = source(&file.path) && parts.any(|part| EMPTY_NAMES.contains(&part));
    found.then(|| format!("{}: a room is named by what is in it", file.path))
}

#[test]
fn rooms_are_named_by_what_is_in_them() {
    let found: Vec<String> = files().iter().filter_map(empty_name).collect();
    expect_none(&found);
    assert!(empty_name(&File::example("src-tauri/cli/src/utils.rs", "")).is_some());
    assert!(empty_name(&File::example("ui/src/lib/task-manager.ts", "")).is_some());
}

/// What no tracked file says, put together here so that this file does not say it either.
fn banned() -> Vec<(String, &'static str)> {
    vec![
        (["TO", "DO"].concat(), "what is not done is an issue"),
        (["FIX", "ME"].concat(), "what is broken is mended"),
        (["X", "XX"].concat(), "what is doubtful is settled"),
        (["/ro", "ot/"].concat(), "a path of one machine"),
        (["/wo", "rk/"].concat(), "a path of one machine"),
        (["BEGIN ", "PRIVATE KEY"].concat(), "a secret"),
    ]
}

fn said(file: &File, banned: &[(String, &str)]) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for (word, why) in banned {
            if whole(line, word) {
                let path = &file.path;
                found.push(format!("{path}:{number}: {why}: {}", line.trim()));
            }
        }
    }
    found
}

/// Whether a word stands in a line: one of letters only as a word of its own, a path anywhere but
/// inside a longer one.
fn whole(line: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    let letters = word.chars().all(joins);
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        match letters {
            true => !before.is_some_and(joins) && !after.is_some_and(joins),
            false => !before.is_some_and(|it| joins(it) || it == '.' || it == '}' || it == '…'),
        }
    })
}

#[test]
fn nothing_is_left_open_and_no_machine_is_named() {
    let banned = banned();
    let files = files();
    // Licence texts and locks are not ours to word.
    let ours = files.iter().filter(|file| !file.path.contains("LICENSE"));
    let ours =
        ours.filter(|file| !file.path.ends_with("lock") && !file.path.ends_with("-lock.json"));
    let found: Vec<String> = ours.flat_map(|file| said(file, &banned)).collect();
    expect_none(&found);
    for (word, _) in &banned {
        let file = File::example("README.md", &format!("fine\nsee {word} x\n"));
        assert_eq!(said(&file, &banned).len(), 1, "{word}");
    }
    let folder = ["wo", "rk"].concat();
    let fine = format!("mastodon, XXXL, net/{folder}/x, ./{folder}/\n");
    let fine = File::example("README.md", &fine);
    assert_eq!(said(&fine, &banned).len(), 0);
}
