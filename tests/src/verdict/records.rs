//! The verdict on the database, and on whether it agrees with what the phones saw.

use std::collections::{BTreeMap, BTreeSet};

use super::{Findings, Violation};
use crate::books::{Attempt, Books, Task};
use crate::list::List;
use crate::witness::Witness;

/// Judges the database, and what it says against the witness:
///
/// - `integrity`: the file is sound.
/// - `lease_left`: nothing is held at the end.
/// - `attempts_overlap`: as recorded, no account and no phone had two attempts at once.
/// - `lost_task`: each row of the list is there once, unchanged, in the order of the file.
/// - `not_ended`: every task completed.
/// - `unmarked_retry`: a task that was started n times has n − 1 marks, and of the marks as many
///   say that the task was interrupted as attempts were.
/// - `untold_try`: the phones saw a task no more often than there are attempts of it, and on the
///   phones of those attempts.
/// - `untold_act`: each act that the phones saw has its intent, and exactly one row that says so.
/// - `invented_act`: each row that says so has its act.
/// - `outcomes`: a completed task has exactly one good outcome for each thing it was to do.
pub(super) fn judge(witness: &Witness, books: &Books, list: &List) -> Vec<Violation> {
    let mut findings = Findings::default();
    for damage in &books.damage {
        findings.add("integrity", damage);
    }
    if books.leases != 0 {
        findings.add("lease_left", format!("{} leases are held", books.leases));
    }
    attempts_apart(books, &mut findings);
    tasks_there(books, list, &mut findings);
    retries_marked(books, &mut findings);
    interruptions_marked(books, &mut findings);
    tries_told(witness, books, &mut findings);
    acts_told(witness, books, list, &mut findings);
    outcomes(books, &mut findings);
    findings.0
}

fn attempts_apart(books: &Books, findings: &mut Findings) {
    let mut held: BTreeMap<&str, &Attempt> = BTreeMap::new();
    for attempt in &books.attempts {
        for place in [&attempt.account, &attempt.phone] {
            if let Some(earlier) = held.insert(place, attempt)
                && earlier.held_until().unwrap_or(i64::MAX) > attempt.started
            {
                let (first, second) = (earlier.number, attempt.number);
                let what = format!("attempts {first} and {second} both held {place}");
                findings.add("attempts_overlap", what);
            }
        }
        if attempt.held_until().is_none() {
            let what = format!("attempt {} has no end", attempt.number);
            findings.add("attempts_overlap", what);
        }
    }
}

/// The tasks that acted (rehearsals judged apart).
fn tasks(books: &Books) -> impl Iterator<Item = &Task> {
    books.tasks.iter().filter(|task| !task.rehearsal)
}

fn tasks_there(books: &Books, list: &List, findings: &mut Findings) {
    let mut found: BTreeMap<&str, Vec<&Task>> = BTreeMap::new();
    for task in tasks(books) {
        found.entry(&task.target).or_default().push(task);
        if task.status != "completed" {
            findings.add("not_ended", format!("{} is {}", task.target, task.status));
        }
    }
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for task in &list.tasks {
        let rows = found.remove(task.target.as_str()).unwrap_or_default();
        let [own] = rows[..] else {
            findings.add(
                "lost_task",
                format!("{} is there {} times", task.target, rows.len()),
            );
            continue;
        };
        if own.account != task.account || own.actions != task.actions.join(";") {
            findings.add(
                "lost_task",
                format!("{} is not what was asked", task.target),
            );
        }
        let seq = own.seq.unwrap_or(-1);
        let before = last.insert(&task.account, seq);
        if before.is_some_and(|before| before >= seq) {
            findings.add("lost_task", format!("{} is out of its line", task.target));
        }
    }
    for target in found.keys() {
        findings.add("lost_task", format!("{target} was never asked for"));
    }
}

