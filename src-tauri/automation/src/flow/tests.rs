//! Flows as texts, and what is made of them: the corpus of accepted and refused ones, and single
//! commands.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::{Flow, Problems, parse};
use crate::step::{Condition, What};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/flows")
}

/// Reads a flow of a folder on disk.
fn from_disk(folder: &Path, main: &str) -> Result<Flow, Problems> {
    parse(main, &BTreeMap::new(), &mut |name| {
        std::fs::read_to_string(folder.join(name)).map_err(|_| format!("There is no “{name}”."))
    })
}

fn read(text: &str) -> Result<Flow, Problems> {
    parse("flow.yaml", &BTreeMap::new(), &mut |name| match name {
        "flow.yaml" => Ok(text.to_owned()),
        other => Err(format!("There is no “{other}”.")),
    })
}

/// The problems of a text, as `line code`.
fn problems(text: &str) -> Vec<String> {
    let Err(Problems(all)) = read(text) else {
        return Vec::new();
    };
    all.iter()
        .map(|it| format!("{} {}", it.line, it.code))
        .collect()
}

/// Files of a folder in order.
fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    names
}

#[test]
fn the_accepted_flows_of_our_corpus() {
    let folder = fixtures().join("accepted");
    let names = files(&folder);
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        let read = from_disk(&folder, &name);
        let flow = read.unwrap_or_else(|problems| panic!("{name}: {problems:#?}"));
        assert!(!flow.steps.is_empty(), "{name}");
    }
}

/// The first line of each says where and by which word it is refused: `# 4 unsupported_command x`.
#[test]
fn the_refused_flows_of_our_corpus() {
    let folder = fixtures().join("refused");
    let names = files(&folder);
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        let text = std::fs::read_to_string(folder.join(&name)).unwrap();
        let first = text.lines().next().unwrap();
        let mut words = first.trim_start_matches("# ").splitn(3, ' ');
        let line: u32 = words.next().unwrap().parse().unwrap();
        let (code, part) = (words.next().unwrap(), words.next().unwrap());
        let Err(Problems(problems)) = from_disk(&folder, &name) else {
            panic!("{name} was accepted");
        };
        let told = problems.iter().any(|problem| {
            problem.line == line && problem.code == code && problem.message.contains(part)
        });
        assert!(told, "{name}: {problems:#?}");
    }
}

#[test]
fn every_problem_is_told_at_once_with_its_line() {
    let got = problems(
        "appId: a.b\ncolour: red\n---\n- evalScript: ${1}\n- tapOn:\n    texxt: a\n- repeat:\n    times: 101\n    commands: [back]\n- flyAway\n",
    );
    let want = [
        "2 unknown_key",
        "4 unsupported_command",
        "5 missing",
        "8 bad_value",
        "10 unsupported_command",
    ];
    assert_eq!(got, want);
    let Err(problems) = read("- runScript: a.js\n") else {
        panic!("accepted")
    };
    assert_eq!(
        problems.to_string(),
        "flow.yaml:1: unsupported command “runScript” at line 1 (scripts are not run)"
    );
}

