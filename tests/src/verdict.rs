//! The verdict on a run: what the phones saw, against the list and against the database.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::books::Books;
use crate::list::List;
use crate::witness::{Request, Stretch, Witness};

mod records;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule's short name.
    pub rule: &'static str,
    /// What was seen.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.what)
    }
}

/// The violations found so far.
#[derive(Default)]
struct Findings(Vec<Violation>);

impl Findings {
    fn add(&mut self, rule: &'static str, what: impl Into<String>) {
        let what = what.into();
        self.0.push(Violation { rule, what });
    }
}

/// Fails with all violations, if there are any.
///
/// # Panics
/// When there are.
#[track_caller]
pub fn expect_clean(violations: &[Violation]) {
    let lines: Vec<String> = violations
        .iter()
        .take(20)
        .map(Violation::to_string)
        .collect();
    assert!(
        violations.is_empty(),
        "{} violations:\n{}",
        violations.len(),
        lines.join("\n")
    );
}

/// Judges the witness log alone, and then with the database.
pub fn judge(witness: &Witness, books: &Books, list: &List) -> Vec<Violation> {
    let mut violations = judge_witness(witness, list);
    violations.extend(records::judge(witness, books, list));
    violations
}

/// Judges by what the phones saw and nothing else:
///
/// - `damaged`: the log is whole, and every request ended.
/// - `phone_overlap`: no two requests that touch the app were at work on one phone at once.
/// - `account_overlap`: no account was driven on two phones at once (see [`Stretch`]).
/// - `wrong_account`, `wrong_phone`, `stranger`: whatever was done was some task's, in the name of
///   that task's account, on a phone that this account may use.
/// - `order`: per account, tasks came up in the order of the list.
/// - `twice`, `undone`, `unasked`: nobody was followed, nothing liked twice; nothing was taken back;
///   nothing was done that the task does not say.
pub fn judge_witness(witness: &Witness, list: &List) -> Vec<Violation> {
    let mut findings = Findings::default();
    for damage in &witness.damage {
        findings.add("damaged", damage);
    }
    for request in witness.requests.iter().filter(|it| it.ended.is_none()) {
        findings.add("damaged", format!("{} never ended", shown(request)));
    }
    requests_apart(witness, &mut findings);
    let stretches = witness.stretches();
    stretches_apart(&stretches, &mut findings);
    places(&stretches, list, &mut findings);
    order(&stretches, list, &mut findings);
    acts(witness, list, &mut findings);
    findings.0
}

fn requests_apart(witness: &Witness, findings: &mut Findings) {
    for requests in witness.by_phone().into_values() {
        let touching: Vec<&Request> = requests.into_iter().filter(|it| it.touches_app()).collect();
        let mut busy_until: Option<&Request> = None;
        for request in touching {
            if let Some(earlier) = busy_until
                && earlier.ended.unwrap_or(u64::MAX) > request.began
            {
                let what = format!("{} and {} at once", shown(earlier), shown(request));
                findings.add("phone_overlap", what);
            }
            let later = busy_until.is_none_or(|earlier| earlier.ended <= request.ended);
            if later || request.ended.is_none() {
                busy_until = Some(request);
            }
        }
    }
}

fn stretches_apart(stretches: &[Stretch], findings: &mut Findings) {
    let mut last: BTreeMap<&str, &Stretch> = BTreeMap::new();
    for stretch in stretches {
        let earlier = last.get(stretch.account.as_str());
        if let Some(earlier) = earlier
            && earlier.to > stretch.from
        {
            let what = format!(
                "{} on {} about {:?} until {} and on {} about {:?} from {}",
                stretch.account,
                earlier.phone,
                earlier.target,
                earlier.to,
                stretch.phone,
                stretch.target,
                stretch.from
            );
            findings.add("account_overlap", what);
        }
        if earlier.is_none_or(|earlier| earlier.to < stretch.to) {
            last.insert(&stretch.account, stretch);
        }
    }
}

fn places(stretches: &[Stretch], list: &List, findings: &mut Findings) {
    for stretch in stretches {
        let Some(account) = list.by_handle(&stretch.account) else {
            let what = format!("{} is no account of the list", stretch.account);
            findings.add("wrong_account", what);
            continue;
        };
        if account
            .udid
            .as_ref()
            .is_some_and(|udid| *udid != stretch.phone)
        {
            let what = format!("{} was driven on {}", account.id, stretch.phone);
            findings.add("wrong_phone", what);
        }
    }
}

fn order(stretches: &[Stretch], list: &List, findings: &mut Findings) {
    let places = list.by_target();
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for stretch in stretches {
        let Some(target) = stretch.target.as_deref() else {
            continue;
        };
        let Some(place) = places.get(target).copied() else {
            findings.add("stranger", format!("{} opened {target}", stretch.account));
            continue;
        };
        let owner = list.account_of(&list.tasks[place].account);
        if owner.is_none_or(|owner| owner.handle != stretch.account) {
            let what = format!("{} worked on {target}", stretch.account);
            findings.add("wrong_account", what);
        }
        let reached = reached.entry(&stretch.account).or_insert(place);
        if place < *reached {
            let what = format!("{}: {target} after later tasks", stretch.account);
            findings.add("order", what);
        }
        *reached = place.max(*reached);
    }
}

fn acts(witness: &Witness, list: &List, findings: &mut Findings) {
    let places = list.by_target();
    let mut seen = BTreeSet::new();
    for act in witness.acts() {
        let effect = act.effect.as_deref().unwrap_or_default();
        let subject = act.after.subject.as_deref().unwrap_or_default();
        if effect.starts_with("un") {
            findings.add("undone", shown(act));
        }
        let key = (&act.after.account, effect, subject, &act.after.post);
        if !seen.insert(key) {
            findings.add("twice", shown(act));
        }
        let Some(task) = places.get(subject).map(|place| &list.tasks[*place]) else {
            findings.add("stranger", shown(act));
            continue;
        };
        let owner = list.account_of(&task.account).map(|it| it.handle.as_str());
        if owner != act.after.account.as_deref() {
            findings.add("wrong_account", shown(act));
        }
        let asked = match effect {
            "follow" => task.has("follow_user"),
            "like" => task.has("like_post"),
            _ => false,
        };
        if !asked {
            findings.add("unasked", shown(act));
        }
    }
}

/// A request in words.
fn shown(request: &Request) -> String {
    format!(
        "{} {} at {} ({} of {} about {})",
        request.phone,
        request.request,
        request.began,
        request.effect.as_deref().unwrap_or("no effect"),
        request.after.account.as_deref().unwrap_or("nobody"),
        request.after.subject.as_deref().unwrap_or("nobody"),
    )
}
