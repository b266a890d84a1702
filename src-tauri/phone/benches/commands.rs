//! What our client adds to a WebDriverAgent command, beside a client that does nothing but HTTP:
//! the same requests to the same simulated phone, which answers at once, in turn.
//!
//! The simulated phone is the same for both and takes most of the time, so each row also says how
//! many microseconds a command takes. Both clients run on one thread, which suits the bare one
//! best: its connection is a task of its own, and nothing has to be woken on another thread.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up has no figure"
)]

#[path = "commands/bare.rs"]
mod bare;
#[path = "commands/program.rs"]
mod program;

use serde_json::{Value, json};
use signalbox_measure::{Goal, Row, Stopwatch, in_turn};
use signalbox_phone::{By, Phone, PhoneError, StopSwitch, WdaPhone};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use bare::{Bare, Plain};
use program::Program;

/// Counted runs.
const RUNS: usize = 15;
const APP: &str = "com.burbn.instagram";
/// The source as our client asks for it.
const SOURCE: &str = "/source?format=xml&excluded_attributes=accessible,index,traits";
/// A letter and what takes it away again, so that the field stays as it is.
const KEYS: &str = "x\u{8}";

/// The two clients.
struct Two {
    runtime: Runtime,
    phone: WdaPhone,
    bare: Mutex<Bare>,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let simulated = Program::start();
    let (phone, bare) = runtime.block_on(async {
        let (muxer, link) = simulated.phone().await;
        let phone = WdaPhone::open(&muxer, link, StopSwitch::new()).await;
        (phone.unwrap(), Bare::open(&simulated.socket()).await)
    });
    let two = Two {
        runtime,
        phone,
        bare: Mutex::new(bare),
    };
    two.on_the_feed();
    two.in_a_field();
}

impl Two {
    /// What does not change the screen, on the page that the app begins with.
    fn on_the_feed(&self) {
        let phone = &self.phone;
        // A tap on it changes nothing.
        let logo = By::Id("main-feed-logo".into());
        let element = self.runtime.block_on(async {
            phone.launch(APP).await.unwrap();
            phone.find(&logo).await.unwrap()
        });
        assert!(element.said.is_some(), "the phone describes what it finds");
        let get = |path: &str| self.plain("GET", path, None);
        let on = |verb: &str| format!("/element/{}/{verb}", element.id);
        let look = json!({ "using": "accessibility id", "value": "main-feed-logo" });
        let look = self.plain("POST", "/element", Some(&look));
        let tap = self.plain("POST", &on("click"), Some(&json!({})));
        self.case("window size", 400, &get("/window/size"), async || {
            phone.window_size().await.map(drop)
        });
        self.case(
            "app in front",
            400,
            &get("/wda/activeAppInfo"),
            async || phone.active_app().await.map(drop),
        );
        self.case("find, with attributes", 400, &look, async || {
            phone.find(&logo).await.map(drop)
        });
        self.case("attribute", 400, &get(&on("attribute/label")), async || {
            phone.attribute(&element, "label").await.map(drop)
        });
        self.case("rect", 400, &get(&on("rect")), async || {
            phone.rect(&element).await.map(drop)
        });
        self.case("tap", 400, &tap, async || phone.click(&element).await);
        self.case("source", 200, &get(SOURCE), async || {
            phone.source().await.map(drop)
        });
        self.case("screenshot", 20, &get("/screenshot"), async || {
            phone.screenshot().await.map(drop)
        });
    }

    /// What needs a field to type into.
    fn in_a_field(&self) {
        let phone = &self.phone;
        let field = self.runtime.block_on(async {
            for tap in ["explore-tab", "search-bar"] {
                let element = phone.find(&By::Id(tap.into())).await.unwrap();
                phone.click(&element).await.unwrap();
            }
            phone
                .find(&By::Id("search-text-input".into()))
                .await
                .unwrap()
        });
        let keys: Vec<String> = KEYS.chars().map(String::from).collect();
        let path = format!("/element/{}/value", field.id);
        let typing = self.plain("POST", &path, Some(&json!({ "value": keys })));
        self.case("keys", 200, &typing, async || {
            phone.type_text(&field, KEYS).await
        });
    }

    /// A request within the session that both use.
    fn plain(&self, method: &'static str, path: &str, body: Option<&Value>) -> Plain {
        Plain {
            method,
            path: format!("/session/{}{path}", self.phone.session()),
            body: body.map(Value::to_string).unwrap_or_default(),
        }
    }

    /// Puts one command so many times in each run, with both clients in turn.
    fn case(
        &self,
        what: &str,
        calls: u32,
        plain: &Plain,
        ours: impl AsyncFn() -> Result<(), PhoneError>,
    ) {
        let micros = |watch: Stopwatch| watch.elapsed().as_secs_f64() * 1e6 / f64::from(calls);
        let pairs = in_turn(
            RUNS,
            || {
                self.runtime.block_on(async {
                    let watch = Stopwatch::start();
                    for _ in 0..calls {
                        ours().await.unwrap();
                    }
                    micros(watch)
                })
            },
            || {
                self.runtime.block_on(async {
                    let mut bare = self.bare.lock().await;
                    let watch = Stopwatch::start();
                    for _ in 0..calls {
                        bare.ask(plain).await;
                    }
                    micros(watch)
                })
            },
        );
        Row::new(format!("WebDriverAgent, {what}"), "µs", pairs.ours())
            .beside("bare client", pairs.other())
            .ratio(pairs.ratio())
            .goal(Goal::RatioAtMost(1.5))
            .print();
    }
}
