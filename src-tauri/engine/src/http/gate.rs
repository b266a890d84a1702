//! Who may come in: the right Host, no foreign Origin, the token. Decided from the header alone.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::problem::Problem;
use crate::token::Token;

/// Names under which this computer alone can reach itself.
const NAMES: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// The port that stands in no Host and no Origin.
const HTTP_PORT: u16 = 80;

/// The longest token that is compared; a longer one is wrong anyway.
const TOKEN_BYTES_MAX: usize = 256;

/// The rules, made for one port and one token.
#[derive(Debug)]
pub(super) struct Gate {
    hosts: Vec<String>,
    origins: Vec<String>,
    token: Token,
}

impl Gate {
    pub(super) fn new(port: u16, token: Token) -> Self {
        let mut hosts: Vec<String> = NAMES.iter().map(|name| format!("{name}:{port}")).collect();
        if port == HTTP_PORT {
            hosts.extend(NAMES.map(str::to_owned));
        }
        let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
        Self {
            hosts,
            origins,
            token,
        }
    }

    /// Refuses what must not come in.
    pub(super) fn check(&self, head: &Parts) -> Result<(), Problem> {
        if !self.is_own_host(head) {
            let detail = "The Host header must be 127.0.0.1, localhost or [::1] with the port of \
                          this server.";
            return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_host", detail));
        }
        if !self.is_own_origin(&head.headers) {
            let detail = "Pages of other origins may not use this server.";
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "foreign_origin",
                detail,
            ));
        }
        if is_public(&head.method, head.uri.path()) || self.shows_token(&head.headers) {
            return Ok(());
        }
        let detail = "Send “Authorization: Bearer” with the token from the file api-token in the \
                      data directory.";
        Err(Problem::new(StatusCode::UNAUTHORIZED, "token", detail))
    }

    /// Against DNS rebinding. An address in the request line would win over the header (RFC 9112
    /// §3.2.2), so it has to be ours as well.
    fn is_own_host(&self, head: &Parts) -> bool {
        let own = |host: &str| self.hosts.iter().any(|own| own.eq_ignore_ascii_case(host));
        let named = only(&head.headers, &header::HOST).is_some_and(|host| own(&host));
        let line = head.uri.authority();
        named && line.is_none_or(|authority| own(authority.as_str()))
    }

    /// Against requests of other pages. A program sends no Origin.
    fn is_own_origin(&self, headers: &HeaderMap) -> bool {
        if !headers.contains_key(header::ORIGIN) {
            return true;
        }
        only(headers, &header::ORIGIN).is_some_and(|origin| self.origins.contains(&origin))
    }

    fn shows_token(&self, headers: &HeaderMap) -> bool {
        let shown = only(headers, &header::AUTHORIZATION);
        let Some((scheme, token)) = shown.as_deref().and_then(|shown| shown.split_once(' ')) else {
            return false;
        };
        scheme.eq_ignore_ascii_case("bearer")
            && token.len() <= TOKEN_BYTES_MAX
            && self.token.is(token.as_bytes())
    }
}

/// What holds no data. Paths are compared as they came, so no spelling of another one passes.
fn is_public(method: &Method, path: &str) -> bool {
    let reads = method == Method::GET || method == Method::HEAD;
    let page = path == "/" || path.starts_with("/assets/");
    reads && (page || matches!(path, "/api/" | "/api/system/health"))
}