#[test]
fn commands_are_steps() {
    let check = |text: &str, want: &[&str]| {
        let flow = read(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        let got: Vec<String> = flow
            .steps
            .iter()
            .map(|step| {
                let words = format!("{:?}", step.what);
                let end = words.find([' ', '(']).unwrap_or(words.len());
                let optional = if step.optional { "?" } else { "" };
                format!("{}{optional} {}", &words[..end], step.limit.as_secs())
            })
            .collect();
        assert_eq!(got, want, "{text}");
    };
    check("- launchApp", &["OpenApp 8"]);
    check("- tapOn: a", &["Touch 17"]);
    check("- tapOn: {text: a, optional: true}", &["Touch? 7"]);
    check(
        "- assertVisible: a\n- assertNotVisible: {id: b}",
        &["WaitUntil 17", "WaitUntil 17"],
    );
    check(
        "- extendedWaitUntil: {visible: a, timeout: 5_000}",
        &["WaitUntil 5"],
    );
    check("- assertTrue: ${1 == 1}", &["WaitUntil 0"]);
    check("- repeat: {times: 3, commands: [back]}", &["While 7"]);
    check(
        "- repeat: {while: {visible: a}, commands: [back]}",
        &["While 7", "WaitUntil 0"],
    );
    check(
        "- runFlow: {when: {platform: android}, commands: [back]}",
        &["While 7"],
    );
    check("- retry: {maxRetries: 2, commands: [back]}", &["Retry 8"]);
    check(
        "- tapOn: {text: a, waitToSettleTimeoutMs: 500}",
        &["Touch 17", "Settle 0"],
    );
    check(
        "- inputText: 42\n- eraseText\n- hideKeyboard\n- scroll",
        &["Input 17", "Erase 8", "HideKeyboard 8", "Swipe 8"],
    );
    check(
        "- launchApp: {clearState: true}",
        &["Impossible 8", "OpenApp 8"],
    );
}

#[test]
fn variables_come_from_outside_then_from_the_flow() {
    let text = "appId: a\nenv:\n  NAME: own\n  BOTH: ${NAME} ${OTHER || 'else'}\n---\n- inputText: ${NAME}|${BOTH}|${GONE}\n";
    let given = |all: &[(&str, &str)]| {
        let given = all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        let flow = parse("f.yaml", &given.collect(), &mut |_| Ok(text.to_owned())).unwrap();
        let What::Input(template) = &flow.steps[0].what else {
            panic!("a text")
        };
        let needs: Vec<String> = flow.needs.into_iter().collect();
        (template.as_fixed().unwrap().to_owned(), needs)
    };
    let got = given(&[]);
    assert_eq!(
        got,
        ("own|own else|undefined".to_owned(), vec!["GONE".to_owned()])
    );
    let got = given(&[("NAME", "theirs"), ("OTHER", "o"), ("GONE", "g")]);
    assert_eq!(got, ("theirs|theirs o|g".to_owned(), Vec::new()));
}

#[test]
fn flows_run_flows_of_their_folder_with_further_names() {
    let files: BTreeMap<&str, &str> = [
        ("a.yaml", "- runFlow: {file: sub/b.yaml, env: {X: '1'}}\n"),
        (
            "sub/b.yaml",
            "appId: b.c\n---\n- runFlow: c.yaml\n- launchApp\n",
        ),
        ("sub/c.yaml", "- inputText: x${X}\n"),
    ]
    .into();
    let flow = parse("a.yaml", &BTreeMap::new(), &mut |name| {
        files
            .get(name)
            .map(|it| (*it).to_owned())
            .ok_or(name.to_owned())
    })
    .unwrap();
    assert_eq!(
        flow.files.keys().collect::<Vec<_>>(),
        ["a.yaml", "sub/b.yaml", "sub/c.yaml"]
    );
    let words = format!("{:?}", flow.steps);
    assert!(
        words.contains("Fixed(\"x1\")") && words.contains("b.c"),
        "{words}"
    );
    assert!(words.contains("sub/c.yaml:1"), "{words}");
}

#[test]
fn chains_of_flows_are_bounded() {
    let chain = |deep: usize, times: usize| {
        let mut load = |name: &str| {
            let n: usize = name
                .trim_end_matches(".yaml")
                .parse()
                .map_err(|_| "no".to_owned())?;
            Ok(match n == deep {
                true => "- back\n".to_owned(),
                false => format!("- runFlow: {}.yaml\n", n + 1).repeat(times),
            })
        };
        let read = parse("0.yaml", &BTreeMap::new(), &mut load);
        read.map(|_| ())
            .map_err(|Problems(all)| all[0].code.clone())
    };
    assert_eq!(chain(10, 1), Ok(()));
    assert_eq!(chain(11, 1), Err("too_deep".to_owned()));
    assert_eq!(chain(10, 10), Err("too_large".to_owned()));
}

#[test]
fn conditions_say_what_they_said() {
    let condition = |text: &str| {
        let flow = read(&format!(
            "- runFlow:\n    when: {text}\n    commands: [back]\n"
        ))
        .unwrap();
        let What::While { when, .. } = flow.steps[0].what.clone() else {
            panic!("a condition")
        };
        when
    };
    assert!(matches!(condition("{visible: a}"), Condition::Visible(_)));
    assert!(matches!(condition("{notVisible: a}"), Condition::Not(_)));
    assert!(matches!(
        condition("{visible: a, platform: iOS}"),
        Condition::All(_)
    ));
    assert!(matches!(
        condition("{true: '${1 == 2}'}"),
        Condition::True(_)
    ));
    assert_eq!(condition("{platform: Android}"), !Condition::Always);
}

/// Maestro's own sample flows, where somebody has put them: their folder is named by
/// `MAESTRO_FLOWS`, or is `target/maestro-flows`. They are no part of this project. Each must be
/// accepted, or refused for something that has a name.
#[test]
fn the_published_sample_flows_where_they_are() {
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/maestro-flows");
    let folder = std::env::var_os("MAESTRO_FLOWS").map_or(known, PathBuf::from);
    let mut folders = vec![folder.clone()];
    let (mut accepted, mut refused) = (0, BTreeMap::<String, usize>::new());
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = entry.file_name().into_string().unwrap_or_default();
            if !name.ends_with(".yaml") || name == "config.yaml" {
                continue;
            }
            match from_disk(&folder, &name) {
                Ok(_) => accepted += 1,
                Err(Problems(problems)) => {
                    assert!(!problems.is_empty(), "{name}");
                    let first = &problems[0];
                    println!("{name}: {first}");
                    let why = match first.message.split('”').next() {
                        Some(named) if first.code.starts_with("un") => named.to_owned(),
                        _ => first.code.clone(),
                    };
                    *refused.entry(why).or_default() += 1;
                }
            }
        }
    }
    let sum: usize = refused.values().sum();
    println!("accepted {accepted}, refused {sum}: {refused:#?}");
}
