//! Every order leaves exactly one row in the audit. One file of cases per noun; an order whose
//! action no case names fails the last test here.

mod accounts;
mod app;
mod devices;
mod history;
mod interactions;
mod jobs;
pub(super) mod lists;
mod looks;
mod settings;
mod shift_note;
mod switch;
pub(super) mod tasks;
mod templates;
mod token;

use std::collections::BTreeSet;
use std::path::Path;
use std::pin::Pin;

use rusqlite::Connection;
use serde_json::Value;

use super::tests::Bench;
use super::{Commands, Who};

type Ordering = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One order, and the row it leaves. The cases of a noun come one after the other on one engine.
struct Case {
    action: &'static str,
    /// Kind, id and name; an id made by the engine is a `*` here.
    subject: [&'static str; 3],
    why: Option<&'static str>,
    before: Value,
    after: Value,
    order: Box<dyn Fn(Commands) -> Ordering>,
}

/// A case from what is ordered: `case(action, subject, before, after, |commands| async { ... })`.
fn case<F: Future<Output = ()> + Send + 'static>(
    action: &'static str,
    subject: [&'static str; 3],
    before: Value,
    after: Value,
    order: impl Fn(Commands) -> F + 'static,
) -> Case {
    Case {
        action,
        subject,
        why: None,
        before,
        after,
        order: Box::new(move |commands| Box::pin(order(commands))),
    }
}

fn cases() -> Vec<Vec<Case>> {
    vec![
        accounts::cases(),
        accounts::disciplines(),
        app::cases(),
        devices::cases(),
        history::cases(),
        devices::runners(),
        devices::added(),
        interactions::cases(),
        jobs::cases(),
        lists::cases(),
        looks::cases(),
        settings::cases(),
        shift_note::cases(),
        switch::cases(),
        switch::parts(),
        tasks::cases(),
        templates::cases(),
        token::cases(),
    ]
}

/// An engine without phones on a simulated data set with one account, `a`.
async fn bench() -> Bench {
    let bench = Bench::new().await;
    let files = lists::files("a", &["a,instagram,first,"]);
    bench.engine.commands().import(files).await.unwrap();
    bench
}

/// A row as it stands in the table.
#[derive(Debug, PartialEq)]
struct Row {
    who: String,
    action: String,
    subject: [String; 3],
    why: Option<String>,
    before: Value,
    after: Value,
}

fn rows(connection: &Connection) -> Vec<Row> {
    let sql = "SELECT who, action, subject_kind, subject, subject_name, why, before, after
               FROM audit ORDER BY seq";
    let mut statement = connection.prepare(sql).unwrap();
    let json = |text: String| serde_json::from_str(&text).unwrap();
    let rows = statement.query_map([], |row| {
        Ok(Row {
            who: row.get(0)?,
            action: row.get(1)?,
            subject: [row.get(2)?, row.get(3)?, row.get(4)?],
            why: row.get(5)?,
            before: json(row.get(6)?),
            after: json(row.get(7)?),
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

async fn audit(commands: &Commands) -> Vec<Row> {
    commands.read(|view| rows(view.connection)).await.unwrap()
}

#[tokio::test]
async fn every_order_leaves_one_row_with_who_why_before_and_after() {
    for noun in cases() {
        let bench = bench().await;
        for (no, case) in noun.into_iter().enumerate() {
            let who = Who::ALL[no % Who::ALL.len()];
            let commands = bench.engine.commands().by(who);
            let before = audit(&commands).await.len();
            (case.order)(commands.clone()).await;
            let mut added = audit(&commands).await.split_off(before);
            assert_eq!(added.len(), 1, "{}: {added:?}", case.action);
            let mut found = added.remove(0);
            if case.subject[1] == "*" {
                assert!(!found.subject[1].is_empty(), "{}", case.action);
                "*".clone_into(&mut found.subject[1]);
            }
            let expected = Row {
                who: who.as_str().to_owned(),
                action: case.action.to_owned(),
                subject: case.subject.map(str::to_owned),
                why: case.why.map(str::to_owned),
                before: case.before,
                after: case.after,
            };
            assert_eq!(found, expected);
        }
        bench.engine.shutdown().await;
    }
}

/// The words `noun.verb` in the sources of the orders.
fn words_of(dir: &Path) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            words.extend(words_of(&path));
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let quoted = source.split('"').skip(1).step_by(2);
        words.extend(quoted.filter(|text| is_action(text)).map(str::to_owned));
    }
    words
}

fn is_action(text: &str) -> bool {
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
    };
    text.split_once('.')
        .is_some_and(|(noun, verb)| word(noun) && word(verb))
}

#[test]
fn every_order_is_among_the_cases() {
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/runtime/orders");
    let cases: BTreeSet<String> = cases()
        .into_iter()
        .flatten()
        .map(|case| case.action.to_owned())
        .collect();
    assert_eq!(words_of(&orders), cases, "add a case beside this file");
}
