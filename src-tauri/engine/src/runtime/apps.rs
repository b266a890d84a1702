//! The app on the phones: which version, which language, and what of it is missing.

use signalbox_scheduler::{AttemptNo, Ending, Input, LocatorNo, PhoneNo, VersionNo};

use super::message::{AppTold, Missing};
use super::turn::Turn;
use crate::store::terms::{self, Kind};
use crate::store::{self, meta};

/// Key in `meta`: which screens file the last life went by.
const SCREENS: &str = "screens";

impl Turn<'_> {
    /// The number of a term, which is given now if it has none; none where there are too many.
    fn term(&mut self, kind: Kind, name: &str) -> store::Result<Option<u16>> {
        if let Some(known) = self.memory.directory.term(kind, name) {
            return Ok(Some(known));
        }
        let Some(no) = self.memory.directory.new_term(kind, name) else {
            return Ok(None);
        };
        terms::insert(&self.tables, kind, no, name)?;
        Ok(Some(no))
    }

    /// How an attempt ended, in the core's numbers.
    pub(super) fn ending(
        &mut self,
        attempt: AttemptNo,
        ending: Ending,
        missing: Option<&Missing>,
    ) -> store::Result<Input> {
        let ended = Input::Ended { attempt, ending };
        let Some(missing) = missing else {
            return Ok(ended);
        };
        let locator = self.term(Kind::Locator, &missing.locator)?;
        Ok(match locator {
            Some(locator) => Input::Missed {
                attempt,
                locator: LocatorNo(locator),
                action: missing.action,
            },
            None => ended,
        })
    }

    /// What a phone told of the app on it.
    pub(super) fn app_told(&mut self, phone: PhoneNo, told: &AppTold) -> store::Result<Input> {
        let version = match &told.version {
            Some(version) => self.term(Kind::AppVersion, version)?,
            None => None,
        };
        // What it does not tell keeps nobody from work, and changes nothing.
        let before = self.memory.state.phone(phone);
        let mut look_only = before.is_some_and(|it| it.look_only);
        if let Some((language, covered)) = &told.language {
            self.languages.insert(phone, language.clone());
            look_only = !covered;
        }
        Ok(Input::PhoneTold {
            phone,
            version: version.map_or(VersionNo::UNKNOWN, VersionNo),
            look_only,
        })
    }

    /// The screens file is this one. Locators that were missing by another may be there by it.
    pub(super) fn screens_are(&mut self, mark: &str) -> store::Result<()> {
        let before = meta::get(&self.tables, SCREENS)?;
        if before.as_deref() == Some(mark) {
            return Ok(());
        }
        meta::set(&self.tables, SCREENS, mark)?;
        let effects = self.feed(&Input::ResumeActions)?;
        self.keep(effects);
        Ok(())
    }
}
