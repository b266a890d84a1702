//! The text that Prometheus reads, in its two forms. Labels have few values: a state, a result, a
//! type of task; never an account, a target or a task.

use std::fmt::Write as _;

use crate::commands::Numbers;

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
        let Numbers { counts, .. } = numbers;
        #[expect(
            clippy::cast_precision_loss,
            reason = "nobody counts beyond 2^53 tasks"
        )]
        let float = |number: u64| number as f64;
        let busy = counts.accounts_running + counts.accounts_cooldown + counts.accounts_suspended;
        let available = counts.accounts.saturating_sub(busy);
        self.gauge(
            "uptime_seconds",
            "Time since the engine started.",
            "",
            &[("", numbers.uptime)],
        );
        self.gauge(
            "accounts",
            "Accounts by state.",
            "state",
            &[
                ("available", float(available)),
                ("running", float(counts.accounts_running)),
                ("cooldown", float(counts.accounts_cooldown)),
                ("suspended", float(counts.accounts_suspended)),
            ],
        );
        self.gauge(
            "accounts_waiting",
            "Accounts with a waiting task.",
            "",
            &[("", float(counts.accounts_waiting))],
        );
        self.gauge(
            "devices",
            "Phones by status.",
            "state",
            &[
                ("disconnected", float(numbers.phones_gone)),
                (
                    "connected",
                    float(numbers.phones_attached - numbers.phones_ready),
                ),
                ("ready", float(numbers.phones_ready)),
            ],
        );
        self.gauge(
            "tasks",
            "Tasks that have not ended, by state.",
            "state",
            &[
                ("waiting", float(counts.tasks_waiting)),
                ("scheduled", float(counts.tasks_scheduled)),
                ("running", float(counts.tasks_running)),
            ],
        );
        self.counter(
            "tasks_ended",
            "Tasks that ended, by result.",
            "result",
            &[
                ("completed", float(counts.tasks_completed)),
                ("failed", float(counts.tasks_failed)),
                ("cancelled", float(counts.tasks_cancelled)),
                ("interrupted", float(counts.tasks_interrupted)),
            ],
        );
        self.counter(
            "concurrency_blocks",
            "Tasks that had to wait for their account.",
            "",
            &[("", float(counts.blocks))],
        );
        let on = |on: bool| if on { 1.0 } else { 0.0 };
        self.gauge(
            "started",
            "Whether new tasks may start.",
            "",
            &[("", on(numbers.started))],
        );
        self.gauge(
            "disk_full",
            "Whether nothing can be saved.",
            "",
            &[("", on(numbers.disk_full))],
        );
    }

    /// The whole text.
    pub(super) fn finish(mut self) -> String {
        if self.form == Form::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        self.text
    }
}
