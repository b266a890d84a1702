//! Opens the sockets and runs the phones until somebody ends them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::Semaphore;

use crate::clock::spawn;
use crate::config::{Config, Ready};
use crate::error::SimError;
use crate::fleet::Fleet;
use crate::{control, mux};

/// Connections served at once; more wait.
const MAX_CONNECTIONS: usize = 4_096;
/// How long commands under way get to end when the simulator ends.
const LAST_COMMANDS: Duration = Duration::from_secs(2);
/// How long a socket's owner may take to say that it is alive.
const ALIVE_LIMIT: Duration = Duration::from_secs(2);

/// Runs simulated phones until the control socket says stop, or nobody came for `linger`.
/// `ready` is called once, when every phone is listed and every socket is open.
///
/// # Errors
/// See [`SimError`]; nothing was started then.
pub async fn serve(config: Config, ready: impl FnOnce(Ready)) -> Result<(), SimError> {
    serve_until(config, ready, std::future::pending()).await
}

/// The same, and also ends when `end` does (a signal, mostly). Commands under way are finished.
///
/// # Errors
/// See [`SimError`]; nothing was started then.
pub async fn serve_until(
    config: Config,
    ready: impl FnOnce(Ready),
    end: impl Future<Output = ()>,
) -> Result<(), SimError> {
    let control_path = config.control_socket();
    let unix = bind(&config.socket).await?;
    let _socket = Unlinked(config.socket.clone());
    let control = bind(&control_path).await?;
    let _control = Unlinked(control_path.clone());
    let tcp = match config.tcp {
        Some(port) => Some(bind_tcp(port).await?),
        None => None,
    };
    let address = tcp.as_ref().and_then(|listener| listener.local_addr().ok());
    let fleet = Fleet::new(config)?;
    fleet.start_clock();
    spawn(accept_owners(control, Arc::clone(&fleet)));
    spawn(accept_unix(unix, Arc::clone(&fleet)));
    if let Some(tcp) = tcp {
        spawn(accept_tcp(tcp, Arc::clone(&fleet)));
    }
    ready(Ready {
        udids: fleet.udids(),
        tcp: address,
        control: control_path,
    });
    let mut stop = fleet.stop.subscribe();
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = end => {}
        () = abandoned(&fleet) => tracing::info!("no client came; the simulated phones end"),
    }
    fleet.stop.send_replace(true);
    // Commands under way end, so that the witness has their ends.
    let ends = async {
        for phone in fleet.there() {
            let _turn = phone.queue.lock().await;
        }
    };
    if tokio::time::timeout(LAST_COMMANDS, ends).await.is_err() {
        tracing::info!("a command hangs; it is ended at the next start");
    }
    fleet.world().close();
    Ok(())
}

/// Takes the socket file away at the end.
struct Unlinked(std::path::PathBuf);

impl Drop for Unlinked {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!(%error, "a socket file could not be removed");
        }
    }
}

/// Opens a unix socket; the file of a dead process is replaced, that of a live one is not.
async fn bind(path: &Path) -> Result<UnixListener, SimError> {
    let failed = |source: std::io::Error| SimError::Listen {
        place: path.display().to_string(),
        source,
    };
    if path.exists() {
        let alive = tokio::time::timeout(ALIVE_LIMIT, UnixStream::connect(path)).await;
        match alive {
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                std::fs::remove_file(path).map_err(failed)?;
            }
            Ok(Err(error)) => return Err(failed(error)),
            Ok(Ok(_)) | Err(_) => {
                return Err(SimError::SocketInUse {
                    path: path.to_owned(),
                });
            }
        }
    }
    let listener = UnixListener::bind(path).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    Ok(listener)
}

async fn bind_tcp(port: u16) -> Result<TcpListener, SimError> {
    let bound = TcpListener::bind(("127.0.0.1", port)).await;
    bound.map_err(|source| SimError::Listen {
        place: format!("127.0.0.1:{port}"),
        source,
    })
}

/// Ends when nobody was connected for `linger`; never without one.
async fn abandoned(fleet: &Fleet) {
    let Some(linger) = fleet.config.linger else {
        return std::future::pending().await;
    };
    loop {
        let changed = fleet.clients_changed.notified();
        if fleet.clients.load(Ordering::SeqCst) > 0 {
            // A client that left between the look and the wait is seen at the next look.
            let _ = tokio::time::timeout(linger, changed).await;
            continue;
        }
        let came = fleet.clients_seen.load(Ordering::SeqCst);
        tokio::time::sleep(linger).await;
        let still = fleet.clients_seen.load(Ordering::SeqCst) == came;
        if still && fleet.clients.load(Ordering::SeqCst) == 0 {
            return;
        }
    }
}

async fn accept_unix(listener: UnixListener, fleet: Arc<Fleet>) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut stop = fleet.stop.subscribe();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let fleet = Arc::clone(&fleet);
                spawn(async move {
                    mux::serve_client(stream, fleet).await;
                    drop(permit);
                });
            }
            Err(error) => refused(&error).await,
        }
    }
}

async fn accept_tcp(listener: TcpListener, fleet: Arc<Fleet>) {
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut stop = fleet.stop.subscribe();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "a stream keeps its delay");
                }
                let fleet = Arc::clone(&fleet);
                spawn(async move {
                    mux::serve_client(stream, fleet).await;
                    drop(permit);
                });
            }
            Err(error) => refused(&error).await,
        }
    }
}

async fn accept_owners(listener: UnixListener, fleet: Arc<Fleet>) {
    let room = Arc::new(Semaphore::new(64));
    let mut stop = fleet.stop.subscribe();
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let fleet = Arc::clone(&fleet);
                spawn(async move {
                    control::serve(stream, fleet).await;
                    drop(permit);
                });
            }
            Err(error) => refused(&error).await,
        }
    }
}

/// Too many open files, mostly: waits a moment instead of spinning.
async fn refused(error: &std::io::Error) {
    tracing::warn!(%error, "a connection could not be accepted");
    tokio::time::sleep(Duration::from_millis(50)).await;
}
