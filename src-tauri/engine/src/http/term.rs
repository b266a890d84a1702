//! The words of the API that have a rule of their own. Each is a string with a schema, so that a
//! field of its type needs no more to be said.

use std::borrow::Cow;

use axum::http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use signalbox_automation::Action;
use signalbox_automation::engagement::TEXT_CHARS_MAX;
use signalbox_scheduler::{Kind, Priority};
use uuid::Uuid;

use super::input::Named;
use super::problem::Problem;
use super::shape::RULE;
use crate::commands::Who;
use crate::commands::{Again, Cursor as Place, LogPlace, Verdict};
use crate::list_file::{KINDS, NAME_CHARS_MAX, PRIORITIES, is_name, wall_time};

/// Makes a string type with its schema: `term!(Name(Inner) = parse, { schema })`. `parse` takes
/// every text that the schema takes.
macro_rules! term {
    ($(#[$doc:meta])* $name:ident($inner:ty) = $parse:expr, $rule:expr, $schema:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
        #[serde(try_from = "String")]
        pub(super) struct $name(pub(super) $inner);

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let parse: fn(&str) -> Option<$inner> = $parse;
                parse(&text).map(Self).ok_or($rule)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema: Schema = $schema;
                schema.insert("type".to_owned(), "string".into());
                schema.insert(RULE.to_owned(), $rule.into());
                schema
            }
        }
    };
}

term!(
    /// The operator's id of an account.
    AccountId(String) = |text| is_name(text).then(|| text.to_owned()),
    "It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -",
    json_schema!({
        "pattern": "^[A-Za-z0-9._-]{1,64}$", "minLength": 1, "maxLength": NAME_CHARS_MAX,
        "examples": ["studio-1"],
    })
);

term!(
    /// An account as another program calls it, a colon, and an account of ours or nothing.
    AccountPair((String, String)) = |text| {
        let (theirs, ours) = text.rsplit_once(':')?;
        let good = !theirs.is_empty() && (ours.is_empty() || is_name(ours));
        good.then(|| (theirs.to_owned(), ours.to_owned()))
    },
    "It must be the name of an account in the file, a colon, and 0 to 64 of the characters A-Z a-z \
     0-9 . _ -",
    json_schema!({
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]{1,200}:[A-Za-z0-9._-]{0,64}$",
        "minLength": 2, "maxLength": 201 + NAME_CHARS_MAX, "examples": ["old-account:studio-1"],
    })
);

term!(
    /// Somebody's name in the app; an `@` before it does not count.
    Username(String) = |text| {
        let name = text.strip_prefix('@').unwrap_or(text);
        is_name(name).then(|| name.to_owned())
    },
    "It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -",
    json_schema!({
        "pattern": "^@?[A-Za-z0-9._-]{1,64}$", "minLength": 1, "maxLength": 1 + NAME_CHARS_MAX,
        "examples": ["garden.of.anna"],
    })
);

term!(
    /// A time, as ms since 1970.
    Moment(i64) = wall_time,
    "It must be a time with its zone between 2000 and 2099, as 2026-11-23T14:00:00Z.",
    json_schema!({
        "format": "date-time",
        "pattern": MOMENT,
        "examples": ["2026-11-23T14:00:00Z"],
    })
);

/// RFC 3339 within the years 2000 to 2099 of its zone.
const MOMENT: &str = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])\
    T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?\
    (Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$";

term!(
    /// A day of the calendar.
    Day(String) = |text| Some(text.to_owned()),
    "It must be a day between 2000 and 2099, as 2026-11-23.",
    json_schema!({
        "format": "date",
        "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "examples": ["2026-11-23"],
    })
);

term!(
    /// What makes a request the same request when it is sent again.
    IdempotencyKey(String) = |text| Some(text.to_owned()),
    "It must be 1 to 128 printable ASCII characters.",
    json_schema!({ "pattern": "^[ -~]{1,128}$", "minLength": 1, "maxLength": 128 })
);

term!(
    /// A text of an operator, on one line.
    Line(String) = |text| Some(text.to_owned()),
    "It must be 1 to 200 characters without line breaks and other control characters.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]{1,200}$", "minLength": 1, "maxLength": 200,
    })
);

term!(
    /// What a template is called.
    TemplateName(String) = |text| Some(text.to_owned()),
    "It must be 1 to 80 characters, not only blanks, without line breaks and other control \
     characters.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u001f\\u007f-\\u009f\\s]\
                    [^\\u0000-\\u001f\\u007f-\\u009f]*$",
        "minLength": 1, "maxLength": 80, "examples": ["Look at gardens"],
    })
);

term!(
    /// A text of an operator on one line, or nothing.
    Words(String) = |text| Some(text.to_owned()),
    "It must be 0 to 200 characters without line breaks and other control characters.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]{0,200}$", "maxLength": 200,
    })
);

