//! Ids, handles and target names: one set of characters, one length.

use signalbox_automation::Handle;

use super::problem::{Code, Findings, quoted};

/// The longest id, handle or target name in characters.
pub const NAME_CHARS_MAX: usize = 64;

/// Whether a name is 1 to 64 of `A-Za-z0-9._-`.
pub fn is_name(name: &str) -> bool {
    (1..=NAME_CHARS_MAX).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// An id, as it stands.
pub(super) fn id(
    text: &str,
    line: u64,
    field: &'static str,
    findings: &mut Findings,
) -> Option<String> {
    if text.is_empty() {
        findings.add(line, Some(field.into()), Code::Empty, || {
            "the field is empty".to_owned()
        });
        return None;
    }
    if !is_name(text) {
        findings.add(line, Some(field.into()), Code::BadName, || {
            let quoted = quoted(text);
            format!("{quoted} is not 1 to {NAME_CHARS_MAX} of the characters A-Z a-z 0-9 . _ -")
        });
        return None;
    }
    Some(text.to_owned())
}

/// A handle or target, without the `@` people put before it.
pub(super) fn handle(
    text: &str,
    line: u64,
    field: &'static str,
    findings: &mut Findings,
) -> Option<Handle> {
    id(
        text.strip_prefix('@').unwrap_or(text),
        line,
        field,
        findings,
    )
    .map(Handle::new)
}
