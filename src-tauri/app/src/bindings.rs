//! The page's types are made from ours: this test writes them down, and fails where the file in the
//! page differs. `UPDATE_BINDINGS=1 cargo test -p signalbox-desktop` writes it anew.

mod operations;

use std::fmt::Write as _;
use std::path::Path;

use signalbox_engine::CommandError;
use signalbox_engine::commands::{CopyReport, DiagnosticsPart, OtherSet};
use signalbox_engine::dto::{
    AccountView, Change, ConcurrencyMetrics, DeviceView, EngineView, ListCounts, ListView,
    LiveTask, Notice, ProgressView, Removes, Snapshot, Upserts,
};
use ts_rs::{Config, TS};

use crate::bell::Kind;
use crate::command_line::Installed;
use crate::feed::Message;
use crate::ipc::{AppView, Opening, SwitchView};
use crate::preferences::{AppChange, Preferences};

const FILE: &str = "ui/src/lib/bindings.ts";
const ROUTES: &str = "ui/src/lib/api.ts";
const MADE: &str = "// Made by src-tauri/app/src/bindings.rs; do not edit.\n\n";

fn declare<T: TS>(text: &mut String, config: &Config) {
    if let Some(docs) = T::docs() {
        text.push_str(&docs);
    }
    writeln!(text, "export {}\n", T::decl(config)).unwrap();
}

#[test]
fn the_page_has_the_types_of_what_it_is_sent() {
    // Revisions and counts stay far below 2^53, and JSON has no bigint.
    let config = Config::new().with_large_int("number");
    let mut text = MADE.to_owned();
    declare::<AccountView>(&mut text, &config);
    declare::<ConcurrencyMetrics>(&mut text, &config);
    declare::<ProgressView>(&mut text, &config);
    declare::<Notice>(&mut text, &config);
    declare::<DeviceView>(&mut text, &config);
    declare::<ListCounts>(&mut text, &config);
    declare::<ListView>(&mut text, &config);
    declare::<LiveTask>(&mut text, &config);
    declare::<EngineView>(&mut text, &config);
    declare::<Snapshot>(&mut text, &config);
    declare::<Upserts>(&mut text, &config);
    declare::<Removes>(&mut text, &config);
    declare::<Change>(&mut text, &config);
    declare::<Message>(&mut text, &config);
    declare::<Opening>(&mut text, &config);
    declare::<Kind>(&mut text, &config);
    declare::<Preferences>(&mut text, &config);
    declare::<AppChange>(&mut text, &config);
    declare::<Installed>(&mut text, &config);
    declare::<AppView>(&mut text, &config);
    declare::<OtherSet>(&mut text, &config);
    declare::<SwitchView>(&mut text, &config);
    declare::<CopyReport>(&mut text, &config);
    declare::<DiagnosticsPart>(&mut text, &config);
    declare::<CommandError>(&mut text, &config);
    let text = format!("{}\n", text.trim_end());

    keep(FILE, &text);
}

#[test]
fn the_page_knows_every_route_and_its_types() {
    let document = signalbox_engine::http::openapi();
    keep(ROUTES, &(MADE.to_owned() + &operations::declare(&document)));
}

/// The file holds this text; it is written where that is asked for.
fn keep(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        std::fs::write(&file, text).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        kept == text,
        "{path} is out of date: run UPDATE_BINDINGS=1 cargo test -p signalbox-desktop"
    );
}
