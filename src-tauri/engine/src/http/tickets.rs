//! Tickets: a link that a browser can load by itself, for one use within a minute. A link cannot
//! carry the token in a header, and the token stands in no URL.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use axum::Json;
use axum::http::uri::{PathAndQuery, Uri};
use axum::http::{Method, StatusCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tokio::time::Instant;

use super::api::{Api, Rule};
use super::input::Body;
use super::problem::{Finding, Problem};
use crate::commands::Commands;

/// How long a ticket is good.
const LIFE: Duration = Duration::from_secs(60);
/// Tickets that nobody used yet.
const OPEN_MAX: usize = 1_000;
/// Random bytes of a ticket.
const BYTES: usize = 32;
/// The parameter that it stands in.
const NAME: &str = "ticket";

/// A ticket's hash: what is compared tells nothing of the ticket.
type Hash = [u8; 32];

/// The tickets that nobody used yet, and the routes they can be for.
#[derive(Debug, Default)]
pub(super) struct Tickets {
    routes: OnceLock<Vec<Rule>>,
    open: Mutex<HashMap<Hash, (String, Instant)>>,
}

impl Tickets {
    /// Which routes they can be for.
    pub(super) fn know(&self, rules: &[Rule]) {
        let routes = rules.iter().filter(|rule| rule.by_ticket).cloned();
        let _ = self.routes.set(routes.collect());
    }

    /// A new ticket for an address.
    fn issue(&self, address: &str) -> Result<String, Problem> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| {
            let detail = format!("The system gives no random numbers: {error}.");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "no_random", detail)
        })?;
        let ticket: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        open.retain(|_, (_, ends)| *ends > now);
        if open.len() == OPEN_MAX {
            let detail = "A thousand tickets are open. Use them, or wait a minute.";
            return Err(Problem::new(StatusCode::CONFLICT, "tickets_full", detail));
        }
        open.insert(hash(&ticket), (address.to_owned(), now + LIFE));
        Ok(ticket)
    }

    /// Uses up the ticket in an address; whether it was one for it.
    pub(super) fn redeem(&self, uri: &Uri) -> bool {
        let (address, Some(ticket)) = parted(uri) else {
            return false;
        };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let found = open.remove(&hash(&ticket));
        found.is_some_and(|(own, ends)| own == address && ends > Instant::now())
    }

    fn takes(&self, path: &str) -> bool {
        let mut routes = self.routes.get().into_iter().flatten();
        routes.any(|rule| rule.is_of(&Method::GET, path))
    }
}

fn hash(ticket: &str) -> Hash {
    Sha256::digest(ticket).into()
}

/// An address without its ticket, and the ticket. One that stands there twice is none.
fn parted(uri: &Uri) -> (String, Option<String>) {
    let is_ticket = |part: &&str| part.split('=').next() == Some(NAME);
    let parts = || uri.query().unwrap_or_default().split('&');
    let rest: Vec<&str> = parts().filter(|part| !is_ticket(part)).collect();
    let mut tickets = parts().filter(is_ticket);
    let ticket = tickets.next().and_then(|it| it.split_once('='));
    let ticket = ticket.filter(|_| tickets.next().is_none());
    let address = match rest.join("&") {
        none if none.is_empty() => uri.path().to_owned(),
        query => format!("{}?{query}", uri.path()),
    };
    (address, ticket.map(|(_, ticket)| ticket.to_owned()))
}

/// Takes the ticket out of an address: it is no parameter of its route.
pub(super) fn strip(uri: &mut Uri) {
    let (address, _) = parted(uri);
    if let Ok(address) = address.parse::<PathAndQuery>() {
        let mut parts = std::mem::take(uri).into_parts();
        parts.path_and_query = Some(address);
        *uri = Uri::from_parts(parts).unwrap_or_default();
    }
}

/// What a link is wanted for.
#[derive(Deserialize, JsonSchema)]
struct NewTicket {
    /// The address, with its parameters: a download, or a live preview.
    #[schemars(length(min = 1, max = 2000), regex(pattern = r"^/[!-~]*$"))]
    #[schemars(extend("examples" = ["/api/interactions/export?format=csv"]))]
    path: String,
}

/// A link for one use.
#[derive(Serialize, JsonSchema)]
struct Ticket {
    success: bool,
    /// The ticket alone.
    ticket: String,
    /// The address with the ticket in it.
    url: String,
    /// Seconds in which it has to be used.
    expires_in: u64,
}

