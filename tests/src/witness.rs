//! The witness log: what the phones saw. It knows nothing of tasks, so what it says of them is
//! worked out here.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;

/// The request that begins a session: whoever drives the phone from then on begins anew.
const NEW_SESSION: &str = "POST /session";

/// One line of the log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Nanoseconds of the machine's monotonic clock.
    pub t: u64,
    /// The UDID.
    pub phone: String,
    /// Begin and end share one number.
    pub seq: u64,
    /// `begin` or `end`.
    pub event: String,
    /// Method and path, ids left out.
    pub request: String,
    /// The account that is active in the app; none where the request cannot touch the app.
    pub account: Option<String>,
    /// Whose profile or post is on the screen.
    pub subject: Option<String>,
    /// The post on the screen.
    pub post: Option<String>,
    /// What changed, on an end.
    pub effect: Option<String>,
    /// What was typed.
    pub text: Option<String>,
}

/// What was on a screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// The active account.
    pub account: Option<String>,
    /// Whose profile or post.
    pub subject: Option<String>,
    /// Which post.
    pub post: Option<String>,
}

/// A request that began, with its end.
#[derive(Debug, Clone)]
pub struct Request {
    /// The UDID.
    pub phone: String,
    /// Method and path.
    pub request: String,
    /// When it began.
    pub began: u64,
    /// When it ended; none while it is under way.
    pub ended: Option<u64>,
    /// What was on the screen when it began.
    pub before: Scene,
    /// The same when it ended.
    pub after: Scene,
    /// What changed.
    pub effect: Option<String>,
    /// What was typed.
    pub text: Option<String>,
}

impl Request {
    /// Whether it goes through the phone's one queue and has to do with the app: the witness names
    /// an account on those.
    pub fn touches_app(&self) -> bool {
        self.before.account.is_some() || self.after.account.is_some()
    }

    /// Whether it changed something that others can see.
    pub fn is_act(&self) -> bool {
        let acts = ["follow", "unfollow", "like", "unlike", "comment"];
        self.effect
            .as_deref()
            .is_some_and(|effect| acts.contains(&effect))
    }

    /// Whether it is a tap, a swipe, a key: what a person would do with a finger.
    pub fn is_touch(&self) -> bool {
        let touches = [
            "click",
            "doubleTap",
            "tap",
            "actions",
            "value",
            "keys",
            "dragfromtoforduration",
            "touchAndHold",
            "swipe",
            "scroll",
        ];
        let last = self.request.rsplit('/').next().unwrap_or_default();
        self.request.starts_with("POST ") && touches.contains(&last)
    }

    /// Whether it shows that somebody works in the account's name, rather than only looks who is
    /// active: a search, a profile opened, an act.
    fn is_work(&self) -> bool {
        let work = ["search", "open_profile"];
        self.is_act()
            || self
                .effect
                .as_deref()
                .is_some_and(|effect| work.contains(&effect))
    }

    /// Whom it shows the work to be about.
    fn target(&self) -> Option<&str> {
        let named = self.is_work() && self.effect.as_deref() != Some("search");
        self.after.subject.as_deref().filter(|_| named)
    }
}

/// One account being driven on one phone, about one person at most.
///
/// It is the longest run of requests on a phone, within one session, with one active account, and
/// with no second person's profile opened. Requests of an account that was only found active count
/// only if work follows in the same session: the last user of a phone stays active in the app until
/// somebody else is chosen, and that one may meanwhile be at work elsewhere. Choosing an account is
/// work from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The UDID.
    pub phone: String,
    /// The active account.
    pub account: String,
    /// When its first request began (where the account was chosen here: when it was chosen).
    pub from: u64,
    /// When its last request ended.
    pub to: u64,
    /// Whom it is about.
    pub target: Option<String>,
}

/// The whole log.
#[derive(Debug, Clone, Default)]
pub struct Witness {
    /// All requests in the order they began.
    pub requests: Vec<Request>,
    /// What cannot be: lines that are none, ends without a begin, time that runs backwards.
    pub damage: Vec<String>,
}

