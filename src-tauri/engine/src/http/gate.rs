//! Who may come in: the right Host, no foreign Origin, the token. Decided from the header alone.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};

use super::api::Rule;
use super::problem::Problem;
use super::tickets::{self, Tickets};
use crate::token::TokenFile;

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
    token: Arc<TokenFile>,
    tickets: Arc<Tickets>,
}

impl Gate {
    pub(super) fn new(port: u16, token: Arc<TokenFile>, tickets: Arc<Tickets>) -> Self {
        let mut hosts: Vec<String> = NAMES.iter().map(|name| format!("{name}:{port}")).collect();
        if port == HTTP_PORT {
            hosts.extend(NAMES.map(str::to_owned));
        }
        let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
        Self {
            hosts,
            origins,
            token,
            tickets,
        }
    }

    /// Refuses what must not come in. A ticket is used up by it, and taken out of the address.
    pub(super) fn check(&self, head: &mut Parts, rule: Option<&Rule>) -> Result<(), Problem> {
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
        let public = rule.is_some_and(|rule| rule.public) || is_page(&head.method, head.uri.path());
        let by_ticket = head.method == Method::GET && rule.is_some_and(|rule| rule.by_ticket);
        let shown = public || self.shows_token(&head.headers);
        if shown || (by_ticket && self.tickets.redeem(&head.uri)) {
            if by_ticket {
                tickets::strip(&mut head.uri);
            }
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

/// The page of the window, which holds no data. Paths are compared as they came, so no spelling
/// of another one passes.
fn is_page(method: &Method, path: &str) -> bool {
    let reads = method == Method::GET || method == Method::HEAD;
    reads && (path == "/" || path.starts_with("/assets/"))
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

    fn gate(port: u16) -> (tempfile::TempDir, Gate, String) {
        let dir = tempfile::tempdir().unwrap();
        let token = Arc::new(TokenFile::new(dir.path().join("api-token")));
        let right = token.open().unwrap().reveal().to_owned();
        (dir, Gate::new(port, token, Arc::default()), right)
    }

    /// What the gate says, as a code.
    fn ask(gate: &Gate, mut head: Parts) -> String {
        let rules = ["/api/", "/api/system/health"].map(|path| Rule {
            method: Method::GET,
            path,
            public: true,
            by_ticket: false,
            media: Vec::new(),
        });
        let path = head.uri.path();
        let rule = rules.iter().find(|rule| rule.is_of(&head.method, path));
        let answer = gate.check(&mut head, rule).err();
        answer.map_or("ok".to_owned(), |problem| problem.code.into_owned())
    }

    const OWN: &str = "127.0.0.1:4711";
    const PATH: &str = "/api/metrics/concurrency";

    fn check(uri: &str, hosts: &[&str], origins: &[&str], expected: &str) {
        let (_dir, gate, token) = gate(4711);
        let mut request = Request::get(uri);
        request = request.header("authorization", format!("Bearer {token}"));
        for host in hosts {
            request = request.header("host", *host);
        }
        for origin in origins {
            request = request.header("origin", *origin);
        }
        let head = request.body(()).unwrap().into_parts().0;
        assert_eq!(ask(&gate, head), expected, "{uri} {hosts:?} {origins:?}");
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
        let check = |port, host: &str, expected| {
            let head = Request::get("/api/").header("host", host).body(());
            let head = head.unwrap().into_parts().0;
            let (_dir, gate, _) = gate(port);
            assert_eq!(ask(&gate, head) == "ok", expected, "{port} {host}");
        };
        check(80, "localhost", true);
        check(80, "localhost:80", true);
        check(81, "localhost", false);
    }

    #[test]
    fn the_token_and_what_needs_none() {
        let (_dir, gate, right) = gate(4711);
        let check = |method: &str, path: &str, shown: &[&str], expected: bool| {
            let mut request = Request::builder().method(method).uri(path);
            request = request.header("host", "localhost:4711");
            for shown in shown {
                request = request.header("authorization", *shown);
            }
            let head = request.body(()).unwrap().into_parts().0;
            let answer = ask(&gate, head);
            assert_eq!(answer == "ok", expected, "{method} {path} {answer}");
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
