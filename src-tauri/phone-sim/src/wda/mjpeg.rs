//! The screen as a stream of pictures, on a port of its own.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::settings::Streaming;
use crate::app::View;
use crate::app::node::Node;
use crate::clock::monotonic_ns;
use crate::fleet::Fleet;
use crate::mux::{Stream, WRITE_LIMIT};

/// What a viewer is told first.
const HEAD: &[u8] = b"HTTP/1.0 200 OK\r\n\
    Server: WDA MJPEG Server\r\n\
    Connection: close\r\n\
    Max-Age: 0\r\n\
    Expires: 0\r\n\
    Cache-Control: no-cache, private\r\n\
    Pragma: no-cache\r\n\
    Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n\r\n";

/// A picture, and what it was drawn from: it is sent again while both stay the same.
pub struct Frame {
    tree: Arc<Node>,
    streaming: Streaming,
    jpeg: Bytes,
}

/// Streams to one viewer until it goes. A viewer that reads slowly misses pictures: the next one
/// is made only when the last one was taken, so that none are kept.
pub async fn serve(mut stream: impl Stream, fleet: Arc<Fleet>, at: usize) {
    // A phone says nothing before the viewer does.
    let mut first = [0_u8; 1];
    if !matches!(stream.read(&mut first).await, Ok(count) if count > 0) {
        return;
    }
    let (mut reader, mut writer) = tokio::io::split(stream);
    let mut rest = [0_u8; 512];
    let gone = async {
        // What else a viewer says means nothing; its end does.
        while matches!(reader.read(&mut rest).await, Ok(count) if count > 0) {}
    };
    tokio::select! {
        () = gone => {}
        () = send_all(&mut writer, &fleet, at) => {}
    }
}

async fn send_all(writer: &mut (impl AsyncWriteExt + Unpin), fleet: &Arc<Fleet>, at: usize) {
    if send(writer, HEAD).await.is_err() {
        return;
    }
    loop {
        let begun = monotonic_ns();
        let Some((jpeg, streaming)) = picture(fleet, at).await else {
            return;
        };
        let head = format!(
            "--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
            jpeg.len()
        );
        for part in [head.as_bytes(), &jpeg, b"\r\n\r\n"] {
            if send(writer, part).await.is_err() {
                return;
            }
        }
        let took = Duration::from_nanos(monotonic_ns().saturating_sub(begun));
        let each = Duration::from_secs(1) / streaming.framerate.max(1);
        tokio::time::sleep(each.saturating_sub(took)).await;
    }
}

async fn send(writer: &mut (impl AsyncWriteExt + Unpin), bytes: &[u8]) -> std::io::Result<()> {
    let sent = async {
        writer.write_all(bytes).await?;
        writer.flush().await
    };
    tokio::time::timeout(WRITE_LIMIT, sent)
        .await
        .map_err(|_| std::io::Error::from(std::io::ErrorKind::TimedOut))?
}

/// The screen as it is now, as the settings want it.
async fn picture(fleet: &Arc<Fleet>, at: usize) -> Option<(Bytes, Streaming)> {
    let phone = fleet.phones.get(at)?;
    let (tree, streaming) = {
        let mut state = phone.state();
        let world = fleet.world();
        let offline = state.offline(monotonic_ns());
        let view = View {
            world: &world,
            people: &fleet.people,
            version: phone.version,
            language: phone.language,
            udid: &phone.udid,
            offline,
        };
        let session = state.session.as_ref();
        let streaming = session.map(|session| session.settings.streaming());
        (
            state.screen(&view, phone.installed),
            streaming.unwrap_or_default(),
        )
    };
    let last = || phone.frame.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(frame) = last().as_ref()
        && Arc::ptr_eq(&frame.tree, &tree)
        && frame.streaming == streaming
    {
        return Some((frame.jpeg.clone(), streaming));
    }
    let drawn = Arc::clone(&tree);
    let draw = move || crate::picture::jpeg(&drawn, None, streaming.quality, streaming.scale);
    let jpeg = match tokio::task::spawn_blocking(draw).await {
        Ok(Ok(jpeg)) => Bytes::from(jpeg),
        Ok(Err(error)) => {
            tracing::error!(%error, "a picture of the stream could not be made");
            return None;
        }
        Err(_) => return None,
    };
    *last() = Some(Frame {
        tree,
        streaming,
        jpeg: jpeg.clone(),
    });
    Some((jpeg, streaming))
}
