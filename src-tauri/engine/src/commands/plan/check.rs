//! Going through a file's rows: what each would come to, in their order.

use std::collections::{HashMap, HashSet};

use rusqlite::Connection;
use signalbox_scheduler::{AccountNo, RotaNo};
use uuid::Uuid;

use super::facts::{AccountFacts, Facts};
use super::{
    LIST_NAME_CHARS_MAX, Over, Plan, PlanCounts, PlanFile, PlanRow, PlanShare, PlanView, Sheet,
    Source, Verdict, expires,
};
use crate::commands::CommandError;
use crate::commands::spread::Spread;
use crate::list_file::{self, AccountRow, Code, Problems};
use crate::pace::Pace;
use crate::store::accounts::handle_key;
use crate::target_limit::TargetUse;

/// What a list may be called.
pub(in crate::commands) fn name(name: &str) -> Result<(), CommandError> {
    let chars = name.chars().count();
    if (1..=LIST_NAME_CHARS_MAX).contains(&chars) && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let detail = format!(
        "The name of a list is 1 to {LIST_NAME_CHARS_MAX} characters, none of them a control \
         character."
    );
    Err(CommandError::new("bad_list_name", detail))
}

/// What the rows before said: account, target, and what to do there.
type Said = (Option<String>, String, String);

/// The ids of accounts by their numbers.
type Titles<'c> = Box<dyn Fn(AccountNo) -> String + 'c>;

/// The work of one plan.
pub(super) struct Check<'c> {
    pub(super) reader: &'c Connection,
    pub(super) facts: &'c Facts,
    pub(super) pace: Pace,
    pub(super) accounts: Vec<AccountFacts>,
    pub(super) by_id: HashMap<String, usize>,
    pub(super) targets: Option<TargetUse<'c, Titles<'c>>>,
    /// What the rows before said, each with its line.
    pub(super) said: HashMap<Said, u64>,
    /// The idempotency keys of the rows before, each with its line.
    pub(super) keys: HashMap<String, u64>,
    /// The last time that a row waits for, wall time, ms.
    pub(super) not_before: Option<i64>,
    /// What the tasks of the plan take together, and the longest of them, ms; none: nobody knows.
    pub(super) work: Option<u64>,
    pub(super) longest: u64,
}