fn retries_marked(books: &Books, findings: &mut Findings) {
    for task in &books.tasks {
        let attempts = books.attempts_of(&task.id).len();
        let told = usize::try_from(task.attempts).unwrap_or_default();
        let marks = usize::try_from(task.retry_marks).unwrap_or_default();
        if attempts != told || marks != attempts.saturating_sub(1) {
            let target = &task.target;
            let what = format!("{target}: {attempts} attempts, {told} counted, {marks} marks");
            findings.add("unmarked_retry", what);
        }
    }
}

/// Every attempt that ended in doubt led to a mark that says so.
fn interruptions_marked(books: &Books, findings: &mut Findings) {
    let doubts = books.attempts.iter().filter(|it| it.doubt.is_some());
    let records = books.journal.iter().flat_map(|entry| &entry.records);
    let marks = records.filter(|record| record["marked"]["why"] == "interrupted");
    let (doubts, marks) = (doubts.count(), marks.count());
    if doubts != marks {
        let what = format!("{doubts} attempts were interrupted, {marks} marks say so");
        findings.add("unmarked_retry", what);
    }
}

fn tries_told(witness: &Witness, books: &Books, findings: &mut Findings) {
    let mut tries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for stretch in witness.stretches() {
        if let Some(target) = stretch.target {
            tries.entry(target).or_default().push(stretch.phone);
        }
    }
    let targets: BTreeMap<&str, &str> = books
        .tasks
        .iter()
        .map(|task| (task.id.as_str(), task.target.as_str()))
        .collect();
    let mut told: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for attempt in &books.attempts {
        if let Some(target) = targets.get(attempt.task.as_str()) {
            told.entry(target).or_default().push(&attempt.phone);
        }
    }
    for (target, seen) in tries {
        // In their order; there may be more attempts than were seen: some end before the profile.
        let mut told = told.remove(target.as_str()).unwrap_or_default().into_iter();
        if !seen.iter().all(|phone| told.any(|other| other == phone)) {
            findings.add("untold_try", format!("{target} was tried on {seen:?}"));
        }
    }
}

fn acts_told(witness: &Witness, books: &Books, list: &List, findings: &mut Findings) {
    let mut told: BTreeMap<(&str, &str, &str), u32> = BTreeMap::new();
    for row in &books.interactions {
        let act = row.action == "follow" || row.action == "like";
        if act && row.status == "success" && !row.rehearsal {
            let key = (
                row.account.as_str(),
                row.target.as_str(),
                row.action.as_str(),
            );
            *told.entry(key).or_default() += 1;
        }
    }
    let intended: BTreeSet<(&str, &str, &str)> = books
        .intents
        .iter()
        .map(|it| (it.account.as_str(), it.target.as_str(), it.act.as_str()))
        .collect();
    for act in witness.acts() {
        let handle = act.after.account.as_deref().unwrap_or_default();
        let account = list.by_handle(handle).map_or(handle, |it| it.id.as_str());
        let target = act.after.subject.as_deref().unwrap_or_default();
        let effect = act.effect.as_deref().unwrap_or_default();
        let key = (account, target, effect);
        if !intended.contains(&key) {
            findings.add("untold_act", format!("{key:?} has no intent"));
        }
        match told.remove(&key) {
            Some(1) => {}
            rows => {
                let rows = rows.unwrap_or_default();
                findings.add("untold_act", format!("{key:?} has {rows} rows"));
            }
        }
    }
    for key in told.keys() {
        findings.add("invented_act", format!("{key:?}"));
    }
}

fn outcomes(books: &Books, findings: &mut Findings) {
    let mut good: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for row in &books.interactions {
        if row.status == "success" {
            *good.entry((&row.task, &row.action)).or_default() += 1;
        }
    }
    for task in tasks(books).filter(|task| task.status == "completed") {
        for action in task.actions.split(';') {
            let action = match action {
                "view_profile" => "view",
                "like_post" => "like",
                "follow_user" => "follow",
                _ => continue,
            };
            let rows = good.get(&(&task.id, action)).copied().unwrap_or_default();
            if rows != 1 {
                let what = format!("{}: {rows} good outcomes for {action}", task.target);
                findings.add("outcomes", what);
            }
        }
    }
}
