//! The control socket: the same face in the data directory, for the command line. Its gate is the
//! file's permission, so that it asks for no token, no Host and no Origin.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::{UnixListener, UnixStream};

use super::listen::{Door, Open};
use super::router::Face;
use crate::commands::{Commands, Who};

/// The control socket could not be opened: the engine works, the command line does not reach it.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// Something of somebody else is in its place.
    #[error(
        "The control socket {} cannot be opened, for there is something else of that name. Move it away.",
        .0.display()
    )]
    Taken(PathBuf),
    /// The system refused.
    #[error("The control socket {} cannot be opened: {source}. Check that its disk takes sockets.", path.display())]
    Io {
        /// Its path.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl ControlError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Taken(_) => "control_socket_taken",
            Self::Io { .. } => "control_socket",
        }
    }
}

/// An open control socket. Dropping it cuts all connections and takes the file away.
#[derive(Debug)]
pub struct Control {
    open: Open,
    file: SocketFile,
}

impl Control {
    /// Opens the socket of the engine's data directory, in the place of one that a killed engine
    /// left. Call it inside a tokio runtime, and only while the data directory's lock is held: it
    /// is what says that nobody listens there.
    pub fn open(commands: &Commands) -> Result<Self, ControlError> {
        let path = commands.data_dir().control_socket();
        let io = |source| ControlError::Io {
            path: path.clone(),
            source,
        };
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(&path).map_err(io)?,
            Ok(_) => return Err(ControlError::Taken(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io(error)),
        }
        let listener = UnixListener::bind(&path).map_err(io)?;
        let file = SocketFile(path.clone());
        // Between the two lines it has the mode that the system gives: whoever comes in then is
        // let go by who they are.
        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(io)?;
        let door = Private {
            listener,
            own: rustix::process::getuid().as_raw(),
        };
        let face = Face::open(commands.by(Who::Cli), &Arc::default());
        Ok(Self {
            open: Open::new(door, face),
            file,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file.0
    }

    /// Takes no new request, and does not wait for those under way.
    pub fn close(&self) {
        self.open.close();
    }

    /// Takes no new request, lets answers under way finish for at most two seconds, and takes the
    /// file away.
    pub async fn shutdown(self) {
        let Self { open, file } = self;
        open.shutdown().await;
        drop(file);
    }
}

/// The file, which goes with the engine.
#[derive(Debug)]
struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.0) {
            tracing::debug!(%error, "the control socket could not be taken away");
        }
    }
}

/// A socket for one user of this computer.
struct Private {
    listener: UnixListener,
    own: u32,
}

impl Door for Private {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            match stream.peer_cred() {
                Ok(peer) if may_enter(self.own, peer.uid()) => return Ok(stream),
                Ok(peer) => tracing::warn!(uid = peer.uid(), "another user at the control socket"),
                // They were gone before they could be asked.
                Err(error) => tracing::debug!(%error, "somebody left the control socket at once"),
            }
        }
    }
}

/// The user themself; and the administrator, from whom no file is safe.
fn may_enter(own: u32, peer: u32) -> bool {
    peer == own || peer == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_socket_is_for_its_user() {
        let check = |own, peer, expected| assert_eq!(may_enter(own, peer), expected);
        check(501, 501, true);
        check(501, 0, true);
        check(501, 502, false);
        check(0, 501, false);
    }
}
