//! Reading the tables beside the loop: long looks cost it nothing.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{CommandError, Commands};
use crate::store::{self, Store};

/// Queries at a time; more wait.
const QUERIES_MAX: usize = 4;
/// Exports at a time, which go on as fast as they are taken; more wait.
const EXPORTS_MAX: usize = 2;

/// Read-only connections, each lent to one query at a time.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    places: Semaphore,
    /// So that clients who take their time keep nobody else waiting.
    long: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self {
            path,
            places: Semaphore::new(QUERIES_MAX),
            long: Arc::new(Semaphore::new(EXPORTS_MAX)),
            idle: Mutex::default(),
        }
    }

    /// One look, all of one moment.
    fn look<T>(&self, look: impl FnOnce(&Connection) -> store::Result<T>) -> store::Result<T> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => Store::reader(&self.path)?,
        };
        let moment = connection.unchecked_transaction()?;
        let seen = look(&moment)?;
        moment.finish()?;
        idle().push(connection);
        Ok(seen)
    }
}

impl Commands {
    /// Looks at the tables over a read-only connection, beside the loop. What is seen is durable,
    /// and of one moment, which may be a little before that of [`Commands::read`].
    pub(crate) async fn query<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Connection) -> store::Result<T> + Send + 'static,
    ) -> Result<T, CommandError> {
        let readers = self.readers.clone();
        let place = readers.places.acquire().await;
        let _place = place.map_err(|_| CommandError::gone())?;
        let own = readers.clone();
        let seen = tokio::task::spawn_blocking(move || own.look(look));
        Ok(seen.await.map_err(|_| CommandError::gone())??)
    }

    /// Lends a read-only connection of its own to a look that may take long, and does not wait for
    /// its end.
    pub(super) async fn read_long(
        &self,
        look: impl FnOnce(&Connection) + Send + 'static,
    ) -> Result<(), CommandError> {
        let long = Arc::clone(&self.readers.long);
        let place = long.acquire_owned().await;
        let place = place.map_err(|_| CommandError::gone())?;
        let connection = Store::reader(&self.readers.path)?;
        tokio::task::spawn_blocking(move || {
            look(&connection);
            drop(place);
        });
        Ok(())
    }
}
