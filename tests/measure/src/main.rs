//! Reads what benchmarks printed from stdin, and prints one table: each line that is a row as
//! JSON is one of its rows, any other goes on to stderr. Exit 1 where a goal was missed, or where a
//! row lacks a number: a figure that came to nothing must not look like one that was not asked for.

use std::io::BufRead;
use std::process::ExitCode;

use signalbox_measure::{Row, table};

fn main() -> ExitCode {
    let mut rows: Vec<Row> = Vec::new();
    let mut broken = 0;
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match serde_json::from_str(&line) {
            Ok(row) => rows.push(row),
            Err(_) => {
                broken += usize::from(line.starts_with('{'));
                eprintln!("{line}");
            }
        }
    }
    print!("{}", table(&rows));
    let missed = rows.iter().filter(|row| !row.holds()).count();
    let goals = rows.iter().filter(|row| row.goal.is_some()).count();
    if missed > 0 {
        eprintln!("{missed} of {goals} goals were missed.");
    }
    if broken > 0 {
        eprintln!("{broken} rows lack a number; they stand above the table.");
    }
    match missed + broken {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}
