//! The text that Prometheus reads, in its two forms. Labels have few values: a state, a result, a
//! type of task; never an account, a target or a task.

use std::fmt::Write as _;

use signalbox_scheduler::Counts;

use crate::commands::{BOUNDS_S, Durations, Numbers};
use crate::list_file::kind_word;

/// Which form is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Prometheus' own, 0.0.4.
    Text,
    /// OpenMetrics 1.0.0.
    OpenMetrics,
}

impl Form {
    /// Its content type.
    pub(super) fn media(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The text, while it is written.
pub(super) struct Exposition {
    form: Form,
    text: String,
}

impl Exposition {
    pub(super) fn new(form: Form) -> Self {
        let text = String::new();
        Self { form, text }
    }

    /// A number that goes up and down, by the values of one label, or alone.
    fn gauge(&mut self, name: &str, help: &str, label: &str, values: &[(&str, f64)]) {
        self.family(name, "gauge", name, help);
        self.samples(name, label, values);
    }

    /// A number that only grows.
    fn counter(&mut self, name: &str, help: &str, label: &str, values: &[(&str, f64)]) {
        let sample = format!("{name}_total");
        // Prometheus' own form calls the family as its samples are called.
        let family = match self.form {
            Form::Text => sample.clone(),
            Form::OpenMetrics => name.to_owned(),
        };
        self.family(&family, "counter", name, help);
        self.samples(&sample, label, values);
    }

    fn family(&mut self, family: &str, kind: &str, name: &str, help: &str) {
        let _ = writeln!(self.text, "# HELP signalbox_{family} {help}");
        let _ = writeln!(self.text, "# TYPE signalbox_{family} {kind}");
        if self.form == Form::OpenMetrics && name.ends_with("_seconds") {
            let _ = writeln!(self.text, "# UNIT signalbox_{family} seconds");
        }
    }

    fn samples(&mut self, name: &str, label: &str, values: &[(&str, f64)]) {
        for (value, number) in values {
            let _ = match label {
                "" => writeln!(self.text, "signalbox_{name} {number}"),
                _ => writeln!(
                    self.text,
                    "signalbox_{name}{{{label}=\"{value}\"}} {number}"
                ),
            };
        }
    }

    /// All that is told.
    pub(super) fn numbers(&mut self, numbers: &Numbers) {
        self.engine(numbers);
        self.accounts(&numbers.counts);
        self.tasks(&numbers.counts);
        self.durations(&numbers.durations);
    }

    fn engine(&mut self, numbers: &Numbers) {
        let on = |on: bool| if on { 1.0 } else { 0.0 };
        let uptime = [("", numbers.uptime)];
        self.gauge(
            "uptime_seconds",
            "Time since the engine started.",
            "",
            &uptime,
        );
        let started = [("", on(numbers.started))];
        self.gauge("started", "Whether new tasks may start.", "", &started);
        let full = [("", on(numbers.disk_full))];
        self.gauge("disk_full", "Whether nothing can be saved.", "", &full);
        let connected = numbers.phones_attached - numbers.phones_ready;
        let phones = [
            ("disconnected", float(numbers.phones_gone)),
            ("connected", float(connected)),
            ("ready", float(numbers.phones_ready)),
        ];
        self.gauge("devices", "Phones by status.", "state", &phones);
    }

    fn accounts(&mut self, counts: &Counts) {
        let busy = counts.accounts_running + counts.accounts_cooldown + counts.accounts_suspended;
        let states = [
            ("available", float(counts.accounts.saturating_sub(busy))),
            ("running", float(counts.accounts_running)),
            ("cooldown", float(counts.accounts_cooldown)),
            ("suspended", float(counts.accounts_suspended)),
        ];
        self.gauge("accounts", "Accounts by state.", "state", &states);
        let waiting = [("", float(counts.accounts_waiting))];
        self.gauge(
            "accounts_waiting",
            "Accounts with a waiting task.",
            "",
            &waiting,
        );
        let blocks = [("", float(counts.blocks))];
        let help = "Tasks that had to wait for their account.";
        self.counter("concurrency_blocks", help, "", &blocks);
        let checks = [("", float(counts.checks))];
        let help = "Acts that were looked up in the history.";
        self.counter("history_checks", help, "", &checks);
        let trips = [("", float(counts.breaker_trips))];
        let help = "Phones that were taken out because they failed too often.";
        self.counter("breaker_trips", help, "", &trips);
    }

    fn tasks(&mut self, counts: &Counts) {
        let open = [
            ("waiting", float(counts.tasks_waiting)),
            ("scheduled", float(counts.tasks_scheduled)),
            ("running", float(counts.tasks_running)),
        ];
        self.gauge(
            "tasks",
            "Tasks that have not ended, by state.",
            "state",
            &open,
        );
        let ended = [
            ("completed", float(counts.tasks_completed)),
            ("failed", float(counts.tasks_failed)),
            ("cancelled", float(counts.tasks_cancelled)),
            ("interrupted", float(counts.tasks_interrupted)),
        ];
        self.counter(
            "tasks_ended",
            "Tasks that ended, by result.",
            "result",
            &ended,
        );
    }

    /// How long attempts took, by the type of their task and by whether they completed it.
    fn durations(&mut self, durations: &Durations) {
        let name = "attempt_duration_seconds";
        let help = "How long attempts took since the engine started, by type of task.";
        self.family(name, "histogram", name, help);
        for (kind, completed, it) in durations.each() {
            let result = if completed { "completed" } else { "other" };
            let labels = format!("task_type=\"{}\",result=\"{result}\"", kind_word(kind));
            let bounds = BOUNDS_S.map(|bound| match self.form {
                Form::Text => bound.to_string(),
                // Its bounds are numbers with a point.
                Form::OpenMetrics => format!("{bound}.0"),
            });
            let bounds = bounds.into_iter().chain(["+Inf".to_owned()]);
            for (bound, within) in bounds.zip(it.within.into_iter().chain([it.count])) {
                let _ = writeln!(
                    self.text,
                    "signalbox_{name}_bucket{{{labels},le=\"{bound}\"}} {within}"
                );
            }
            let seconds = float(it.sum_ms) / 1_000.0;
            let _ = writeln!(self.text, "signalbox_{name}_sum{{{labels}}} {seconds}");
            let _ = writeln!(self.text, "signalbox_{name}_count{{{labels}}} {}", it.count);
        }
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        if self.form == Form::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }
}

#[expect(clippy::cast_precision_loss, reason = "nobody counts beyond 2^53")]
fn float(number: u64) -> f64 {
    number as f64
}
