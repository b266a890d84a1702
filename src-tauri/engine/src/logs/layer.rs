//! Hearing what our own crates say, and making a line of it.

use std::fmt::Debug;

use serde_json::{Map, Value, json};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::mask::masked;
use super::{hand_over, is_heard};
use crate::clock::{Clock, rfc3339};

/// The most fields of one line.
const FIELDS_MAX: usize = 32;

/// For a program's subscriber: writes down what our own crates say, from this level on, once an
/// engine has named a place for it.
pub fn layer<S>(level: LevelFilter) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    Lines(Clock::new()).with_filter(Targets::new().with_target("signalbox", level))
}

struct Lines(Clock);

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if !is_heard() {
            return;
        }
        let mut said = Said::default();
        event.record(&mut said);
        let meta = event.metadata();
        let ts = rfc3339(self.0.read().wall_ms);
        let level = meta.level().as_str().to_ascii_lowercase();
        hand_over(line(&ts, &level, meta.target(), said));
    }
}

/// What an event holds.
#[derive(Default)]
struct Said {
    message: String,
    fields: Map<String, Value>,
}

impl Said {
    fn add(&mut self, field: &Field, value: Value) {
        if self.fields.len() < FIELDS_MAX {
            self.fields.insert(field.name().to_owned(), value);
        }
    }
}

impl Visit for Said {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.message = masked(value),
            _ => self.add(field, masked(value).into()),
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

fn line(ts: &str, level: &str, target: &str, said: Said) -> String {
    json!({
        "ts": ts,
        "level": level,
        "target": target,
        "message": said.message,
        "fields": said.fields,
    })
    .to_string()
}

/// The line that stands for lines that found no room.
pub(super) fn lost(count: u64) -> String {
    let said = Said {
        message: "lines were left out, for the disk did not take them in time".to_owned(),
        fields: Map::from_iter([("lines".to_owned(), count.into())]),
    };
    let ts = rfc3339(Clock::new().read().wall_ms);
    line(&ts, "warn", module_path!(), said)
}
