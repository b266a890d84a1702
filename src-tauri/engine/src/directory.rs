//! What the core's numbers are called: accounts, phones and lists by name.
//!
//! Held in memory by the loop beside the state, read from the tables at start and after a commit
//! that failed.

use std::collections::HashMap;

use rusqlite::Connection;
use signalbox_automation::Handle;
use signalbox_phone::Udid;
use signalbox_scheduler::{AccountNo, ListNo, LocatorNo, PhoneNo, VersionNo};

use crate::store::accounts::{self, AccountRow, handle_key};
use crate::store::lists::{self, ListRow};
use crate::store::phones::{self, PhoneMark, PhoneRow};
use crate::store::{self, terms};

/// Names by number, and numbers by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    accounts: Vec<AccountRow>,
    phones: Vec<PhoneRow>,
    marks: Vec<PhoneMark>,
    lists: Vec<ListRow>,
    by_account_id: HashMap<String, AccountNo>,
    by_handle: HashMap<String, AccountNo>,
    by_udid: HashMap<Udid, PhoneNo>,
    /// The last account that is gone, by the name it had in the app.
    gone: HashMap<String, AccountNo>,
    terms: HashMap<(terms::Kind, u16), String>,
    by_term: HashMap<(terms::Kind, String), u16>,
}