term!(
    /// A file of a flow.
    FlowText(String) = |text| Some(text.to_owned()),
    "It must be 1 to 262144 characters of text, without control characters but tabs and line \
     breaks.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]+$",
        "minLength": 1, "maxLength": 262_144,
        "examples": ["- launchApp\n- back\n"],
    })
);

term!(
    /// Why an operator orders something.
    Because(String) = |text| Some(text.to_owned()),
    "It must be 1 to 500 characters, not only blanks, without line breaks and other control \
     characters.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*[^\\u0000-\\u001f\\u007f-\\u009f\\s]\
                    [^\\u0000-\\u001f\\u007f-\\u009f]*$",
        "minLength": 1, "maxLength": 500, "examples": ["looked at the phone"],
    })
);

term!(
    /// A name in a flow.
    VariableName(String) = |text| Some(text.to_owned()),
    "It must be 1 to 64 letters, digits and _, and begin with no digit.",
    json_schema!({
        "pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$", "minLength": 1, "maxLength": 64,
        "examples": ["WHOM"],
    })
);

term!(
    /// The only phone an account may use, by its serial; empty for any.
    PhoneOrAny(String) = |text| is_serial(text).then(|| text.to_owned()),
    "It must be a phone's serial, 1 to 64 of the characters A-Z a-z 0-9 -, or empty.",
    json_schema!({ "pattern": "^[A-Za-z0-9-]{0,64}$", "maxLength": 64 })
);

/// A phone's serial, or nothing.
fn is_serial(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    text.len() <= 64 && text.bytes().all(known)
}

term!(
    /// Where a page of a long list ended.
    Cursor(i64) = |text| text.parse().ok(),
    "It must be the next_cursor of another page.",
    json_schema!({ "pattern": "^[0-9]{1,18}$" })
);

term!(
    /// A comment, sent as it stands.
    CommentText(String) = |text| Some(text.to_owned()),
    "It must be 1 to 2200 characters, not all of them space, without control characters but line \
     breaks.",
    json_schema!({
        "pattern": "^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*\
            [^\\u0000-\\u0020\\u007f-\\u00a0][^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f]*$",
        "minLength": 1, "maxLength": TEXT_CHARS_MAX,
        "examples": ["What a garden!"],
    })
);

/// Makes a type of words from a table of what they stand for.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident($inner:ty), $all:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) struct $name(pub(super) $inner);

        impl $name {
            fn all() -> impl Iterator<Item = (&'static str, $inner)> {
                $all
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
                let text = String::deserialize(source)?;
                let found = Self::all().find(|(word, _)| *word == text);
                let unknown = || D::Error::custom("there is no such word");
                found.map(|(_, it)| Self(it)).ok_or_else(unknown)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<Value> = Self::all().map(|(word, _)| word.into()).collect();
                json_schema!({ "type": "string", "enum": words })
            }
        }
    };
}

/// An hour and a day, in ms.
pub(super) const HOUR_MS: i64 = 3_600_000;
pub(super) const DAY_MS: i64 = 24 * HOUR_MS;

/// The steps of a series, in ms, and how far back each is kept.
pub(super) const STEPS: [(i64, i64); 3] = [
    (HOUR_MS / 60, 2 * DAY_MS),
    (HOUR_MS / 4, 7 * DAY_MS),
    (HOUR_MS, 30 * DAY_MS),
];

words!(
    /// How far back, in ms.
    RangeWord(i64),
    [
        ("15m", HOUR_MS / 4), ("1h", HOUR_MS), ("6h", 6 * HOUR_MS), ("24h", DAY_MS), ("48h", 2 * DAY_MS),
        ("7d", 7 * DAY_MS), ("30d", 30 * DAY_MS),
    ]
        .into_iter()
);

words!(
    /// The time between two points, in ms.
    StepWord(i64),
    [("1m", HOUR_MS / 60), ("15m", HOUR_MS / 4), ("1h", HOUR_MS)].into_iter()
);