/// Lists the route.
pub(super) fn routes(api: &mut Api, tickets: &Arc<Tickets>) {
    let tickets = Arc::clone(tickets);
    api.route(
        Method::POST,
        "/api/tickets",
        "create_ticket",
        "A link for one use within a minute, for what a browser loads by itself",
        move |_: Commands, Body(new): Body<NewTicket>| {
            std::future::ready(create(&tickets, &new.path).map(Json))
        },
    );
}

fn create(tickets: &Tickets, address: &str) -> Result<Ticket, Problem> {
    let refuse = |detail: &'static str| Problem::fields(vec![Finding::at("/path", detail)]);
    let uri: Uri = address
        .parse()
        .map_err(|_| refuse("It must be the path of an address, with its parameters."))?;
    if !tickets.takes(uri.path()) {
        // The address may be good for the token, and is no field that is malformed.
        let detail = "No ticket is taken at this address: only downloads and live previews are \
                      loaded by link.";
        let mut problem = Problem::new(StatusCode::CONFLICT, "no_ticket_there", detail);
        problem.findings.push(Finding::at("/path", detail));
        return Err(problem);
    }
    let (own, given) = parted(&uri);
    if given.is_some() {
        return Err(refuse("It must hold no ticket."));
    }
    let ticket = tickets.issue(&own)?;
    let mark = if uri.query().is_some_and(|it| !it.is_empty()) {
        '&'
    } else {
        '?'
    };
    Ok(Ticket {
        success: true,
        url: format!("{own}{mark}{NAME}={ticket}"),
        ticket,
        expires_in: LIFE.as_secs(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tickets() -> Tickets {
        let tickets = Tickets::default();
        tickets.know(&[Rule {
            method: Method::GET,
            path: "/api/export/{id}",
            public: false,
            by_ticket: true,
            media: Vec::new(),
        }]);
        tickets
    }

    fn redeem(tickets: &Tickets, address: &str) -> bool {
        tickets.redeem(&address.parse().unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn one_use_one_address_one_minute() {
        let tickets = tickets();
        let create = |address: &str| create(&tickets, address).map(|it| it.url);
        let link = create("/api/export/7?format=csv&x=1").unwrap();
        assert!(redeem(&tickets, &link));
        assert!(!redeem(&tickets, &link), "it is used up");
        for other in [
            "/api/export/8?format=csv",
            "/api/export/7?format=json",
            "/api/export/7",
            "/api/export/7?format=csv&guard=off",
        ] {
            let link = create("/api/export/7?format=csv").unwrap();
            let ticket = link.split("ticket=").nth(1).unwrap();
            let mark = if other.contains('?') { '&' } else { '?' };
            let elsewhere = format!("{other}{mark}ticket={ticket}");
            assert!(!redeem(&tickets, &elsewhere), "{other}");
            assert!(
                !redeem(&tickets, &link),
                "{other}: whoever tried it used it up"
            );
        }
        let link = create("/api/export/7").unwrap();
        assert!(link.starts_with("/api/export/7?ticket="), "{link}");
        tokio::time::advance(LIFE).await;
        assert!(!redeem(&tickets, &link), "too late");
        let late = create("/api/export/7").unwrap();
        tokio::time::advance(LIFE - Duration::from_secs(1)).await;
        assert!(redeem(&tickets, &late));
        assert!(!redeem(&tickets, "/api/export/7"));
        assert!(!redeem(&tickets, "/api/export/7?ticket="));
        assert!(!redeem(&tickets, "/api/export/7?ticket=x&ticket=y"));
    }

    #[test]
    fn addresses_that_take_none() {
        let tickets = tickets();
        let check = |address: &str, expected: &str| {
            let problem = create(&tickets, address).err().expect(address);
            assert_eq!(problem.code, expected, "{address}");
            assert_eq!(problem.findings[0].pointer.as_deref(), Some("/path"));
        };
        check("/api/export", "no_ticket_there");
        check("/api/export/", "no_ticket_there");
        check("/api/accounts", "no_ticket_there");
        check("/api/export/7/8", "no_ticket_there");
        check("/api/export/7?ticket=x", "bad_fields");
        let issue = || create(&tickets, "/api/export/7").map(drop);
        for _ in 0..OPEN_MAX {
            issue().unwrap();
        }
        assert_eq!(issue().unwrap_err().code, "tickets_full");
    }

    #[test]
    fn a_ticket_is_no_parameter() {
        let check = |address: &str, expected: &str| {
            let mut uri: Uri = address.parse().unwrap();
            strip(&mut uri);
            assert_eq!(uri.to_string(), expected);
        };
        check("/a?ticket=x", "/a");
        check("/a?b=1&ticket=x&c=2", "/a?b=1&c=2");
        check("/a?tickets=1", "/a?tickets=1");
        check("http://localhost:1/a?ticket=x", "http://localhost:1/a");
    }
}
