//! How lockdownd and its services frame what they say: a big-endian length, then a plist.

use std::time::Duration;

use plist::{Dictionary, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::mux::codec::{read_plist, write_plist};
use crate::mux::{Stream, WRITE_LIMIT};

/// The longest request.
const MAX_REQUEST: u32 = 64 * 1024;
/// A client that says nothing for this long is gone.
const SILENCE: Duration = Duration::from_secs(300);

/// Reads one request; none when the client is gone, silent, or sends what is no request.
pub async fn read_request(stream: &mut impl Stream) -> Option<Dictionary> {
    let read = async {
        let first = stream.read_u8().await.ok()?;
        read_after(first, stream).await
    };
    tokio::time::timeout(SILENCE, read).await.ok()?
}

/// The same on a stream that was encrypted until now: what the client still says in TLS, its
/// farewell, is passed over. No request is long enough to begin with a TLS record's first byte.
pub async fn read_request_after_tls(stream: &mut impl Stream) -> Option<Dictionary> {
    let read = async {
        loop {
            let first = stream.read_u8().await.ok()?;
            if !super::tls::begins_record(first) {
                return read_after(first, stream).await;
            }
            let _version = stream.read_u16().await.ok()?;
            let mut body = vec![0_u8; usize::from(stream.read_u16().await.ok()?)];
            stream.read_exact(&mut body).await.ok()?;
        }
    };
    tokio::time::timeout(SILENCE, read).await.ok()?
}

async fn read_after(first: u8, stream: &mut impl Stream) -> Option<Dictionary> {
    let mut rest = [0_u8; 3];
    stream.read_exact(&mut rest).await.ok()?;
    let length = u32::from_be_bytes([first, rest[0], rest[1], rest[2]]);
    if length > MAX_REQUEST {
        return None;
    }
    let mut body = vec![0_u8; length as usize];
    stream.read_exact(&mut body).await.ok()?;
    read_plist(&body)
}

/// Sends one answer; whether the client took it.
pub async fn send(stream: &mut impl Stream, answer: Dictionary) -> bool {
    let xml = write_plist(&Value::Dictionary(answer));
    let mut bytes = u32::try_from(xml.len()).unwrap_or(0).to_be_bytes().to_vec();
    bytes.extend(xml);
    let sent = async {
        stream.write_all(&bytes).await?;
        stream.flush().await
    };
    matches!(tokio::time::timeout(WRITE_LIMIT, sent).await, Ok(Ok(())))
}

/// A dictionary from pairs.
#[must_use]
pub fn dictionary<const N: usize>(pairs: [(&str, Value); N]) -> Dictionary {
    let pairs = pairs.map(|(key, value)| (key.to_owned(), value));
    pairs.into_iter().collect()
}
