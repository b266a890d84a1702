//! The house keeps its shape: which crate may know which, which room of the engine may use which,
//! where is written, how long a file is, what a tracked file never says. Each rule is a function
//! over plain data, and has an example that it finds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panic"
)]

mod crates;
mod rooms;
mod texts;

use std::process::Command;

use signalbox_tests::list::root;

/// A tracked text file.
pub struct File {
    /// Its path below the root, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    /// A file as a rule's example has it.
    pub fn example(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Its lines with their numbers; comments of a Rust file, and the module of tests at its end,
    /// are left out.
    pub fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines: Vec<&str> = self.text.lines().collect();
        let tests = |two: &[&str]| two[0] == "#[cfg(test)]" && two[1].starts_with("mod ");
        let end = lines
            .windows(2)
            .position(|two| tests(two) && two[1].ends_with('{'));
        let end = end.unwrap_or(lines.len());
        let code = (1..).zip(lines).take(end);
        code.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    /// Whether all of it is a test.
    pub fn is_test(&self) -> bool {
        let path = &self.path;
        path.starts_with("tests/") || path.contains("/tests/") || path.ends_with("/tests.rs")
    }
}

/// All text files that git keeps.
pub fn files() -> Vec<File> {
    let listed = Command::new("git")
        .args(["ls-files", "-z"])
        .current_dir(root())
        .output()
        .expect("git is there");
    assert!(listed.status.success(), "this is a git working tree");
    let names = String::from_utf8(listed.stdout).expect("names are text");
    let names = names.split('\0').filter(|name| !name.is_empty());
    let files = names.filter_map(|name| {
        // A picture is no text; a file that was just deleted is not there.
        let text = std::fs::read_to_string(root().join(name)).ok()?;
        Some(File::example(name, &text))
    });
    let files: Vec<File> = files.collect();
    assert!(files.len() > 100, "the files of the project were found");
    files
}

/// Fails with everything that was found.
#[track_caller]
pub fn expect_none(found: &[String]) {
    assert!(found.is_empty(), "{}", found.join("\n"));
}
