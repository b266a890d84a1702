//! What came of everything, as numbers: for people as JSON, for Prometheus as text.

use axum::Json;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::answer::Answer;
use super::api::Api;
use super::download::{Asks, Sent};
use super::exposition::{Exposition, Form};
use super::input::{Call, Input, Query};
use super::operation::Operation;
use super::problem::Problem;
use super::term::{DAY_MS, HOUR_MS, Moment, RangeWord, STEPS, StepWord};
use crate::commands::{Commands, Dashboard, Metrics, Series, Since};

pub(super) fn routes(api: &mut Api) {
    api.about("metrics", "What came of everything, in numbers.");
    api.route(
        Method::GET,
        "/api/metrics",
        "metrics",
        "Outcomes, deduplication and errors so far",
        sums,
    );
    api.route(
        Method::GET,
        "/api/metrics/series",
        "metrics_series",
        "The numbers over time, with gaps, pauses and stops",
        series,
    );
    let export = api.route(
        Method::GET,
        "/api/metrics/export",
        "export_metrics",
        "The numbers over time as a file, a row to each step",
        export,
    );
    export.by_ticket();
    api.route(
        Method::GET,
        "/api/metrics/since",
        "metrics_since",
        "What came of everything since a moment, and who ordered how much",
        since,
    );
    api.route(
        Method::GET,
        "/api/dashboard/stats",
        "dashboard",
        "Everything at a glance",
        dashboard,
    );
    api.route(
        Method::GET,
        "/metrics",
        "prometheus",
        "The same for Prometheus: its text format 0.0.4, or OpenMetrics by Accept",
        prometheus,
    );
}

/// What came of everything so far.
#[derive(Serialize, JsonSchema)]
struct Sums {
    success: bool,
    metrics: Metrics,
}

async fn sums(commands: Commands) -> Result<Json<Sums>, Problem> {
    Ok(Json(Sums {
        success: true,
        metrics: commands.metrics().await?,
    }))
}

/// Which part of the series is wanted.
#[derive(Deserialize, JsonSchema)]
struct Span {
    /// How far back; a day where nothing is said.
    range: Option<RangeWord>,
    /// The time between two points; the shortest that is kept so long where nothing is said: `1m`
    /// to two days, `15m` to seven, `1h` beyond.
    step: Option<StepWord>,
}

impl Span {
    /// How far back, and the time between two points, in ms.
    fn ms(&self) -> (i64, i64) {
        let range = self.range.map_or(DAY_MS, |it| it.0);
        let finest = STEPS.into_iter().find(|(_, upto)| range <= *upto);
        let step = self.step.map(|it| it.0).or(finest.map(|(step, _)| step));
        (range, step.unwrap_or(HOUR_MS))
    }
}

/// The numbers over time.
#[derive(Serialize, JsonSchema)]
struct Told {
    success: bool,
    series: Series,
}

async fn series(commands: Commands, Query(span): Query<Span>) -> Result<Json<Told>, Problem> {
    let (range, step) = span.ms();
    let series = commands.series(range, step).await?;
    Ok(Json(Told {
        success: true,
        series,
    }))
}

async fn export(commands: Commands, Asks(span, form): Asks<Span>) -> Result<Sent, Problem> {
    let (range, step) = span.ms();
    let export = commands.export_series(range, step, form.format()).await?;
    Ok(form.sent(export, "metrics"))
}

/// Since when.
#[derive(Deserialize, JsonSchema)]
struct SinceWhen {
    /// The moment; the last 30 days are known.
    from_date: Moment,
}

/// What happened since a moment.
#[derive(Serialize, JsonSchema)]
struct Happened {
    success: bool,
    since: Since,
}

async fn since(
    commands: Commands,
    Query(when): Query<SinceWhen>,
) -> Result<Json<Happened>, Problem> {
    Ok(Json(Happened {
        success: true,
        since: commands.since(when.from_date.0).await?,
    }))
}

async fn dashboard(commands: Commands) -> Result<Json<Dashboard>, Problem> {
    Ok(Json(commands.dashboard().await?))
}

impl Input for Form {
    fn describe(_: &mut Operation<'_>) {}

    fn take(call: &Call) -> Result<Self, Problem> {
        Ok(form(&call.head.headers))
    }
}

/// OpenMetrics for whoever names it, unless the older text is wanted more.
fn form(headers: &HeaderMap) -> Form {
    let accepts = headers.get_all(header::ACCEPT).iter();
    let accepts = accepts
        .filter_map(|it| it.to_str().ok())
        .flat_map(|it| it.split(','));
    let (mut open, mut text) = (0.0, 0.0);
    for accept in accepts {
        let mut parts = accept.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|it| it.strip_prefix("q="));
        let weight = weight.map_or(1.0, |it| it.parse::<f64>().unwrap_or_default());
        match kind.as_str() {
            "application/openmetrics-text" => open = weight,
            "text/plain" => text = weight,
            _ => {}
        }
    }
    if open > 0.0 && open >= text {
        Form::OpenMetrics
    } else {
        Form::Text
    }
}

/// The exposition as it is sent.
struct Exposed(Form, String);

impl IntoResponse for Exposed {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.1));
        let kind = HeaderValue::from_static(self.0.media());
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        response
    }
}

impl Answer for Exposed {
    fn describe(operation: &mut Operation<'_>) {
        let text = json!({ "schema": { "type": "string" } });
        operation.answers(json!({
            "text/plain": text, "application/openmetrics-text": text,
        }));
    }
}

async fn prometheus(commands: Commands, form: Form) -> Result<Exposed, Problem> {
    let numbers = commands.numbers().await?;
    let mut out = Exposition::new(form);
    out.numbers(&numbers);
    Ok(Exposed(form, out.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let check = |accept: &str, expected: Form| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(form(&headers), expected, "{accept}");
        };
        check("*/*", Form::Text);
        check("text/plain;version=0.0.4", Form::Text);
        check(
            "application/openmetrics-text;version=1.0.0",
            Form::OpenMetrics,
        );
        check(
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.9",
            Form::Text,
        );
        check(
            "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            Form::OpenMetrics,
        );
        check("application/openmetrics-text;q=0", Form::Text);
        assert_eq!(form(&HeaderMap::new()), Form::Text);
    }
}
