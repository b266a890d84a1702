//! The numbers over time, with what operators paused and stopped.

use serde::Serialize;

use super::{CommandError, Commands, Export};
use crate::clock::rfc3339;
use crate::dto::ConcurrencyMetrics;
use crate::export::{Format, SeriesRow, export_series};
use crate::store::audit::{self, AuditRow};
use crate::store::latencies::Latencies;
use crate::store::series::{self, MINUTE_MS, Outcomes, Sample};

/// Most points of one answer.
pub const POINTS_MAX: i64 = 3_000;

/// Orders that explain why numbers stood still.
const TOLD: [&str; 4] = [
    "system.pause",
    "system.resume",
    "system.emergency_stop",
    "system.emergency_resume",
];

/// The numbers at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SeriesPoint {
    /// Where its step begins, RFC 3339; what follows is of the step's end, or of now.
    pub ts: String,
    /// The six numbers.
    pub metrics: ConcurrencyMetrics,
    /// Tasks completed in the step.
    pub tasks_completed: u64,
    /// Tasks failed, or ended with an unknown act, in the step.
    pub tasks_failed: u64,
    /// Outcomes in the step by status, without those of rehearsals.
    pub interactions: Outcomes,
    /// How long acts took that were done in the step; null where none was.
    pub latency: Option<Latency>,
}

/// How long acts took that were done, without those of rehearsals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Latency {
    /// How many were done.
    pub count: u64,
    /// Milliseconds that half of them did not exceed, within a sixteenth.
    pub p50_ms: u64,
    /// Milliseconds that 95 of 100 did not exceed, within a sixteenth.
    pub p95_ms: u64,
}

impl Latency {
    fn of(counts: &Latencies) -> Option<Self> {
        Some(Self {
            count: counts.count(),
            p50_ms: counts.percentile(50)?,
            p95_ms: counts.percentile(95)?,
        })
    }
}

/// What came of a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct SeriesSums {
    /// Tasks completed in it.
    pub tasks_completed: u64,
    /// Tasks failed, or ended with an unknown act, in it.
    pub tasks_failed: u64,
    /// Outcomes in it by status, without those of rehearsals.
    pub interactions: Outcomes,
    /// How long acts took that were done in it; null where none was.
    pub latency: Option<Latency>,
}

impl SeriesSums {
    /// What was counted from one row to another.
    pub(super) fn between(before: &Sample, row: &Sample) -> Self {
        let outcomes = row.outcomes.iter().filter_map(|(status, times)| {
            let was = before.outcomes.get(status).copied().unwrap_or(0);
            let times = times.saturating_sub(was);
            (times > 0).then(|| (status.clone(), times))
        });
        Self {
            tasks_completed: row.completed.saturating_sub(before.completed),
            tasks_failed: row.failed.saturating_sub(before.failed),
            interactions: outcomes.collect(),
            latency: Latency::of(&row.latencies.since(&before.latencies)),
        }
    }
}

/// A time in which there was no engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Gap {
    /// RFC 3339.
    pub from: String,
    /// RFC 3339.
    pub to: String,
}

/// A pause, a stop or the end of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Annotation {
    /// RFC 3339.
    pub ts: String,
    /// The order: `system.pause`, `system.resume` and the like.
    pub action: String,
    /// Through which face.
    pub who: String,
    /// Why, where it was said.
    pub why: Option<String>,
}

/// The numbers over a span of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Series {
    /// RFC 3339.
    pub from: String,
    /// RFC 3339.
    pub to: String,
    /// Seconds between two points.
    pub step_seconds: i64,
    /// In their order. Where nothing happened, the numbers before are told again; there is no
    /// point before the first record and in a step without an engine.
    pub points: Vec<SeriesPoint>,
    /// What came of all of it.
    pub whole: SeriesSums,
    /// When there was no engine.
    pub gaps: Vec<Gap>,
    /// Pauses, stops and their ends, in their order.
    pub annotations: Vec<Annotation>,
}

