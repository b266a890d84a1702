//! The window's page in a browser: `/` and `/assets/…`, public and without data. A path is compared
//! as it came with those of the files there are, so no other spelling of one leads anywhere.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::problem::Problem;

/// A built page: each file by its path below the root (`index.html`, `assets/index-D3pHpTiA.js`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Page(pub &'static [(&'static str, &'static [u8])]);

/// What the page may do: as in the window (`tauri.conf.json`), without the window's own calls.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    font-src 'self'; img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// A file whose name tells its content is never asked for again.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Any other is asked for each time.
const EACH_TIME: &str = "no-cache";

impl Page {
    /// The answer to a request for a part of the page; none where the path is none of its.
    pub(super) fn answer(self, method: &Method, path: &str) -> Option<Response> {
        if path != "/" && !path.starts_with("/assets/") {
            return None;
        }
        Some(match self.find(path) {
            Ok((name, content)) if reads(method) => file(name, content),
            Ok(_) => {
                let mut refused = Problem::no_method().into_response();
                let allowed = HeaderValue::from_static("GET, HEAD");
                refused.headers_mut().insert(header::ALLOW, allowed);
                refused
            }
            Err(problem) => problem.into_response(),
        })
    }

    fn find(self, path: &str) -> Result<(&'static str, &'static [u8]), Problem> {
        if self.0.is_empty() {
            let detail = "This program was built without its page. Build the page with npm --prefix \
                          ui ci and npm --prefix ui run build, then build the program again.";
            return Err(Problem::new(StatusCode::NOT_FOUND, "no_page", detail));
        }
        let name = match path.strip_prefix('/').unwrap_or(path) {
            "" => "index.html",
            name => name,
        };
        let found = self.0.iter().find(|(path, _)| *path == name);
        found.copied().ok_or_else(Problem::no_route)
    }
}

fn reads(method: &Method) -> bool {
    method == Method::GET || method == Method::HEAD
}

fn file(name: &str, content: &'static [u8]) -> Response {
    let caching = match is_named_by_content(name) {
        true => FOR_EVER,
        false => EACH_TIME,
    };
    let mut response = Response::new(Body::from(Bytes::from_static(content)));
    let headers = response.headers_mut();
    for (key, value) in [
        (header::CONTENT_TYPE, media(name)),
        (header::CACHE_CONTROL, caching),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(key, HeaderValue::from_static(value));
    }
    for (key, value) in [
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        headers.insert(key, HeaderValue::from_static(value));
    }
    response
}

/// The bundler puts eight letters made from the content before the ending.
fn is_named_by_content(name: &str) -> bool {
    let stem = name
        .strip_prefix("assets/")
        .and_then(|it| it.rsplit_once('.'));
    let mark = stem.and_then(|(stem, _)| stem.get(stem.len().checked_sub(9)?..));
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    mark.is_some_and(|mark| mark.starts_with('-') && mark.bytes().all(letter))
}

fn media(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("json" | "map") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_they_tell() {
        let check = |name: &str, named: bool, kind: &str| {
            assert_eq!(is_named_by_content(name), named, "{name}");
            assert_eq!(media(name), kind, "{name}");
        };
        check("index.html", false, "text/html; charset=utf-8");
        check(
            "assets/index-D3pHpTiA.js",
            true,
            "text/javascript; charset=utf-8",
        );
        check("assets/a-b-DdqD_-kB.css", true, "text/css; charset=utf-8");
        check("assets/logo.svg", false, "image/svg+xml");
        check("assets/-.png", false, "image/png");
        check("assets/x", false, "application/octet-stream");
        check("assets/ééééééééé.ico", false, "image/x-icon");
    }
}