impl<'c> Check<'c> {
    pub(super) fn new(reader: &'c Connection, facts: &'c Facts, pace: Pace) -> Self {
        let title: Titles<'c> = Box::new(|no| {
            // Those that are gone left their numbers behind.
            let place = facts.accounts.binary_search_by_key(&Some(no), |it| it.no);
            let account = place.ok().and_then(|place| facts.accounts.get(place));
            account.map_or_else(String::new, |it| it.id.clone())
        });
        let most = facts.settings.accounts_per_target;
        let ids = facts.accounts.iter().enumerate();
        Self {
            reader,
            facts,
            pace,
            accounts: facts.accounts.clone(),
            by_id: ids.map(|(place, it)| (it.id.clone(), place)).collect(),
            targets: most.map(|most| TargetUse::new(reader, most, facts.at, title)),
            said: HashMap::new(),
            keys: HashMap::new(),
            not_before: None,
            work: Some(0),
            longest: 0,
        }
    }

    /// Whether there is an account of this id.
    pub(super) fn knows(&self, account_id: &str) -> bool {
        self.by_id.contains_key(account_id)
    }

    /// Goes through a file.
    pub(super) fn plan(mut self, file: PlanFile, now_ms: i64) -> Result<Plan, CommandError> {
        let accounts = match &file.accounts {
            None => Vec::new(),
            Some(bytes) => list_file::accounts_called(bytes, &file.account_columns)
                .map_err(|problems| CommandError::from(("accounts.csv", problems)))?,
        };
        let accounts_added = self.know(&accounts)?;
        let known: HashSet<String> = self.by_id.keys().cloned().collect();
        let source = file.tasks.map(|text| Source {
            text,
            columns: file.columns,
        });
        let (rows, problems) = match &source {
            Some(source) => {
                list_file::sift(&source.text, &source.columns, &|id| known.contains(id))
            }
            None => (Vec::new(), Problems::default()),
        };
        if problems.kept.iter().any(|it| is_of_the_file(it.code)) {
            return Err(("tasks.csv", problems).into());
        }
        let sheet = Sheet {
            name: file.name,
            rehearsal: file.rehearsal,
            over: file.over,
            accounts,
            accounts_added,
            rows,
            problems,
        };
        let plan = self.sheet(sheet, now_ms)?;
        Ok(Plan { source, ..plan })
    }

    /// Goes through rows that were read.
    pub(super) fn sheet(mut self, sheet: Sheet, now_ms: i64) -> Result<Plan, CommandError> {
        let Sheet {
            name,
            rehearsal,
            over,
            accounts,
            accounts_added,
            rows,
            problems,
        } = sheet;
        let mut spread = self.spread(&over)?;
        let mut shown = refused_rows(&problems);
        let mut counts = PlanCounts {
            rows: rows.len() as u64 + problems.rows,
            refused: problems.rows,
            accounts_added,
            ..PlanCounts::default()
        };
        let mut good = Vec::with_capacity(rows.len());
        for mut row in rows {
            let line = row.line;
            let (place, finding) = self.judge(&row, &mut spread, rehearsal)?;
            let account = place.map(|place| &self.accounts[place]);
            let done_before = match account.and_then(|it| it.no) {
                Some(no) if !rehearsal => self.done_before(&row, no)?,
                _ => Vec::new(),
            };
            let verdict = finding.as_ref().map_or(Verdict::Accepted, |it| it.verdict);
            let account_id = account.map(|it| it.id.clone());
            shown.push(PlanRow {
                line: Some(line),
                verdict,
                account_id: account_id.clone(),
                target_username: Some(row.target.reveal().to_owned()),
                code: finding.as_ref().map(|it| it.code.to_owned()),
                field: finding.as_ref().map(|it| it.field.to_owned()),
                reason: finding.map(|it| it.reason),
                done_before,
            });
            *counts.of(verdict) += 1;
            if verdict != Verdict::Refused {
                row.account_id = account_id.or(row.account_id);
                good.push((row, verdict == Verdict::Duplicate));
            }
        }
        shown.sort_by_key(|row| row.line);
        let starts_now = self.starts_now();
        let view = PlanView {
            plan_id: Uuid::now_v7().to_string(),
            name,
            rehearsal,
            counts,
            starts_now,
            waits: counts.accepted.saturating_sub(starts_now),
            spread: self.shares(),
            ends_at: self.ends_at(),
            expires_at: expires(now_ms),
        };
        Ok(Plan {
            view,
            rows: shown,
            tasks: good,
            accounts,
            source: None,
        })
    }

    /// Takes in the accounts of the file; how many are new.
    fn know(&mut self, rows: &[AccountRow]) -> Result<u64, CommandError> {
        let mut added = 0;
        for row in rows {
            let holder = self.facts.handles.get(&handle_key(&row.handle));
            if holder.is_some_and(|holder| *holder != row.account_id) {
                let detail = format!(
                    "accounts.csv:{}: another account is called “{}” in the app already.",
                    row.line,
                    row.handle.reveal()
                );
                return Err(CommandError::new("handle_taken", detail));
            }
            let group = row.group.clone().unwrap_or_default();
            if let Some(place) = self.by_id.get(&row.account_id) {
                if row.group.is_some() {
                    self.accounts[*place].group = group;
                }
                continue;
            }
            added += 1;
            self.by_id
                .insert(row.account_id.clone(), self.accounts.len());
            self.accounts.push(AccountFacts {
                no: None,
                id: row.account_id.clone(),
                group,
                phone: row.device_udid.as_ref().map(|it| it.reveal().to_owned()),
                tasks: 0,
                open: true,
                free_in: Some(0),
                used: [0; 3],
                ceilings: self.facts.settings.per_day,
                gap_ms: self.facts.settings.act_gap_ms,
                rota: RotaNo(0),
                may_use: None,
                first: None,
                given: 0,
                wanted: [0; 3],
            });
        }
        Ok(added)
    }

    /// The accounts that rows without one are spread over.
    fn spread(&self, over: &Over) -> Result<Spread, CommandError> {
        let named: Option<HashSet<usize>> = match over {
            Over::Accounts(ids) => {
                let places = ids.iter().map(|id| {
                    self.by_id.get(id).copied().ok_or_else(|| {
                        let detail = format!("“{id}” is no known account to spread the rows over.");
                        CommandError::new("unknown_account", detail)
                    })
                });
                Some(places.collect::<Result<_, _>>()?)
            }
            Over::Devices(serials) => {
                if let Some(serial) = serials.iter().find(|it| !self.facts.phones.contains(*it)) {
                    let detail = format!("There is no phone {serial} to spread the rows over.");
                    return Err(CommandError::new("unknown_phone", detail));
                }
                None
            }
            Over::All | Over::Group(_) => None,
        };
        let is_meant = |place: usize, it: &AccountFacts| match (over, &named) {
            (Over::Group(group), _) => it.group == *group,
            (Over::Devices(serials), _) => it.phone.as_ref().is_some_and(|it| serials.contains(it)),
            (_, Some(named)) => named.contains(&place),
            _ => true,
        };
        let meant = self.accounts.iter().enumerate();
        let meant = meant.filter(|(place, it)| it.open && is_meant(*place, it));
        Ok(Spread::over(meant.map(|(place, it)| (place, it.tasks))))
    }

    /// What each account gets, most first.
    fn shares(&self) -> Vec<PlanShare> {
        let given = self.accounts.iter().filter(|it| it.given > 0);
        let mut shares: Vec<PlanShare> = given
            .map(|it| PlanShare {
                account_id: it.id.clone(),
                tasks: it.given,
                tasks_before: it.tasks,
            })
            .collect();
        shares.sort_by(|a, b| b.tasks.cmp(&a.tasks).then(a.account_id.cmp(&b.account_id)));
        shares
    }
}

