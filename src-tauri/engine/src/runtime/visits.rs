//! Looks at phones: who is active there, whether a sign of the platform stands in the way, and the
//! proof that the phone is quiet afterwards.
//!
//! A phone that was in the operator's hand is looked at before it takes a task. What a challenge
//! put on an account ends only when a phone shows that nothing stands there any more; the order and
//! what came of it are two rows of the audit, both under the operator who gave it.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use signalbox_automation::{Ending, Handle, Screens, SignedIn, show_itself, visit};
use signalbox_phone::quiet::Check;
use signalbox_phone::{Pool, StopSwitch, Udid};
use signalbox_scheduler::{AccountNo, AccountState, CheckNo, Input, PhoneNo, Saw};

use super::message::{Message, PhoneNews};
use super::orders::Operator;
use super::turn::Turn;
use crate::store;
use crate::store::audit::{self, Entry};

/// A look at a phone that is to be made.
#[derive(Debug, Clone)]
pub struct Visiting {
    /// The number that the answer must carry.
    pub check: CheckNo,
    /// The phone.
    pub no: PhoneNo,
    /// Its serial.
    pub phone: Udid,
    /// The account that is looked for, by its name in the app.
    pub account: Option<Handle>,
    /// The phone shows first which one it is.
    pub shows: bool,
}

/// What a phone showed.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Accounts that were seen signed in.
    pub(crate) accounts: Vec<SignedIn>,
    /// What it means for the account that was looked for.
    pub(crate) saw: Saw,
    /// One sentence.
    pub(crate) sentence: String,
}

/// How the last look for an account came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// `clear`, `challenge_stands`, `account_not_on_phone`, `screen_unread`, `look_failed`.
    pub code: &'static str,
    /// One sentence.
    pub sentence: String,
}

/// Looks for accounts: who ordered them, and what came of the last one. Not durable: a restart
/// breaks them off.
#[derive(Debug, Default)]
pub(super) struct Visits {
    pub(super) ordered: HashMap<AccountNo, Operator>,
    pub(super) found: HashMap<AccountNo, Found>,
    /// Why phones could not be looked at, as they said last.
    pub(super) failed: HashMap<PhoneNo, String>,
    /// Phones that somebody wants to find: the look of this turn begins with that.
    pub(super) finding: HashSet<PhoneNo>,
}

/// What stops a look: whoever proves a phone quiet stops who worked on it before, so that each part
/// has a switch of its own.
#[derive(Debug, Default)]
pub(super) struct Halts {
    pub(super) look: StopSwitch,
    pub(super) proof: StopSwitch,
}

/// Makes the look. What it gives belongs into the inbox, in this order.
pub(super) async fn make(
    pool: &Pool,
    screens: &Screens,
    visiting: Visiting,
    check: Check,
    halts: Halts,
) -> Vec<Message> {
    let Visiting {
        check: number,
        no: phone,
        phone: udid,
        account,
        shows,
    } = visiting;
    let wanted = (account.as_ref(), shows);
    let looked = look(pool, screens, &udid, wanted, halts.look).await;
    // Whatever it showed, the app is ended, and nothing counts before the phone is quiet.
    let proven = pool.prove_quiet(&udid, &check, halts.proof).await;
    let seen = match (looked, proven) {
        (Ok(seen), Ok(_)) => seen,
        (Err(why), _) => return vec![not_made(phone, number, why)],
        (Ok(_), Err(error)) => return vec![not_made(phone, number, error.to_string())],
    };
    let told = (seen.saw == Saw::Sign).then(|| PhoneNews::Unready {
        code: super::drivers::BLOCKED,
        why: seen.sentence.clone(),
    });
    // A sign that kept the phone from work is gone.
    let ready = || {
        let known = pool.phones().into_iter().find(|it| it.udid == udid)?;
        let row = crate::facts::phone_row(&udid, &known.facts);
        known.ready.then_some(PhoneNews::Ready(row))
    };
    let clear = seen.saw != Saw::Sign && seen.saw != Saw::Unread;
    let news = told.or_else(|| ready().filter(|_| clear));
    let news = news.map(|news| Message::Phone { udid, news });
    let visited = Message::Visited {
        phone,
        check: number,
        seen,
    };
    news.into_iter().chain([visited]).collect()
}

fn not_made(phone: PhoneNo, check: CheckNo, why: String) -> Message {
    Message::NotQuiet { phone, check, why }
}

