//! Making `signalbox` a command of the terminal: a link to the program beside the app's.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde::Serialize;
use signalbox_engine::CommandError;

use crate::host::COMMAND_LINE;

/// The folder of all users; writable by this one on some computers.
const OF_ALL: &str = "/usr/local/bin";
/// That of this user, below their home.
const OWN: &str = ".local/bin";

/// Where the command is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Installed {
    /// The link.
    pub path: String,
    /// A new terminal finds it by its name.
    pub found: bool,
}

/// Where a terminal looks, and where links can be made, the best first.
pub struct Folders {
    candidates: Vec<PathBuf>,
    searched: Vec<PathBuf>,
}

impl Folders {
    /// Those of this process.
    pub fn of_process() -> Self {
        let home = std::env::home_dir();
        let own = home.map(|home| home.join(OWN));
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self {
            candidates: [PathBuf::from(OF_ALL)].into_iter().chain(own).collect(),
            searched: split(&path),
        }
    }

    /// The link to this program that is there.
    pub fn installed(&self, program: &Path) -> Option<Installed> {
        let mut links = self
            .candidates
            .iter()
            .map(|folder| folder.join(COMMAND_LINE));
        let link = links.find(|link| leads_to(link, program))?;
        Some(self.told(&link))
    }

    /// Makes the link in the first folder that takes it.
    ///
    /// # Errors
    /// `command_line_there`: something else has its name; `command_line_refused`.
    pub fn install(&self, program: &Path) -> Result<Installed, CommandError> {
        if let Some(installed) = self.installed(program) {
            return Ok(installed);
        }
        let mut refused = io::Error::from(io::ErrorKind::NotFound);
        for folder in &self.candidates {
            let link = folder.join(COMMAND_LINE);
            // A link that leads nowhere is one to an app that was moved or removed.
            let dangling = link.symlink_metadata().is_ok_and(|it| it.is_symlink());
            if dangling && !link.exists() {
                let _ = fs::remove_file(&link);
            }
            if link.symlink_metadata().is_ok() {
                let detail = format!(
                    "{} is there already and is not this app's. Remove or rename it, then try \
                     again.",
                    link.display()
                );
                return Err(CommandError::new("command_line_there", detail));
            }
            let made = match folder.ends_with(OWN) {
                true => fs::create_dir_all(folder),
                false => Ok(()),
            };
            match made.and_then(|()| symlink(program, &link)) {
                Ok(()) => return Ok(self.told(&link)),
                Err(error) => refused = error,
            }
        }
        let detail = format!(
            "No link could be made ({refused}). Make one by hand: ln -s '{}' ~/{OWN}/{COMMAND_LINE}",
            program.display()
        );
        Err(CommandError::new("command_line_refused", detail))
    }

    fn told(&self, link: &Path) -> Installed {
        let folder = link.parent();
        Installed {
            path: link.display().to_string(),
            found: self.searched.iter().any(|it| Some(it.as_path()) == folder),
        }
    }
}

fn split(path: &OsStr) -> Vec<PathBuf> {
    std::env::split_paths(path).collect()
}

fn leads_to(link: &Path, program: &Path) -> bool {
    let same = |one: io::Result<PathBuf>, other: io::Result<PathBuf>| match (one, other) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    };
    same(fs::canonicalize(link), fs::canonicalize(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Place {
        _dir: tempfile::TempDir,
        program: PathBuf,
        all: PathBuf,
        own: PathBuf,
    }

    impl Place {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let root = dir.path().to_owned();
            let program = root.join("App/signalbox");
            fs::create_dir_all(root.join("App")).unwrap();
            fs::write(&program, "").unwrap();
            Self {
                program,
                all: root.join("missing/bin"),
                own: root.join("home/.local/bin"),
                _dir: dir,
            }
        }

        fn folders(&self, searched: &[&PathBuf]) -> Folders {
            Folders {
                candidates: vec![self.all.clone(), self.own.clone()],
                searched: searched.iter().map(|it| (*it).clone()).collect(),
            }
        }
    }

    #[test]
    fn the_link_is_made_where_it_can_be_and_a_second_time_is_found() {
        let place = Place::new();
        let folders = place.folders(&[&place.own]);
        assert_eq!(folders.installed(&place.program), None);
        let installed = folders.install(&place.program).unwrap();
        assert_eq!(
            installed.path,
            place.own.join("signalbox").display().to_string()
        );
        assert!(installed.found);
        assert_eq!(folders.install(&place.program), Ok(installed.clone()));
        assert!(!place.folders(&[]).installed(&place.program).unwrap().found);
    }

    #[test]
    fn the_folder_of_all_users_comes_first_where_it_is_writable() {
        let place = Place::new();
        fs::create_dir_all(&place.all).unwrap();
        let installed = place.folders(&[]).install(&place.program).unwrap();
        assert_eq!(
            installed.path,
            place.all.join("signalbox").display().to_string()
        );
    }

    #[test]
    fn what_is_not_ours_is_left_and_a_link_that_leads_nowhere_is_replaced() {
        let place = Place::new();
        fs::create_dir_all(&place.own).unwrap();
        let link = place.own.join("signalbox");
        fs::write(&link, "somebody's").unwrap();
        let refused = place.folders(&[]).install(&place.program).unwrap_err();
        assert_eq!(refused.code, "command_line_there");
        assert_eq!(fs::read_to_string(&link).unwrap(), "somebody's");

        fs::remove_file(&link).unwrap();
        symlink("/nowhere/signalbox", &link).unwrap();
        assert!(place.folders(&[]).install(&place.program).is_ok());
        assert!(leads_to(&link, &place.program));
    }
}
