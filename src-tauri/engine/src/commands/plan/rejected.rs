//! The rows of a file that a plan refuses, as they stand there, with why: to mend and import again.

use std::collections::HashMap;

use uuid::Uuid;

use super::Verdict;
use crate::commands::{CommandError, Commands, Export, ExportFormat};
use crate::export::export_rejected;

impl Commands {
    /// The rows that a plan refuses as a list file, with the reason of each behind its columns.
    ///
    /// # Errors
    /// `unknown_plan`, `plan_used`; `plan_without_file` where it was not made of one.
    pub async fn export_rejected(
        &self,
        plan_id: Uuid,
        format: ExportFormat,
    ) -> Result<Export, CommandError> {
        let now_ms = self.clock.read().wall_ms;
        let plan = self.plans.find(plan_id, now_ms)?;
        if plan.source.is_none() {
            let detail = "The plan was not made of a file, so there are no rows of one to export.";
            return Err(CommandError::new("plan_without_file", detail));
        }
        self.stream(move |_, out| {
            let refused = plan.rows.iter().filter(|it| it.verdict == Verdict::Refused);
            let reasons: HashMap<u64, String> = refused
                .filter_map(|row| {
                    let reason = row.reason.as_deref().unwrap_or_default();
                    let reason = match &row.field {
                        Some(field) => format!("{field}: {reason}"),
                        None => reason.to_owned(),
                    };
                    Some((row.line?, reason))
                })
                .collect();
            let source = plan.source.as_ref();
            let (text, columns) = source.map(|it| (it.text.as_slice(), &it.columns)).unzip();
            let columns = columns.cloned().unwrap_or_default();
            export_rejected(
                text.unwrap_or_default(),
                &columns,
                &reasons,
                (format, now_ms),
                out,
            )
        })
        .await
    }
}
