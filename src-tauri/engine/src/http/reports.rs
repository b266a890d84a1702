//! Reports over HTTP.

use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;

use super::api::Api;
use super::download::{Asks, Sent};
use super::problem::{Finding, Problem};
use super::term::Day;
use crate::commands::Commands;

pub(super) fn routes(api: &mut Api) {
    api.about("reports", "What was done on a day.");
    let day = api.route(
        Method::GET,
        "/api/reports/day",
        "day_report",
        "What each account and each list did on a local day",
        day,
    );
    day.by_ticket();
}

/// Of which day.
#[derive(Deserialize, JsonSchema)]
struct Which {
    /// Where this computer is; today, where nothing is said.
    date: Option<Day>,
}

async fn day(commands: Commands, Asks(which, form): Asks<Which>) -> Result<Sent, Problem> {
    let report = commands.day_report(which.date.map(|it| it.0), form.format());
    let report = report.await.map_err(|error| {
        let bad = error.code == "bad_date";
        let mut problem = Problem::from(error);
        if bad {
            let detail = "There is no such day.";
            problem.findings = vec![Finding::parameter("date".to_owned(), detail)];
        }
        problem
    })?;
    Ok(form.sent(report, "day"))
}