impl Commands {
    /// The numbers of the last `range` ms, every `step` ms; both are whole minutes.
    pub async fn series(&self, range: i64, step: i64) -> Result<Series, CommandError> {
        let step = step.max(MINUTE_MS);
        if range / step > POINTS_MAX {
            let detail = format!(
                "That would be more than {POINTS_MAX} points. Choose a longer step, or a shorter \
                 range."
            );
            return Err(CommandError::new("too_many_points", detail));
        }
        let to = self.clock.read().wall_ms;
        let from = to.saturating_sub(range).div_euclid(step) * step;
        let minute = series::minute_of(to);
        let live = self.read(move |view| Sample::of(minute, view.began, &view.state.counts()));
        let live = live.await?;
        self.query(move |connection| {
            let mut rows = series::span(connection, from, to)?;
            rows.retain(|row| row.minute < minute);
            rows.push(live.counted(connection)?);
            let gaps = gaps(&rows);
            Ok(Series {
                from: rfc3339(from),
                to: rfc3339(to),
                step_seconds: step / 1_000,
                points: points(&rows, &gaps, (from, to, step)),
                whole: whole(&rows, from),
                gaps: gaps
                    .into_iter()
                    .filter(|(_, end)| *end > from)
                    .map(|(begin, end)| Gap {
                        from: rfc3339(begin.max(from)),
                        to: rfc3339(end),
                    })
                    .collect(),
                annotations: annotations(connection, from)?,
            })
        })
        .await
    }
}

impl Commands {
    /// Begins an export of the numbers of the last `range` ms, every `step` ms.
    pub async fn export_series(
        &self,
        range: i64,
        step: i64,
        format: Format,
    ) -> Result<Export, CommandError> {
        let now = self.clock.read().wall_ms;
        let series = self.series(range, step).await?;
        let rows: Vec<SeriesRow> = series.points.iter().map(SeriesPoint::row).collect();
        self.stream(move |_, out| export_series(&rows, format, now, out))
            .await
    }
}

impl SeriesPoint {
    fn row(&self) -> SeriesRow {
        let metrics = self.metrics;
        SeriesRow {
            ts: self.ts.clone(),
            numbers: [
                Some(metrics.total_accounts_tracked),
                Some(metrics.accounts_running),
                Some(metrics.accounts_waiting),
                Some(metrics.accounts_cooldown),
                Some(metrics.total_concurrency_blocks),
                Some(metrics.total_tasks_queued_waiting),
                Some(self.tasks_completed),
                Some(self.tasks_failed),
                Some(self.latency.map_or(0, |it| it.count)),
                self.latency.map(|it| it.p50_ms),
                self.latency.map(|it| it.p95_ms),
            ],
        }
    }
}

/// When there was no engine: from the minute after the last row of a life to the next life.
fn gaps(rows: &[Sample]) -> Vec<(i64, i64)> {
    let pairs = rows.windows(2).filter_map(|pair| match pair {
        [before, after] => Some((before.minute + MINUTE_MS, after.since)),
        _ => None,
    });
    pairs.filter(|(begin, end)| end > begin).collect()
}

fn points(
    rows: &[Sample],
    gaps: &[(i64, i64)],
    (from, to, step): (i64, i64, i64),
) -> Vec<SeriesPoint> {
    let nothing = Sample::default();
    let mut points = Vec::new();
    // How many rows are of before the step.
    let mut behind = rows.partition_point(|row| row.minute < from);
    let mut begin = from;
    while begin < to {
        let end = begin + step;
        let next = behind + rows[behind..].partition_point(|row| row.minute < end);
        let before = behind.checked_sub(1).and_then(|at| rows.get(at));
        let holds = next.checked_sub(1).and_then(|at| rows.get(at));
        let off = gaps.iter().any(|gap| gap.0 <= begin && gap.1 >= end);
        if let Some(row) = holds.filter(|row| !off && (next > behind || row.minute < end)) {
            points.push(point(begin, row, before.unwrap_or(&nothing)));
        }
        (behind, begin) = (next, end);
    }
    points
}