impl PlanCounts {
    fn of(&mut self, verdict: Verdict) -> &mut u64 {
        match verdict {
            Verdict::Accepted => &mut self.accepted,
            Verdict::Duplicate => &mut self.duplicate,
            Verdict::Refused => &mut self.refused,
        }
    }
}

/// Whether such a finding leaves no rows to speak of.
fn is_of_the_file(code: Code) -> bool {
    matches!(
        code,
        Code::FileTooLarge
            | Code::EmptyFile
            | Code::NoRows
            | Code::TooManyRows
            | Code::Encoding
            | Code::LineEnd
            | Code::Quote
            | Code::MissingColumn
            | Code::UnknownColumn
            | Code::DuplicateColumn
    )
}

/// The rows that cannot be read as tasks, each once with everything that is wrong with it.
fn refused_rows(problems: &Problems) -> Vec<PlanRow> {
    let mut rows: Vec<PlanRow> = Vec::new();
    for problem in &problems.kept {
        let field = problem.field.as_deref();
        if let Some(row) = rows.last_mut()
            && row.line.is_some()
            && row.line == problem.line
        {
            let more = [field.unwrap_or_default(), &problem.reason].join(": ");
            row.reason = row.reason.take().map(|reason| [reason, more].join("; "));
            continue;
        }
        rows.push(PlanRow {
            line: problem.line,
            verdict: Verdict::Refused,
            account_id: None,
            target_username: None,
            code: Some(problem.code.as_str().to_owned()),
            field: field.map(str::to_owned),
            reason: Some(problem.reason.clone()),
            done_before: Vec::new(),
        });
    }
    rows
}
