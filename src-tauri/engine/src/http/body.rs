//! Bodies: only JSON, only so large, only so slow.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use hyper::body::{Body, Incoming};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::api::Rule;
use super::problem::Problem;

/// The largest body that is taken, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 8 << 20;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How much of a refused body is read and dropped, so that the client gets to see the answer.
const DROPPED_BYTES_MAX: usize = 16 << 20;
/// How long that may take.
const DROPPED_TIME: Duration = Duration::from_secs(2);

/// The whole body, or why it is refused. A refused one is read on and dropped meanwhile.
/// A rule is the route's that it is for, if there is one.
pub(super) async fn read(
    headers: &HeaderMap,
    rule: Option<&Rule>,
    body: Incoming,
) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let taken = rule.map_or(&[][..], |rule| rule.media.as_slice());
    let taken = if taken.is_empty() {
        &["application/json"]
    } else {
        taken
    };
    if !taken.iter().any(|media| is_media(headers, media)) {
        discard(headers, body);
        let detail = format!(
            "A body here must be in UTF-8, with “Content-Type: {}”.",
            taken.join("” or “")
        );
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Err(Problem::new(status, "not_json", detail));
    }
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        discard(headers, body);
        return Err(too_large());
    }
    let mut body = body;
    let mut whole = Vec::new();
    let taken = timeout(BODY_TIME, async {
        while let Some(piece) = next(&mut body).await {
            let piece = piece?;
            if whole.len() + piece.len() > BODY_BYTES_MAX {
                return Err(too_large());
            }
            whole.extend_from_slice(&piece);
        }
        Ok(())
    });
    match taken.await {
        Ok(Ok(())) => Ok(whole.into()),
        Ok(Err(problem)) => {
            discard(headers, body);
            Err(problem)
        }
        Err(_) => {
            let detail = "The body did not arrive within 30 s.";
            let status = StatusCode::REQUEST_TIMEOUT;
            Err(Problem::new(status, "body_too_slow", detail))
        }
    }
}

/// Reads and drops what is left of a refused body, beside the answer.
pub(super) fn discard(headers: &HeaderMap, mut body: Incoming) {
    // A client that asked first has sent nothing, and must not be told to go on.
    if body.is_end_stream() || headers.contains_key(header::EXPECT) {
        return;
    }
    Handle::current().spawn(async move {
        let rest = async {
            let mut dropped = 0;
            while let Some(Ok(piece)) = next(&mut body).await {
                dropped += piece.len();
                if dropped > DROPPED_BYTES_MAX {
                    break;
                }
            }
        };
        let _ = timeout(DROPPED_TIME, rest).await;
    });
}

/// The next piece; `None` at the end.
async fn next(body: &mut Incoming) -> Option<Result<Bytes, Problem>> {
    let frame = poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await?;
    Some(match frame {
        // Trailers hold nothing for us.
        Ok(frame) => Ok(frame.into_data().unwrap_or_default()),
        Err(_) => {
            let detail = "The body broke off, or its chunks are malformed.";
            Err(Problem::new(StatusCode::BAD_REQUEST, "bad_body", detail))
        }
    })
}

fn too_large() -> Problem {
    let detail = "A body may have 8 MiB at most.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}

/// Whether the header says that the body is of the media type, in UTF-8 as it stands.
pub(super) fn is_media(headers: &HeaderMap, media: &str) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (types.next(), types.next()) else {
        return false;
    };
    let coded = headers.get_all(header::CONTENT_ENCODING).iter();
    if coded.into_iter().any(|coding| coding != "identity") {
        return false;
    }
    let Ok(kind) = kind.to_str() else {
        return false;
    };
    let mut parts = kind.split(';').map(str::trim);
    let same = parts
        .next()
        .is_some_and(|essence| essence.eq_ignore_ascii_case(media));
    same && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_types() {
        let check = |lines: &[(&'static str, &'static str)], expected| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(
                is_media(&headers, "application/json"),
                expected,
                "{lines:?}"
            );
        };
        let json = ("content-type", "application/json");
        check(&[json], true);
        check(&[("content-type", "Application/JSON")], true);
        check(&[("content-type", "application/json; charset=UTF-8")], true);
        check(
            &[("content-type", "application/json;charset=\"utf-8\"")],
            true,
        );
        check(&[json, ("content-encoding", "identity")], true);
        check(&[], false);
        check(&[json, json], false);
        check(&[json, ("content-encoding", "gzip")], false);
        check(&[("content-type", "")], false);
        check(&[("content-type", "text/plain")], false);
        check(&[("content-type", "text/csv")], false);
        check(
            &[("content-type", "application/x-www-form-urlencoded")],
            false,
        );
        check(
            &[("content-type", "multipart/form-data; boundary=x")],
            false,
        );
        check(&[("content-type", "application/jsonp")], false);
        check(&[("content-type", "application/problem+json")], false);
        check(&[("content-type", "text/plain; application/json")], false);
        check(&[("content-type", "application/json, text/plain")], false);
        check(
            &[("content-type", "application/json; charset=utf-16")],
            false,
        );
    }
}