fn point(begin: i64, row: &Sample, before: &Sample) -> SeriesPoint {
    let sums = SeriesSums::between(before, row);
    SeriesPoint {
        ts: rfc3339(begin),
        metrics: ConcurrencyMetrics {
            total_accounts_tracked: row.accounts,
            accounts_running: row.running,
            accounts_waiting: row.waiting,
            accounts_cooldown: row.cooldown,
            total_concurrency_blocks: row.blocks,
            total_tasks_queued_waiting: row.queued,
        },
        tasks_completed: sums.tasks_completed,
        tasks_failed: sums.tasks_failed,
        interactions: sums.interactions,
        latency: sums.latency,
    }
}

/// What came of everything from `from` on; the rows end with now.
fn whole(rows: &[Sample], from: i64) -> SeriesSums {
    let nothing = Sample::default();
    let before = rows.first().filter(|row| row.minute < from);
    let last = rows.last().unwrap_or(&nothing);
    SeriesSums::between(before.unwrap_or(&nothing), last)
}

fn annotations(
    connection: &rusqlite::Connection,
    from: i64,
) -> crate::store::Result<Vec<Annotation>> {
    let mut rows: Vec<AuditRow> = Vec::new();
    for action in TOLD {
        let filter = audit::Filter {
            from: Some(from),
            action: Some(action.to_owned()),
            ..audit::Filter::default()
        };
        rows.extend(audit::page(connection, &filter, None, 1_000)?);
    }
    rows.sort_unstable_by_key(|row| row.seq);
    let told = rows.into_iter().map(|row| Annotation {
        ts: rfc3339(row.ts),
        action: row.action,
        who: row.who,
        why: row.why,
    });
    Ok(told.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(minute: i64, since: i64, completed: u64) -> Sample {
        Sample {
            minute: minute * MINUTE_MS,
            since: since * MINUTE_MS,
            completed,
            queued: completed * 10,
            ..Sample::default()
        }
    }

    /// The minute, what waits at its end, and what was completed in it.
    fn check(rows: &[Sample], (from, to): (i64, i64), step: i64, expected: &[(i64, u64, u64)]) {
        let gaps = gaps(rows);
        let span = (from * MINUTE_MS, to * MINUTE_MS, step * MINUTE_MS);
        let found = points(rows, &gaps, span);
        let sum: u64 = found.iter().map(|it| it.tasks_completed).sum();
        if to * MINUTE_MS > rows.last().unwrap().minute {
            assert_eq!(
                whole(rows, span.0).tasks_completed,
                sum,
                "of the whole span"
            );
        }
        let expected: Vec<(String, u64, u64)> = expected
            .iter()
            .map(|(minute, queued, done)| (rfc3339(minute * MINUTE_MS), *queued, *done))
            .collect();
        let found: Vec<(String, u64, u64)> = found
            .into_iter()
            .map(|it| {
                (
                    it.ts,
                    it.metrics.total_tasks_queued_waiting,
                    it.tasks_completed,
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_stood_still_is_told_again_and_what_happened_is_told_once() {
        let rows = [row(1, 0, 4), row(4, 0, 6), row(5, 0, 7)];
        check(
            &rows,
            (0, 6),
            1,
            &[(1, 40, 4), (2, 40, 0), (3, 40, 0), (4, 60, 2), (5, 70, 1)],
        );
        check(&rows, (0, 6), 3, &[(0, 40, 4), (3, 70, 3)]);
        check(&rows, (3, 5), 1, &[(3, 40, 0), (4, 60, 2)]);
    }

    #[test]
    fn there_is_no_point_where_there_was_no_engine() {
        let rows = [row(1, 0, 4), row(6, 5, 5)];
        check(&rows, (1, 7), 1, &[(1, 40, 4), (5, 40, 0), (6, 50, 1)]);
        assert_eq!(gaps(&rows), [(2 * MINUTE_MS, 5 * MINUTE_MS)]);
        check(&rows, (0, 9), 3, &[(0, 40, 4), (3, 40, 0), (6, 50, 1)]);
    }
}