async fn look(
    pool: &Pool,
    screens: &Screens,
    udid: &Udid,
    (account, shows): (Option<&Handle>, bool),
    halt: StopSwitch,
) -> Result<Seen, String> {
    let facts = pool.facts(udid);
    let version = facts.and_then(|facts| {
        let version = facts.condition.version_of(screens.bundle_id());
        version.map(str::to_owned)
    });
    let phone = pool.connect(udid, halt).await;
    let phone = phone.map_err(|error| error.to_string())?;
    if shows {
        let shown = show_itself(&phone).await;
        shown.map_err(|error| error.to_string())?;
    }
    let looked = visit(&phone, screens, account, version).await;
    let saw = match looked.ending {
        Ending::Completed => Saw::Clear,
        Ending::Blocked { .. } | Ending::Challenge { .. } | Ending::RateLimited { .. } => Saw::Sign,
        Ending::AccountNotOnPhone { .. } => Saw::NotThere,
        Ending::Timeout { .. } | Ending::Halted => return Err(looked.ending.sentence()),
        _ => Saw::Unread,
    };
    Ok(Seen {
        accounts: looked.seen,
        saw,
        sentence: looked.ending.sentence(),
    })
}

impl Turn<'_> {
    /// A phone was looked at, and is quiet.
    pub(super) fn visited(
        &mut self,
        phone: PhoneNo,
        check: CheckNo,
        seen: &Seen,
    ) -> store::Result<()> {
        let Some(account) = self.awaited(phone, check) else {
            return Ok(());
        };
        self.visits.failed.remove(&phone);
        let handles = seen.accounts.iter().flat_map(|it| {
            let all = it.all.iter().flatten();
            all.chain([&it.active])
        });
        for handle in handles {
            if let Some(account) = self.memory.directory.account_by_handle(handle) {
                let effects = self.feed(&Input::SignedIn { phone, account })?;
                self.keep(effects);
            }
        }
        let before = account.map(|account| self.standing(account));
        let saw = seen.saw;
        let effects = self.feed(&Input::Visited { phone, check, saw })?;
        self.keep(effects);
        let (Some(account), Some(before)) = (account, before) else {
            return Ok(());
        };
        let code = match saw {
            Saw::Clear => "clear",
            Saw::Sign => "challenge_stands",
            Saw::NotThere => "account_not_on_phone",
            Saw::Unread => "screen_unread",
        };
        let title = self.memory.directory.phone_title(phone);
        let sentence = format!("{title} was looked at: {}", seen.sentence);
        self.found(account, code, sentence);
        let by = self.visits.ordered.remove(&account);
        let after = self.standing(account);
        if saw == Saw::Clear && before != after {
            self.look_where_signs_stood()?;
        }
        if let Some(by) = by.filter(|_| before != after) {
            let subject = self.account_subject(account);
            let entry = Entry::new("account.unsuspend", subject, before, after);
            let why = by.why.as_ref().map(super::Reason::as_str);
            audit::insert(&self.tables, self.ts, by.who.as_str(), why, &entry)?;
        }
        Ok(())
    }

    /// A challenge is over: what other phones showed of it may be gone too, and they stay out of
    /// work until they are looked at.
    fn look_where_signs_stood(&mut self) -> store::Result<()> {
        let blocked = self.troubles.iter();
        let blocked = blocked.filter(|(_, (code, _))| *code == super::drivers::BLOCKED);
        let mut blocked: Vec<_> = blocked.map(|(phone, _)| *phone).collect();
        blocked.sort_unstable();
        for phone in blocked {
            let effects = self.feed(&Input::LookAt { phone })?;
            self.keep(effects);
        }
        Ok(())
    }

    /// A phone could not be looked at, or is not quiet; whoever waits for it is told.
    pub(super) fn not_visited(&mut self, phone: PhoneNo, check: CheckNo, why: &str) {
        let Some(account) = self.awaited(phone, check) else {
            return;
        };
        self.visits.failed.insert(phone, why.to_owned());
        if let Some(account) = account {
            self.visits.ordered.remove(&account);
            let title = self.memory.directory.phone_title(phone);
            let sentence = format!(
                "{title} could not be looked at: {}.",
                why.trim_end_matches('.')
            );
            self.found(account, "look_failed", sentence);
        }
    }

    fn found(&mut self, account: AccountNo, code: &'static str, sentence: String) {
        let found = Found { code, sentence };
        self.visits.found.insert(account, found);
    }

    /// The look of this number is under way on the phone; the account it is for, if it is for one.
    fn awaited(&self, phone: PhoneNo, check: CheckNo) -> Option<Option<AccountNo>> {
        let visit = self.memory.state.phone(phone)?.visit?;
        (visit.check == Some(check)).then_some(visit.account)
    }

    /// What these orders change of an account.
    pub(super) fn standing(&self, account: AccountNo) -> serde_json::Value {
        let Some(it) = self.memory.state.account(account) else {
            return serde_json::Value::Null;
        };
        let state = match it.state {
            AccountState::Available => "available",
            AccountState::Running(_) => "running",
            AccountState::Cooldown { .. } => "cooldown",
            AccountState::Suspended { .. } => "suspended",
        };
        json!({ "state": state, "suspended_next": it.suspend_next.is_some() })
    }
}