words!(
    /// A face through which something is ordered.
    WhoWord(&'static str),
    Who::ALL.into_iter().map(|who| (who.as_str(), who.as_str()))
);

words!(
    /// How urgent a task is.
    PriorityWord(Priority),
    PRIORITIES.into_iter()
);

words!(
    /// A kind of task.
    KindWord(Kind),
    KINDS.into_iter()
);

words!(
    /// Where a task can stand; `queued` is `waiting` in a line or `scheduled`, `unsuccessful` is
    /// failed or interrupted.
    StatusWord(&'static str),
    ["queued", "running", "completed", "failed", "cancelled", "interrupted", "waiting", "scheduled",
        "unsuccessful"]
        .into_iter()
        .map(|word| (word, word))
);

words!(
    /// A step of a task.
    ActionWord(Action),
    Action::ALL.into_iter().map(|it| (it.as_str(), it))
);

words!(
    /// Which tasks of a list are to be done again.
    AgainWord(Again),
    [Again::All, Again::Failed, Again::NotDone].into_iter().map(|it| (it.as_str(), it))
);

words!(
    /// What becomes of a row of a plan.
    VerdictWord(Verdict),
    [Verdict::Accepted, Verdict::Duplicate, Verdict::Refused].into_iter().map(|it| (it.as_str(), it))
);

term!(
    /// A plan that was made of a file.
    PlanId(Uuid) = uuid,
    "It must be the id of a plan.",
    json_schema!({
        "format": "uuid",
        "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
        "examples": ["019abcde-0000-7000-8000-000000000000"],
    })
);

words!(
    /// What was done.
    InteractionWord(&'static str),
    ["follow", "like", "comment", "view"].into_iter().map(|word| (word, word))
);

words!(
    /// What came of it.
    OutcomeWord(&'static str),
    [
        "success", "failed", "skipped", "retry", "dedupe_hit", "rate_limited", "private_account",
        "target_unavailable", "unknown", "would",
    ]
        .into_iter()
        .map(|word| (word, word))
);

words!(
    /// The form of an export; whether it is JSON.
    FormWord(bool),
    [("csv", false), ("json", true)].into_iter()
);

words!(
    /// Whether something is on.
    GuardWord(bool),
    [("on", true), ("off", false)].into_iter()
);

impl FormWord {
    /// Whether it is a word for a form.
    pub(super) fn is_one(text: &str) -> bool {
        Self::all().any(|(word, _)| word == text)
    }
}

term!(
    /// The serial of a phone.
    DeviceId(String) = |text| Some(text.to_owned()),
    "It must be 1 to 64 letters, digits and hyphens.",
    json_schema!({
        "pattern": "^[A-Za-z0-9-]{1,64}$", "minLength": 1, "maxLength": 64,
        "examples": ["00008030-5100000000000001"],
    })
);

term!(
    /// The id of a task.
    TaskId(Uuid) = uuid,
    "It must be the id of a task.",
    json_schema!({ "pattern": UUID })
);

term!(
    /// The id of a list.
    ListId(Uuid) = uuid,
    "It must be the id of a list.",
    json_schema!({ "pattern": UUID })
);

/// An id in the form we write it.
const UUID: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

term!(
    /// A level of the logs.
    LogLevel(String) = |text| Some(text.to_owned()),
    "It must be error, warn, info, debug or trace.",
    json_schema!({ "enum": ["error", "warn", "info", "debug", "trace"] })
);

term!(
    /// A place in the log files.
    LogCursor(LogPlace) = |text| {
        let (file, offset) = text.split_once('.')?;
        Some(LogPlace { file: file.parse().ok()?, offset: offset.parse().ok()? })
    },
    "It must be the next_cursor of another page.",
    json_schema!({ "pattern": "^[0-9]{1,9}\\.[0-9]{1,15}$" })
);

term!(
    /// A place between two outcomes.
    EventCursor(Place) = |text| {
        let (ts, seq) = text.split_once('.')?;
        Some(Place { ts: ts.parse().ok()?, seq: seq.parse().ok()? })
    },
    "It must be the next_cursor of another page.",
    json_schema!({ "pattern": "^[0-9]{1,15}\\.-?[0-9]{1,15}$" })
);

term!(
    /// What an action is called in a notice.
    ActionTitle(String) = |text| is_title(text).then(|| text.to_owned()),
    "It must be 1 to 32 of the characters a-z _",
    json_schema!({
        "pattern": "^[a-z_]{1,32}$", "minLength": 1, "maxLength": 32,
        "examples": ["like_post"],
    })
);

fn is_title(text: &str) -> bool {
    (1..=32).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_lowercase() || it == b'_')
}

term!(
    /// A version of the app, as phones tell it.
    AppVersion(String) = |text| is_name(text).then(|| text.to_owned()),
    "It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -",
    json_schema!({
        "pattern": "^[A-Za-z0-9._-]{1,64}$", "minLength": 1, "maxLength": NAME_CHARS_MAX,
        "examples": ["361.1.0"],
    })
);

/// A task, by its id.
#[derive(Debug, Clone, Copy)]
pub(super) struct TaskKey(pub(super) Uuid);

impl Named for TaskKey {
    fn parse(text: &str) -> Option<Self> {
        uuid(text).map(Self)
    }

    fn unknown() -> Option<Problem> {
        let detail = "There is no task of this id.";
        Some(Problem::new(StatusCode::NOT_FOUND, "unknown_task", detail))
    }
}

impl JsonSchema for TaskKey {
    fn schema_name() -> Cow<'static, str> {
        "TaskId".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string", "format": "uuid",
            "examples": ["019abcde-0000-7000-8000-000000000000"],
        })
    }
}

/// An id in the form we write it; the other spellings of a UUID are none.
pub(super) fn uuid(text: &str) -> Option<Uuid> {
    /// Characters of an id as we write it.
    const CHARS: usize = 36;
    let id = Uuid::try_parse(text).ok()?;
    (text.len() == CHARS).then_some(id)
}
