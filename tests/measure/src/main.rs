//! Reads what benchmarks printed from stdin, and prints one table: each line that is a row as
//! JSON is one of its rows, any other goes on to stderr. Exit 1 where a goal was missed.

use std::io::BufRead;
use std::process::ExitCode;

use signalbox_measure::{Row, table};

fn main() -> ExitCode {
    let mut rows: Vec<Row> = Vec::new();
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(row) => rows.push(row),
            Err(_) => eprintln!("{line}"),
        }
    }
    print!("{}", table(&rows));
    let missed = rows.iter().filter(|row| !row.holds()).count();
    if missed > 0 {
        eprintln!("{missed} of {} goals were missed.", rows.len());
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
