//! Sockets: binding, accepting, and the limits of every connection.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
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

/// The sockets for an address of this computer: 127.0.0.1 comes with ::1, where there is one, so
/// that nobody else can sit behind the name `localhost` under our port.
pub(super) async fn bind(
    address: SocketAddr,
) -> Result<(Vec<TcpListener>, SocketAddr), ServeError> {
    for left in (0..PORT_TRIES).rev() {
        let first = listener(address).await?;
        let bound = first
            .local_addr()
            .map_err(|source| ServeError::Bind { address, source })?;
        if bound.ip() != IpAddr::V4(Ipv4Addr::LOCALHOST) {
            return Ok((vec![first], bound));
        }
        let twin = SocketAddr::from((Ipv6Addr::LOCALHOST, bound.port()));
        match listener(twin).await {
            Ok(second) => return Ok((vec![first, second], bound)),
            Err(ServeError::Bind { source, .. }) if source.kind() != io::ErrorKind::AddrInUse => {
                return Ok((vec![first], bound));
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
pub(super) async fn serve(
    listeners: Vec<TcpListener>,
    face: Arc<Face>,
    mut closed: watch::Receiver<bool>,
) {
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
            accepted = accept(&listeners, &places) => match accepted {
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
    drop(listeners);
    let under_way = async { while connections.join_next().await.is_some() {} };
    let _ = timeout(CLOSE_TIME, under_way).await;
    connections.shutdown().await;
}

/// The next connection, once there is a place for it.
async fn accept(
    listeners: &[TcpListener],
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, _) = match listeners {
        [first, second] => tokio::select! {
            accepted = first.accept() => accepted?,
            accepted = second.accept() => accepted?,
        },
        [only] => only.accept().await?,
        _ => std::future::pending().await,
    };
    Ok((stream, place))
}

async fn connection(stream: TcpStream, face: &Face, mut closed: watch::Receiver<bool>) {
    let _ = stream.set_nodelay(true);
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
