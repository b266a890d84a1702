//! Hours as people write them: days, from, to.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use signalbox_scheduler::Week;
use signalbox_scheduler::hours::DAY_MIN;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// All of them, from Monday on.
const WEEK: [Day; 7] = [
    Day::Mon,
    Day::Tue,
    Day::Wed,
    Day::Thu,
    Day::Fri,
    Day::Sat,
    Day::Sun,
];

/// A time of the day in local time, `HH:MM`; `24:00` is the end of it. In minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TryFrom<String> for TimeOfDay {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let wrong = "a time of the day is HH:MM, from 00:00 to 24:00";
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|it| it.is_ascii_digit());
        let (hours, minutes) = text.split_once(':').ok_or(wrong)?;
        if !digits(hours) || !digits(minutes) {
            return Err(wrong);
        }
        let hours: u16 = hours.parse().map_err(|_| wrong)?;
        let minutes: u16 = minutes.parse().map_err(|_| wrong)?;
        let time = hours * 60 + minutes;
        let there_is = minutes < 60 && time <= DAY_MIN;
        there_is.then_some(Self(time)).ok_or(wrong)
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> Self {
        format!("{:02}:{:02}", time.0 / 60, time.0 % 60)
    }
}

impl JsonSchema for TimeOfDay {
    fn schema_name() -> Cow<'static, str> {
        "TimeOfDay".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "A time of the day in local time, HH:MM; 24:00 is the end of it.",
            "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
            "minLength": 5,
            "maxLength": 5,
            "examples": ["08:00"],
        })
    }
}

/// A window of time in which tasks start. One that ends before it begins ends on the next day; one
/// that ends when it begins lasts 24 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// The days it begins on; left out: every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 7))]
    pub days: Option<Vec<Day>>,
    /// When it begins.
    pub from: TimeOfDay,
    /// When it ends.
    pub to: TimeOfDay,
}

/// The windows as minutes of a week.
pub fn week(windows: &[Window]) -> Week {
    let parts = windows.iter().flat_map(|window| {
        let length = match (window.from.0, window.to.0) {
            (from, to) if from < to => to - from,
            (from, to) => DAY_MIN - from + to,
        };
        let days = window.days.as_deref().unwrap_or(&WEEK);
        let begins = days.iter().map(|day| *day as u16 * DAY_MIN);
        begins.map(move |begin| (begin + window.from.0, length))
    });
    Week::new(parts)
}