/// The value of a header that stands there once, as text.
fn only(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn token() -> (tempfile::TempDir, Token) {
        let dir = tempfile::tempdir().unwrap();
        let token = Token::open(&dir.path().join("api-token")).unwrap();
        (dir, token)
    }

    const OWN: &str = "127.0.0.1:4711";
    const PATH: &str = "/api/metrics/concurrency";

    fn check(uri: &str, hosts: &[&str], origins: &[&str], expected: &str) {
        let (_dir, token) = token();
        let gate = Gate::new(4711, token.clone());
        let mut request = Request::get(uri);
        request = request.header("authorization", format!("Bearer {}", token.reveal()));
        for host in hosts {
            request = request.header("host", *host);
        }
        for origin in origins {
            request = request.header("origin", *origin);
        }
        let head = request.body(()).unwrap().into_parts().0;
        let answer = gate.check(&head).err().map(|problem| problem.code);
        let answer = answer.as_deref().unwrap_or("ok");
        assert_eq!(answer, expected, "{uri} {hosts:?} {origins:?}");
    }

    #[test]
    fn hosts() {
        check(PATH, &["127.0.0.1:4711"], &[], "ok");
        check(PATH, &["localhost:4711"], &[], "ok");
        check(PATH, &["LOCALHOST:4711"], &[], "ok");
        check(PATH, &["[::1]:4711"], &[], "ok");
        for host in [
            "",
            "127.0.0.1",
            "localhost",
            "localhost:4712",
            "localhost:04711",
            "localhost.:4711",
            "127.0.0.2:4711",
            "127.1:4711",
            "[::]:4711",
            "::1:4711",
            "evil.example:4711",
            "localhost:4711.evil.example",
            "localhost:4711@evil.example",
            "user@localhost:4711",
        ] {
            check(PATH, &[host], &[], "foreign_host");
        }
        check(PATH, &[], &[], "foreign_host");
        check(PATH, &[OWN, OWN], &[], "foreign_host");
        check(&format!("http://{OWN}{PATH}"), &[OWN], &[], "ok");
        check(
            &format!("http://evil.example{PATH}"),
            &[OWN],
            &[],
            "foreign_host",
        );
    }

    #[test]
    fn origins() {
        check(PATH, &[OWN], &[], "ok");
        check(PATH, &[OWN], &["http://127.0.0.1:4711"], "ok");
        check(PATH, &[OWN], &["http://localhost:4711"], "ok");
        check(PATH, &[OWN], &["http://[::1]:4711"], "ok");
        for origin in [
            "",
            "null",
            "http://localhost",
            "https://localhost:4711",
            "http://localhost:4711/",
            "http://localhost:1420",
            "http://evil.example",
            "tauri://localhost",
            "localhost:4711",
        ] {
            check(PATH, &[OWN], &[origin], "foreign_origin");
        }
        let mine = "http://127.0.0.1:4711";
        check(PATH, &[OWN], &[mine, mine], "foreign_origin");
        check(PATH, &["evil.example"], &[mine], "foreign_host");
    }

    #[test]
    fn port_80_may_be_left_out() {
        let (_dir, token) = token();
        let check = |port, host: &str, expected| {
            let head = Request::get("/api/").header("host", host).body(());
            let head = head.unwrap().into_parts().0;
            let gate = Gate::new(port, token.clone());
            assert_eq!(gate.check(&head).is_ok(), expected, "{port} {host}");
        };
        check(80, "localhost", true);
        check(80, "localhost:80", true);
        check(81, "localhost", false);
    }

    #[test]
    fn the_token_and_what_needs_none() {
        let (_dir, token) = token();
        let right = token.reveal().to_owned();
        let gate = Gate::new(4711, token);
        let check = |method: &str, path: &str, shown: &[&str], expected: bool| {
            let mut request = Request::builder().method(method).uri(path);
            request = request.header("host", "localhost:4711");
            for shown in shown {
                request = request.header("authorization", *shown);
            }
            let head = request.body(()).unwrap().into_parts().0;
            let answer = gate.check(&head);
            assert_eq!(answer.is_ok(), expected, "{method} {path} {answer:?}");
        };
        let bearer = format!("Bearer {right}");
        let path = "/api/metrics/concurrency";
        check("GET", path, &[&bearer], true);
        check("GET", path, &[&format!("bearer {right}")], true);
        check("GET", path, &[], false);
        check("GET", path, &[""], false);
        check("GET", path, &[&right], false);
        check("GET", path, &["Bearer "], false);
        check("GET", path, &[&format!("Basic {right}")], false);
        check("GET", path, &[&format!("Bearer  {right}")], false);
        check("GET", path, &[&format!("Bearer {right}0")], false);
        check("GET", path, &[&bearer[..bearer.len() - 1]], false);
        check("GET", path, &[&bearer, &bearer], false);
        check("GET", path, &[&"Bearer x".repeat(10_000)], false);
        for path in ["/", "/assets/index.js", "/api/", "/api/system/health"] {
            check("GET", path, &[], true);
            check("HEAD", path, &[], true);
            check("POST", path, &[], false);
            check("DELETE", path, &[], false);
        }
        for path in [
            "/api",
            "//api/",
            "/api/system/health/",
            "/api/system/health2",
            "/api/x/../system/health",
            "/api/%73ystem/health",
            "/API/system/health",
            "/metrics",
            "/asset",
            "/favicon.ico",
        ] {
            check("GET", path, &[], false);
        }
    }
}
