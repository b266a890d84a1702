//! The report of a local day: what each account and each list did, and all of them together.

use std::collections::BTreeMap;

use rusqlite::Connection;
use signalbox_scheduler::{AccountNo, Act, ListNo};

use super::{CommandError, Commands, Export};
use crate::export::{self, Ceilings, DayReport, DayRow, DayTasks, Format};
use crate::runtime::View;
use crate::store;
use crate::store::day::{self, Attempted, Of, Span};
use crate::store::interactions::Sums;

/// What the report takes from memory.
struct Facts {
    /// Id, name and ceilings of each account by its number, those that are gone among them.
    accounts: BTreeMap<u32, (String, String, Ceilings)>,
    /// Id and name of each list by its number.
    lists: BTreeMap<u32, (String, String)>,
}

impl Facts {
    fn of(view: &View<'_>) -> Self {
        let settings = &view.state.settings;
        let accounts = view.state.accounts().map(|(no, account)| {
            let ceiling = |act: Act| account.ceiling(settings, act.index());
            let ceilings = Ceilings {
                follow: ceiling(Act::Follow),
                like: ceiling(Act::Like),
                comment: ceiling(Act::Comment),
            };
            let label = view.directory.account(no).map(|row| row.label.clone());
            let id = view.directory.account_title(AccountNo(no.0)).to_owned();
            (no.0, (id, label.unwrap_or_default(), ceilings))
        });
        let lists = view.directory.lists();
        let lists =
            lists.map(|(ListNo(no), row)| (no, (row.list_id.to_string(), row.name.clone())));
        Self {
            accounts: accounts.collect(),
            lists: lists.collect(),
        }
    }
}

impl Commands {
    /// Begins the report of a local day, as `2026-11-23`; of today where none is named.
    pub async fn day_report(
        &self,
        date: Option<String>,
        format: Format,
    ) -> Result<Export, CommandError> {
        let now = self.clock.read().wall_ms;
        let date = date.unwrap_or_else(|| self.clock.today());
        let (from, to) = self.clock.day(&date).ok_or_else(|| {
            let detail = format!("“{date}” is no day of the calendar, as 2026-11-23.");
            CommandError::new("bad_date", detail)
        })?;
        let facts = self.read(Facts::of).await?;
        self.stream(move |reader, out| {
            let report = made(reader, &facts, (date, Span { from, to }), now)?;
            export::export_day(&report, format, now, out)
        })
        .await
    }
}

/// The report, all of one moment.
fn made(
    reader: &Connection,
    facts: &Facts,
    (date, span): (String, Span),
    now: i64,
) -> store::Result<DayReport> {
    let moment = reader.unchecked_transaction()?;
    let mut book = Book::new(facts);
    for (of, status, times) in day::tasks(&moment, span)? {
        book.each(of, |row| tasks(&mut row.tasks, &status, times));
    }
    for (of, sums) in day::outcomes(&moment, span)? {
        book.each(of, |row| acts(row, &sums));
    }
    for (of, reasons) in day::reasons(&moment, span)? {
        book.each(of, |row| export::add(&mut row.reasons, &reasons));
    }
    for (of, attempted) in day::attempts(&moment, span, now)? {
        book.each(of, |row| attempts(row, attempted));
    }
    for (account_id, times) in day::suspensions(&moment, span)? {
        let rows = [&mut book.all]
            .into_iter()
            .chain(book.accounts.values_mut());
        let of = rows.filter(|row| row.scope == "all" || row.id == account_id);
        for row in of {
            row.suspensions = Some(row.suspensions.unwrap_or(0) + times);
        }
    }
    let rows = [book.all].into_iter().chain(book.accounts.into_values());
    Ok(DayReport {
        date,
        span,
        rows: rows.chain(book.lists.into_values()).collect(),
    })
}

/// The rows, while sums are added to them.
struct Book {
    all: DayRow,
    accounts: BTreeMap<u32, DayRow>,
    lists: BTreeMap<u32, DayRow>,
}

impl Book {
    fn new(facts: &Facts) -> Self {
        let accounts = facts.accounts.iter().map(|(no, (id, name, ceilings))| {
            let row = DayRow {
                scope: "account",
                id: id.clone(),
                name: name.clone(),
                suspensions: Some(0),
                ceilings: Some(*ceilings),
                ..DayRow::default()
            };
            (*no, row)
        });
        let lists = facts.lists.iter().map(|(no, (id, name))| {
            let row = DayRow {
                scope: "list",
                id: id.clone(),
                name: name.clone(),
                ..DayRow::default()
            };
            (*no, row)
        });
        Self {
            all: DayRow {
                scope: "all",
                suspensions: Some(0),
                ..DayRow::default()
            },
            accounts: accounts.collect(),
            lists: lists.collect(),
        }
    }

    /// Adds something to each row that it is a part of.
    fn each(&mut self, of: Of, add: impl Fn(&mut DayRow)) {
        add(&mut self.all);
        let account = self.accounts.get_mut(&of.account);
        let list = of.list.and_then(|list| self.lists.get_mut(&list));
        account.into_iter().chain(list).for_each(add);
    }
}

fn tasks(sums: &mut DayTasks, status: &str, times: u64) {
    let sum = match status {
        "completed" => &mut sums.completed,
        "failed" => &mut sums.failed,
        "cancelled" => &mut sums.cancelled,
        "interrupted" => &mut sums.interrupted,
        _ => &mut sums.waiting,
    };
    *sum += times;
}

fn acts(row: &mut DayRow, sums: &Sums) {
    export::add(&mut row.acts, sums);
    for (status, times) in sums.values().flatten() {
        match status.as_str() {
            "unknown" => row.unknown += times,
            "dedupe_hit" => row.dedupe_hits += times,
            _ => {}
        }
    }
}

fn attempts(row: &mut DayRow, attempted: Attempted) {
    row.worked_ms += attempted.worked_ms;
    row.rests += attempted.rate_limited;
    row.challenges += attempted.challenged;
}

#[cfg(test)]
mod tests;
