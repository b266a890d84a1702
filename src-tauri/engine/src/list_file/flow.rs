//! Rows of type flow: the file that is named stands beside the list, and comes with it.

use std::collections::BTreeMap;

use signalbox_automation::flow::{Script, parse_script};
use signalbox_automation::{Handle, Work};

use super::problem::{Code, Findings, quoted};

/// The flows that come with a list, by the names its rows have for them.
pub type Flows = BTreeMap<String, Script>;

/// The work of a row; the flow is read with the row's target.
pub(super) fn flow(
    target: &Handle,
    actions: &str,
    named: Option<String>,
    flows: &Flows,
    (line, findings): (u64, &mut Findings),
) -> Option<Work> {
    if !actions.is_empty() {
        findings.add(line, Some("actions".into()), Code::Unused, || {
            "the script of a flow row says what is done; leave it empty".to_owned()
        });
        return None;
    }
    let mut wrong = |code, reason: &dyn Fn() -> String| {
        findings.add(line, Some("flow".into()), code, reason);
        None
    };
    let Some(named) = named else {
        return wrong(Code::Empty, &|| {
            "the field is empty; name the script's file".to_owned()
        });
    };
    let Some(script) = flows.get(&named) else {
        return wrong(Code::UnknownFlow, &|| {
            format!(
                "{} did not come with the list; lists with flows are taken by the command line, \
                 which reads them beside the file",
                quoted(&named)
            )
        });
    };
    // Who acts is known when it runs.
    let mut more = vec![("handle", "")];
    if !target.reveal().is_empty() {
        more.push(("target", target.reveal()));
    }
    match parse_script(script, &more) {
        Ok(flow) => match flow.needs.first() {
            None => Some(Work::Flow {
                target: target.clone(),
                script: script.clone(),
            }),
            Some(name) => wrong(Code::BadFlow, &|| {
                format!("{}: {name} has no value", quoted(&named))
            }),
        },
        Err(problems) => wrong(Code::BadFlow, &|| problems.to_string()),
    }
}
