//! What a file's columns are likely to be, by their names: a guess that the operator sees, and may
//! change.

use super::accounts::COLUMNS as ACCOUNTS;
use super::sheet::Column;
use super::tasks::COLUMNS as TASKS;
use super::write::ENDING_COLUMNS;

/// Which of the two files of a list a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, schemars::JsonSchema, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// It names accounts.
    Accounts,
    /// It says what is to be done.
    Tasks,
}

/// The column that an export of rejected rows adds.
pub const REASON: &str = "reason";

/// What people call the columns of a task file, beside our own names.
const TASK_WORDS: [(&str, &[&str]); 10] = [
    (
        "account_id",
        &[
            "account",
            "accountname",
            "sender",
            "from",
            "profile",
            "konto",
        ],
    ),
    ("task_type", &["type", "task", "kind", "job", "art"]),
    (
        "target_username",
        &[
            "target",
            "username",
            "user",
            "handle",
            "name",
            "page",
            "targetpage",
            "profileurl",
            "url",
            "link",
            "instagram",
            "ziel",
        ],
    ),
    (
        "actions",
        &[
            "action", "what", "do", "todo", "steps", "aktionen", "aktion",
        ],
    ),
    ("priority", &["prio", "urgency", "prioritaet", "priorität"]),
    (
        "not_before",
        &[
            "notbefore",
            "start",
            "startat",
            "startsat",
            "schedule",
            "scheduledat",
            "when",
            "date",
            "time",
        ],
    ),
    (
        "comment_text",
        &["comment", "commenttext", "text", "message", "kommentar"],
    ),
    ("flow", &["script", "flowfile", "yaml"]),
    ("note", &["notes", "remark", "remarks", "info", "notiz"]),
    (
        "idempotency_key",
        &["key", "id", "externalid", "reference", "ref"],
    ),
];

/// The same of an accounts file.
const ACCOUNT_WORDS: [(&str, &[&str]); 6] = [
    ("account_id", &["account", "id", "accountname", "konto"]),
    (
        "handle",
        &["username", "user", "login", "instagram", "name", "profile"],
    ),
    (
        "device_udid",
        &[
            "device", "udid", "phone", "iphone", "serial", "deviceid", "geraet", "gerät",
        ],
    ),
    ("label", &["title", "displayname", "caption"]),
    ("group", &["team", "shift", "category", "gruppe"]),
    ("note", &["notes", "remark", "remarks", "info", "notiz"]),
];

/// Columns that only one of the two files has.
const TELLING: [(FileKind, &[&str]); 2] = [
    (
        FileKind::Accounts,
        &["handle", "device_udid", "label", "group"],
    ),
    (
        FileKind::Tasks,
        &[
            "task_type",
            "target_username",
            "actions",
            "priority",
            "not_before",
            "comment_text",
            "flow",
        ],
    ),
];

/// For each column of the header its likely name in a file of this kind; each name once.
pub(super) fn guessed(kind: FileKind, header: &[String]) -> Vec<Option<&'static str>> {
    let (columns, words): (&[Column], &[(&'static str, &[&str])]) = match kind {
        FileKind::Accounts => (ACCOUNTS, &ACCOUNT_WORDS),
        FileKind::Tasks => (TASKS, &TASK_WORDS),
    };
    let mut found = vec![None; header.len()];
    let mut taken: Vec<&str> = Vec::new();
    // What is called as we call it comes before what may only mean it.
    for exactly in [true, false] {
        for (place, theirs) in header.iter().enumerate() {
            if found[place].is_some() || is_passed_over(theirs) {
                continue;
            }
            let ours = words.iter().find(|(ours, others)| {
                let known = columns.iter().any(|column| column.name == *ours);
                let same = squeezed(ours) == squeezed(theirs);
                known && (same || (!exactly && others.contains(&squeezed(theirs).as_str())))
            });
            if let Some((ours, _)) = ours
                && !taken.contains(ours)
            {
                taken.push(ours);
                found[place] = Some(*ours);
            }
        }
    }
    found
}

/// Which file it is likely to be: the one of which it has more columns that the other has not.
pub(super) fn kind_of(name: &str, header: &[String]) -> FileKind {
    let telling = |wanted: FileKind| {
        let found = guessed(wanted, header).into_iter().flatten();
        let own = TELLING.iter().find(|(kind, _)| *kind == wanted);
        found
            .filter(|ours| own.is_some_and(|(_, own)| own.contains(ours)))
            .count()
    };
    let (accounts, tasks) = (telling(FileKind::Accounts), telling(FileKind::Tasks));
    let called_so = name.to_lowercase().contains("account");
    match accounts > tasks || (accounts == tasks && called_so) {
        true => FileKind::Accounts,
        false => FileKind::Tasks,
    }
}

/// What our own exports add is never one of the columns.
fn is_passed_over(name: &str) -> bool {
    let passed = ENDING_COLUMNS.iter().chain([&REASON]);
    passed.into_iter().any(|it| it.eq_ignore_ascii_case(name))
}

/// A name without what people put between words.
fn squeezed(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &str) -> Vec<String> {
        names.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn columns_are_guessed_by_their_names_each_once() {
        let check = |kind, names: &str, expected: &str| {
            let found = guessed(kind, &header(names));
            let found: Vec<&str> = found.into_iter().map(Option::unwrap_or_default).collect();
            assert_eq!(found.join(","), expected, "{names}");
        };
        let tasks = FileKind::Tasks;
        check(
            tasks,
            "Account ID,TYPE,User name,Actions",
            "account_id,task_type,target_username,actions",
        );
        check(tasks, "user,target_username", ",target_username");
        check(
            tasks,
            "Konto;x,Ziel,Not before",
            ",target_username,not_before",
        );
        check(
            tasks,
            "status,reason,error_message,username",
            ",,,target_username",
        );
        let accounts = FileKind::Accounts;
        check(
            accounts,
            "id,username,phone,team",
            "account_id,handle,device_udid,group",
        );
        check(accounts, "colour,handle", ",handle");
    }

    #[test]
    fn a_file_is_of_the_kind_whose_own_columns_it_has() {
        let check = |name: &str, names: &str, expected| {
            assert_eq!(kind_of(name, &header(names)), expected, "{name}: {names}");
        };
        check("x.csv", "account_id,handle,device_udid", FileKind::Accounts);
        check(
            "x.csv",
            "account_id,task_type,target_username,actions",
            FileKind::Tasks,
        );
        check("accounts.csv", "account,username", FileKind::Accounts);
        check("monday.csv", "account,username", FileKind::Tasks);
        check("monday.csv", "colour", FileKind::Tasks);
    }
}