impl Witness {
    /// Reads a log.
    ///
    /// # Panics
    /// When there is none.
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path);
        Self::parse(&text.unwrap_or_else(|error| panic!("{}: {error}", path.display())))
    }

    /// Reads the text of a log.
    pub fn parse(text: &str) -> Self {
        let mut witness = Self::default();
        let mut open: HashMap<u64, usize> = HashMap::new();
        let mut seen: HashSet<u64> = HashSet::new();
        let mut last = 0;
        for (number, text) in (1..).zip(text.lines()) {
            let line: Line = match serde_json::from_str(text) {
                Ok(line) => line,
                Err(error) => {
                    witness.damage.push(format!("line {number}: {error}"));
                    continue;
                }
            };
            if line.t < last {
                witness
                    .damage
                    .push(format!("line {number}: time runs backwards"));
            }
            last = line.t;
            let wrong = match line.event.as_str() {
                "begin" if !seen.insert(line.seq) => "begins a second time",
                "begin" => {
                    open.insert(line.seq, witness.requests.len());
                    witness.requests.push(begun(line));
                    continue;
                }
                "end" => match open.remove(&line.seq) {
                    Some(at) if witness.requests[at].phone == line.phone => {
                        end(&mut witness.requests[at], line);
                        continue;
                    }
                    Some(_) => "ends on another phone",
                    None => "ends and never began",
                },
                _ => "is no event",
            };
            witness
                .damage
                .push(format!("line {number}: request {} {wrong}", line.seq));
        }
        witness
    }

    /// The acts, in the order they happened.
    pub fn acts(&self) -> Vec<&Request> {
        let mut acts: Vec<&Request> = self.requests.iter().filter(|it| it.is_act()).collect();
        acts.sort_by_key(|act| act.ended);
        acts
    }

    /// The requests of each phone, in the order they began.
    pub fn by_phone(&self) -> BTreeMap<&str, Vec<&Request>> {
        let mut phones: BTreeMap<&str, Vec<&Request>> = BTreeMap::new();
        for request in &self.requests {
            phones.entry(&request.phone).or_default().push(request);
        }
        phones
    }

    /// All stretches, in the order they began.
    pub fn stretches(&self) -> Vec<Stretch> {
        let phones = self.by_phone().into_values();
        let mut stretches: Vec<Stretch> = phones.flat_map(stretches).collect();
        stretches.sort_by_key(|stretch| stretch.from);
        stretches
    }

    /// The sessions of a phone: the requests from each that makes one to the next.
    pub fn sessions(&self, phone: &str) -> Vec<Vec<&Request>> {
        let mut sessions = vec![Vec::new()];
        for request in self.requests.iter().filter(|it| it.phone == phone) {
            if request.request == NEW_SESSION {
                sessions.push(Vec::new());
            }
            if let Some(session) = sessions.last_mut() {
                session.push(request);
            }
        }
        sessions
    }
}

fn begun(line: Line) -> Request {
    let before = Scene {
        account: line.account,
        subject: line.subject,
        post: line.post,
    };
    Request {
        phone: line.phone,
        request: line.request,
        began: line.t,
        ended: None,
        after: before.clone(),
        before,
        effect: None,
        text: None,
    }
}

fn end(request: &mut Request, line: Line) {
    request.ended = Some(line.t);
    request.after = Scene {
        account: line.account,
        subject: line.subject,
        post: line.post,
    };
    request.effect = line.effect;
    request.text = line.text;
}

/// A stretch that grows.
struct Growing {
    stretch: Stretch,
    /// The account was chosen, or work was seen.
    counts: bool,
}

/// The stretches of one phone.
fn stretches(requests: Vec<&Request>) -> Vec<Stretch> {
    let mut done = Vec::new();
    let mut now: Option<Growing> = None;
    let mut session = None;
    let mut close = |now: &mut Option<Growing>| {
        done.extend(now.take().filter(|it| it.counts).map(|it| it.stretch));
    };
    for request in requests {
        if request.request == NEW_SESSION {
            close(&mut now);
            session = Some(request.began);
            continue;
        }
        let Some(account) = &request.after.account else {
            continue;
        };
        let ended = request.ended.unwrap_or(u64::MAX);
        let chosen = request.effect.as_deref() == Some("switch_account");
        let other = |now: &Growing| {
            let second = request.target().zip(now.stretch.target.as_deref());
            now.stretch.account != *account || second.is_some_and(|(new, old)| new != old)
        };
        if chosen || now.as_ref().is_some_and(other) {
            close(&mut now);
        }
        let from = match (chosen, session.take()) {
            (true, _) => ended,
            // Whoever makes a session makes it for what follows in it.
            (false, Some(session)) => session,
            (false, None) => request.began,
        };
        let growing = now.get_or_insert_with(|| Growing {
            stretch: Stretch {
                phone: request.phone.clone(),
                account: account.clone(),
                from,
                to: ended,
                target: None,
            },
            counts: chosen,
        });
        growing.stretch.to = growing.stretch.to.max(ended);
        growing.counts |= request.is_work();
        if growing.stretch.target.is_none() {
            growing.stretch.target = request.target().map(str::to_owned);
        }
    }
    close(&mut now);
    done
}
