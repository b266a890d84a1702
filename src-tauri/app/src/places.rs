//! Where the app's data lies: a data set for each kind of phones, and what the app remembers beside
//! them.

use std::path::PathBuf;

use signalbox_engine::CommandError;
use signalbox_engine::paths::{Base, Environment};
use signalbox_engine::store::World;

/// What the app remembers.
const PREFERENCES: &str = "app.json";

/// The places of this process.
#[derive(Debug, Clone)]
pub struct Places {
    /// That no option moves.
    pub base: Base,
    /// The one data directory that was named; it holds one data set.
    named: Option<PathBuf>,
}

impl Places {
    /// As an option says, else as the environment does.
    pub fn find(option: Option<PathBuf>, environment: &Environment) -> Result<Self, CommandError> {
        Ok(Self {
            base: Base::find(environment)?,
            named: option.or_else(|| environment.data_dir.clone()),
        })
    }

    /// There is a data set for each kind of phones.
    pub fn has_both(&self) -> bool {
        self.named.is_none()
    }

    /// The data set of a kind of phones.
    pub fn data_set(&self, world: World) -> PathBuf {
        let named = self.named.clone();
        named.unwrap_or_else(|| self.base.data_set(world))
    }

    /// What the app remembers: outside both data sets, or in the one that was named.
    pub fn preferences(&self) -> PathBuf {
        let folder = self.named.as_deref().unwrap_or(self.base.path());
        folder.join(PREFERENCES)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn data_sets_lie_apart_and_preferences_outside_them_unless_one_directory_is_named() {
        let mut environment = Environment {
            home: Some(PathBuf::from("/home/anna")),
            xdg_data_home: Some(PathBuf::from("/data")),
            data_dir: None,
        };
        let places = Places::find(None, &environment).unwrap();
        let (live, simulated) = (
            places.data_set(World::Live),
            places.data_set(World::Simulated),
        );
        assert!(places.has_both());
        assert_ne!(live, simulated);
        assert!(!places.preferences().starts_with(&live));
        assert!(!places.preferences().starts_with(&simulated));

        environment.data_dir = Some(PathBuf::from("/one"));
        let places = Places::find(None, &environment).unwrap();
        assert!(!places.has_both());
        assert_eq!(places.data_set(World::Live), Path::new("/one"));
        assert_eq!(places.preferences(), Path::new("/one/app.json"));

        let option = Some(PathBuf::from("/option"));
        let places = Places::find(option, &environment).unwrap();
        assert_eq!(places.data_set(World::Simulated), Path::new("/option"));
    }
}
