//! What stands behind port 8100.

use std::sync::atomic::Ordering;

use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

use super::{State, answer};

/// An HTTP answer.
pub fn http(status: u16, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json;charset=UTF-8\r\nContent-Length: \
         {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Counts a stream for as long as it is open.
struct Open<'a>(&'a State);

impl<'a> Open<'a> {
    fn new(state: &'a State) -> Self {
        state.open.fetch_add(1, Ordering::Relaxed);
        Self(state)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        self.0.arrived.notify_waiters();
    }
}

pub async fn serve(state: &State, mut stream: UnixStream, id: u32) {
    state.streams.fetch_add(1, Ordering::Relaxed);
    let _open = Open::new(state);
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let length = head
            .lines()
            .find_map(|l| {
                l.to_lowercase()
                    .strip_prefix("content-length: ")
                    .map(str::to_owned)
            })
            .map_or(0, |l| l.parse::<usize>().unwrap());
        while bytes.len() < end + length {
            if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let request: Vec<u8> = bytes.drain(..end + length).collect();
        let body = String::from_utf8_lossy(&request[end..]);
        let said = r#""elementResponseAttributes":""#;
        if let Some((_, said)) = body.split_once(said) {
            let said = said.split('"').next().unwrap_or_default();
            said.clone_into(&mut state.said.lock().unwrap());
        }
        let line = head.lines().next().unwrap_or_default();
        let line = line.trim_end_matches(" HTTP/1.1").to_owned();
        state.asked.lock().unwrap().push((id, line.clone()));
        state.arrived.notify_waiters();
        let good = reply(state, &line);
        if !answer(state, &mut stream, id, &line, &good).await {
            return;
        }
    }
}

fn reply(state: &State, line: &str) -> Vec<u8> {
    let session = line.split('/').nth(2).unwrap_or_default();
    let session = session.split('?').next().unwrap_or_default();
    let now = format!("S{}", state.sessions.load(Ordering::Relaxed));
    if line.contains(" /session/") && session != now {
        return http(
            404,
            r#"{"value":{"error":"invalid session id","message":"Session does not exist","traceback":""},"sessionId":null}"#,
        );
    }
    let value = match line {
        "POST /session" => {
            let new = state.sessions.fetch_add(1, Ordering::Relaxed) + 1;
            return http(
                200,
                &format!(
                    r#"{{"value":{{"sessionId":"S{new}","capabilities":{{}}}},"sessionId":"S{new}"}}"#
                ),
            );
        }
        _ if line.contains("/source") => r#""<app/>""#.to_owned(),
        _ if line.contains("activeAppInfo") => r#"{"pid":7,"bundleId":"a.b"}"#.to_owned(),
        _ if line.ends_with("/element") => element(&state.said.lock().unwrap()),
        _ if line.contains("/attribute/") => {
            format!("\"{}\"", line.rsplit('/').next().unwrap_or_default())
        }
        _ if line.ends_with("/apps/terminate") => "true".to_owned(),
        _ if line.ends_with("/apps/state") => state.app_state.load(Ordering::Relaxed).to_string(),
        _ if line.starts_with("GET /session/") && line.matches('/').count() == 2 => {
            r#"{"device":"iphone"}"#.to_owned()
        }
        _ => "null".to_owned(),
    };
    http(200, &format!(r#"{{"value":{value},"sessionId":"{now}"}}"#))
}

/// An element, with what it was asked to say; as on a phone, `name` is another word for the type.
fn element(said: &str) -> String {
    let mut text = r#"{"ELEMENT":"E1""#.to_owned();
    for word in said.split(',') {
        let value = match word {
            "type" | "name" => r#""XCUIElementTypeButton""#,
            "label" => r#""Follow bob""#,
            "rect" => r#"{"x":1,"y":2,"width":3,"height":4}"#,
            "enabled" => "true",
            "displayed" => "false",
            "attribute/name" => r#""follow-button""#,
            "attribute/value" => "null",
            _ => continue,
        };
        text.push_str(&format!(r#","{word}":{value}"#));
    }
    text + "}"
}