fn next(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl Directory {
    /// Reads all names.
    pub fn load(connection: &Connection) -> store::Result<Self> {
        let mut directory = Self::default();
        for row in phones::all(connection)? {
            directory.add_phone(row);
        }
        directory.marks = phones::marks(connection)?;
        for row in accounts::all(connection)? {
            directory.add_account(row);
        }
        directory.lists = lists::all(connection)?;
        for kind in terms::Kind::ALL {
            for (no, name) in terms::all(connection, kind)? {
                directory.add_term(kind, no, name);
            }
        }
        Ok(directory)
    }

    pub(crate) fn add_phone(&mut self, row: PhoneRow) -> PhoneNo {
        let no = PhoneNo(next(self.phones.len()));
        self.by_udid.insert(row.udid.clone(), no);
        self.phones.push(row);
        self.marks.push(PhoneMark::default());
        no
    }

    pub(crate) fn set_mark(&mut self, no: PhoneNo, mark: PhoneMark) {
        if let Some(place) = self.marks.get_mut(no.0 as usize) {
            *place = mark;
        }
    }

    pub(crate) fn set_phone(&mut self, no: PhoneNo, row: PhoneRow) {
        if let Some(place) = self.phones.get_mut(no.0 as usize) {
            *place = row;
        }
    }

    pub(crate) fn add_account(&mut self, row: AccountRow) -> AccountNo {
        let no = AccountNo(next(self.accounts.len()));
        if row.removed {
            self.gone.insert(handle_key(&row.handle), no);
        } else {
            self.by_account_id.insert(row.account_id.clone(), no);
            self.by_handle.insert(handle_key(&row.handle), no);
        }
        self.accounts.push(row);
        no
    }

    pub(crate) fn remove_account(&mut self, no: AccountNo) {
        if let Some(row) = self.accounts.get_mut(no.0 as usize) {
            row.removed = true;
            let key = handle_key(&row.handle);
            self.by_account_id.remove(&row.account_id);
            self.by_handle.remove(&key);
            self.gone.insert(key, no);
        }
    }

    /// The account that is gone and had this name in the app; the last one of several.
    pub(crate) fn gone_by_handle(&self, handle: &Handle) -> Option<AccountNo> {
        self.gone.get(&handle_key(handle)).copied()
    }

    pub(crate) fn set_account(&mut self, no: AccountNo, row: AccountRow) {
        if let Some(place) = self.accounts.get_mut(no.0 as usize) {
            self.by_handle.remove(&handle_key(&place.handle));
            self.by_handle.insert(handle_key(&row.handle), no);
            *place = row;
        }
    }

    pub(crate) fn add_list(&mut self, row: ListRow) -> ListNo {
        let no = ListNo(next(self.lists.len()));
        self.lists.push(row);
        no
    }

    fn add_term(&mut self, kind: terms::Kind, no: u16, name: String) {
        self.by_term.insert((kind, name.clone()), no);
        self.terms.insert((kind, no), name);
    }

    /// The number of a term, where it has one.
    pub(crate) fn term(&self, kind: terms::Kind, name: &str) -> Option<u16> {
        self.by_term.get(&(kind, name.to_owned())).copied()
    }

    /// Gives a term the next number, from 1; none where there are too many.
    pub(crate) fn new_term(&mut self, kind: terms::Kind, name: &str) -> Option<u16> {
        let known = self.terms.keys().filter(|(of, _)| *of == kind).count();
        let no = u16::try_from(known).ok()?.checked_add(1)?;
        self.add_term(kind, no, name.to_owned());
        Some(no)
    }

    /// What to call a locator in front of a person.
    pub fn locator_title(&self, no: LocatorNo) -> &str {
        let name = self.terms.get(&(terms::Kind::Locator, no.0));
        name.map_or("?", String::as_str)
    }

    /// What to call a version of the app in front of a person.
    pub fn version_title(&self, no: VersionNo) -> &str {
        let name = self.terms.get(&(terms::Kind::AppVersion, no.0));
        name.map_or("?", String::as_str)
    }

    /// All accounts in the order of their numbers, without those that are gone.
    pub fn accounts(&self) -> impl Iterator<Item = (AccountNo, &AccountRow)> {
        let all = (0u32..).map(AccountNo).zip(&self.accounts);
        all.filter(|(_, row)| !row.removed)
    }

    /// All phones in the order of their numbers.
    pub fn phones(&self) -> impl Iterator<Item = (PhoneNo, &PhoneRow)> {
        (0u32..).map(PhoneNo).zip(&self.phones)
    }

    /// All lists in the order of their numbers.
    pub fn lists(&self) -> impl DoubleEndedIterator<Item = (ListNo, &ListRow)> {
        self.lists
            .iter()
            .enumerate()
            .map(|(no, row)| (ListNo(next(no)), row))
    }

    /// The account of that number.
    pub fn account(&self, no: AccountNo) -> Option<&AccountRow> {
        self.accounts.get(no.0 as usize)
    }

    /// The phone of that number.
    pub fn phone(&self, no: PhoneNo) -> Option<&PhoneRow> {
        self.phones.get(no.0 as usize)
    }

    /// What the operator says of the phone of that number.
    pub fn mark(&self, no: PhoneNo) -> Option<&PhoneMark> {
        self.marks.get(no.0 as usize)
    }

    /// The list of that number.
    pub fn list(&self, no: ListNo) -> Option<&ListRow> {
        self.lists.get(no.0 as usize)
    }

    /// The account of that id.
    pub fn account_by_id(&self, account_id: &str) -> Option<AccountNo> {
        self.by_account_id.get(account_id).copied()
    }

    /// The account of that name on the social app.
    pub fn account_by_handle(&self, handle: &Handle) -> Option<AccountNo> {
        self.by_handle.get(&handle_key(handle)).copied()
    }

    /// The phone of that serial, as it came in.
    pub fn phone_by_serial(&self, serial: &str) -> Option<PhoneNo> {
        self.phone_by_udid(&Udid::new(serial))
    }

    /// The phone of that serial.
    pub fn phone_by_udid(&self, udid: &Udid) -> Option<PhoneNo> {
        self.by_udid.get(udid).copied()
    }

    /// What to call an account in front of a person.
    pub fn account_title(&self, no: AccountNo) -> &str {
        self.account(no).map_or("?", |row| row.account_id.as_str())
    }

    /// What to call a phone in front of a person.
    pub fn phone_title(&self, no: PhoneNo) -> &str {
        let label = self.mark(no).map(|mark| mark.label.as_str());
        let label = label.filter(|label| !label.is_empty());
        let title = || self.phone(no).map_or("?", PhoneRow::title);
        label.unwrap_or_else(title)
    }
}
