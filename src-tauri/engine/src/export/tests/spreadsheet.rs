//! What an export looks like to LibreOffice, where it is installed. Where it is not, a line says so;
//! `make test-clients` installs it, and then it must be there.

use std::path::Path;
use std::process::Command;

use super::*;

/// Set where the test must not be passed over.
const NEEDED: &str = "SIGNALBOX_NEEDS_SPREADSHEET";
/// What a spreadsheet would run, and what it shows of each instead.
const RUNS: [&str; 6] = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "  =1+1",
    "+1+1",
    "-1-1",
    "@SUM(1;1)",
];

/// The targets of an exported file as LibreOffice shows them, or none where it is not installed.
fn shown(dir: &Path, guard: bool) -> Option<Vec<String>> {
    let rows: Vec<Put> = rows().into_iter().take(RUNS.len()).collect();
    let dir = dir.join(if guard { "on" } else { "off" });
    std::fs::create_dir(&dir).unwrap();
    let store = data_set(&dir, &rows);
    for (seq, text) in (1_i64..).zip(RUNS) {
        let sql = "UPDATE interactions SET target = ?2, reason = '', rehearsal = 0, account_no = 2,
                   phone_no = 2 WHERE seq = ?1";
        store.connection().execute(sql, (seq, text)).unwrap();
    }
    let file = std::fs::File::create(dir.join("outcomes.csv")).unwrap();
    let format = Format::Csv { guard };
    export(store.connection(), &Filter::default(), format, 5, file).unwrap();
    let profile = format!(
        "-env:UserInstallation=file://{}",
        dir.join("profile").display()
    );
    let run = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", "csv", "--outdir"])
        .args([dir.join("shown"), dir.join("outcomes.csv")])
        .output();
    let ran = match run {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            assert!(std::env::var_os(NEEDED).is_none(), "soffice is not there");
            return None;
        }
        ran => ran.unwrap(),
    };
    let path = dir.join("shown/outcomes.csv");
    let mut reader =
        csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{ran:?}: {error}"));
    let targets = reader.records().map(|row| row.unwrap()[2].to_owned());
    Some(targets.collect())
}

#[test]
fn a_spreadsheet_shows_cells_as_text_and_runs_none() {
    let dir = tempfile::tempdir().unwrap();
    let Some(guarded) = shown(dir.path(), true) else {
        println!("skipped: LibreOffice (soffice) is not installed");
        return;
    };
    let expected = RUNS.map(|text| format!("'{text}"));
    assert_eq!(guarded, expected);
    // It does run what is not guarded: 1 and 1 is 2.
    let run = shown(dir.path(), false).unwrap();
    assert_eq!(run[0], "2", "{run:?}");
}
