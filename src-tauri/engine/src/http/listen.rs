//! Sockets: binding, accepting, and the limits of every connection, whichever door it came through.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::ServeError;
use super::events::Closing;
use super::router::Face;
use super::stall::Stalling;

/// Connections at a time; more wait in the system's backlog.
pub(super) const CONNECTIONS_MAX: usize = 256;
/// How long a client may take for the header of a request, and how long a connection may idle.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// The largest header, in bytes.
const HEADER_BYTES_MAX: usize = 64 << 10;
/// How long answers under way may take when the server ends.
const CLOSE_TIME: Duration = Duration::from_secs(2);
/// How long to wait when the system gives no more sockets.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How often a free port is looked for that is free in both families.
const PORT_TRIES: usize = 8;

/// Where connections come from.
pub(super) trait Door: Send + Sync + 'static {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next connection of somebody who may knock here at all.
    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

/// Sockets of the loopback address, one or two.
pub(super) struct Loopback(Vec<TcpListener>);

impl Door for Loopback {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        let (stream, _) = match self.0.as_slice() {
            [first, second] => tokio::select! {
                accepted = first.accept() => accepted?,
                accepted = second.accept() => accepted?,
            },
            [only] => only.accept().await?,
            _ => std::future::pending().await,
        };
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

/// A door that stands open, and everybody who came in. Dropping it cuts all connections.
#[derive(Debug)]
pub(super) struct Open {
    closing: watch::Sender<bool>,
    listening: Option<JoinHandle<()>>,
}

impl Open {
    /// Opens it, inside a tokio runtime.
    pub(super) fn new(door: impl Door, face: Face) -> Self {
        let (closing, closed) = watch::channel(false);
        // `tokio::spawn` by another name: its end is awaited in `shutdown`.
        let listening = Handle::current().spawn(serve(door, Arc::new(face), closed));
        Self {
            closing,
            listening: Some(listening),
        }
    }

    /// Takes no new request; answers under way may finish, for [`CLOSE_TIME`].
    pub(super) fn close(&self) {
        let _ = self.closing.send(true);
    }

    /// Closes it, and waits for the end of the answers under way.
    pub(super) async fn shutdown(mut self) {
        self.close();
        if let Some(listening) = self.listening.take() {
            let _ = listening.await;
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

/// The sockets for an address of this computer: 127.0.0.1 comes with ::1, where there is one, so
/// that nobody else can sit behind the name `localhost` under our port.
pub(super) async fn bind(address: SocketAddr) -> Result<(Loopback, SocketAddr), ServeError> {
    for left in (0..PORT_TRIES).rev() {
        let first = listener(address).await?;
        let bound = first
            .local_addr()
            .map_err(|source| ServeError::Bind { address, source })?;
        if bound.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Ok((Loopback(vec![first]), bound));
        }
        let twin = SocketAddr::from((Ipv6Addr::LOCALHOST, bound.port()));
        match listener(twin).await {
            Ok(second) => return Ok((Loopback(vec![first, second]), bound)),
            Err(ServeError::Bind { source, .. }) if source.kind() != io::ErrorKind::AddrInUse => {
                return Ok((Loopback(vec![first]), bound));
            }
            Err(error) if address.port() != 0 || left == 0 => return Err(error),
            Err(_) => {}
        }
    }
    let source = io::ErrorKind::AddrInUse.into();
    Err(ServeError::Bind { address, source })
}

async fn listener(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let bound = TcpListener::bind(address).await;
    bound.map_err(|source| ServeError::Bind { address, source })
}

/// Takes connections until it is told to close, then waits for those under way.
async fn serve(door: impl Door, face: Arc<Face>, mut closed: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = closed.changed() => break,
            Some(ended) = connections.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a request ended in a panic");
                }
            }
            accepted = accept(&door, &places) => match accepted {
                Ok((stream, place)) => {
                    let (face, closed) = (Arc::clone(&face), closed.clone());
                    connections.spawn(async move {
                        connection(stream, &face, closed).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "no connection can be taken at the moment");
                    sleep(ACCEPT_AGAIN).await;
                }
            },
        }
    }
    drop(door);
    let under_way = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(CLOSE_TIME, under_way).await;
    connections.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn accept<D: Door>(
    door: &D,
    places: &Arc<Semaphore>,
) -> io::Result<(D::Stream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    Ok((door.accept().await?, place))
}

async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    face: &Face,
    mut closed: watch::Receiver<bool>,
) {
    let io = TokioIo::new(Stalling::new(stream));
    let closing = Closing(closed.clone());
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .max_buf_size(HEADER_BYTES_MAX)
        .serve_connection(
            io,
            service_fn(|mut request| {
                request.extensions_mut().insert(closing.clone());
                face.answer(request)
            }),
        );
    let mut serving = pin!(serving);
    let served = tokio::select! {
        served = serving.as_mut() => served,
        _ = closed.changed() => {
            serving.as_mut().graceful_shutdown();
            serving.await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection ended early");
    }
}
