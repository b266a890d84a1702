//! The document, beside the router that was made with it, and the check that comes from it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::Method;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::{Answer, Bench, read_body, read_query};
use crate::http::page::Page;
use crate::http::router::routes;
use crate::http::shape::Shape;
use crate::http::term::{AccountId, Line, Moment, PriorityWord, TaskKey, Username};
use crate::store::World;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// The methods of every path in the document.
fn paths(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = document["paths"].as_object().unwrap();
    let methods = |entry: &Value| entry.as_object().unwrap().keys().cloned().collect();
    paths
        .iter()
        .map(|(path, entry)| (path.clone(), methods(entry)))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_document_and_the_router_are_the_same() {
    let bench = Bench::new(World::Simulated).await;
    let document = bench.get("/api/openapi.json").await.body;
    let (_, rules, made) = routes(bench.engine.commands(), &Arc::default());
    assert_eq!(document, made);
    assert_eq!(document["openapi"], "3.1.0");
    let told: usize = paths(&document).values().map(BTreeSet::len).sum();
    assert_eq!(told, rules.len());
    for (path, told) in paths(&document) {
        let somewhere = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part })
            .collect::<Vec<_>>()
            .join("/");
        for method in METHODS {
            // No route takes this parameter, so that none does anything.
            let line = format!("{} {somewhere}?nothing=1", method.to_uppercase());
            let request = bench.header(&line) + "\r\n";
            let mut stream = bench.connect().await;
            stream.write_all(request.as_bytes()).await.unwrap();
            let answer = Answer::read(&mut stream).await;
            // Where an id is taken, this one is of nothing; that is told first.
            let id = path.contains('{') && answer.body["code"] != "not_found";
            match told.contains(method) {
                true if answer.status == 404 => assert!(id, "{method} {path}"),
                true => assert_eq!(answer.status, 422, "{method} {path}"),
                false => assert_eq!(answer.status, 405, "{method} {path}"),
            }
            if let Some(allow) = answer.value("allow") {
                let allowed = allow.split(',').map(str::to_owned);
                let allowed: BTreeSet<String> = allowed.filter(|it| it != "head").collect();
                assert_eq!(allowed, told, "{path}");
            }
        }
    }
}

/// The schema of what a pointer names in an answer of this schema.
fn at<'d>(document: &'d Value, mut schema: &'d Value, pointer: &str) -> &'d Value {
    let follow = |schema: &'d Value| match schema["$ref"].as_str() {
        Some(name) => document.pointer(&name[1..]).unwrap(),
        None => schema,
    };
    for part in pointer.split('/').skip(1) {
        schema = follow(schema);
        schema = match part.parse::<usize>() {
            Ok(_) => &schema["items"],
            Err(_) => &schema["properties"][part],
        };
    }
    follow(schema)
}

#[tokio::test(flavor = "multi_thread")]
async fn links_lead_from_what_an_answer_names_to_what_takes_it() {
    let bench = Bench::new(World::Simulated).await;
    let (_, rules, document) = routes(bench.engine.commands(), &Arc::default());
    let entry = |path: &str, method: &Method| {
        let method = method.as_str().to_lowercase();
        &document["paths"][path][method.as_str()]
    };
    let mut linked = BTreeSet::new();
    for rule in &rules {
        let answers = &entry(rule.path, &rule.method)["responses"];
        let answer = [&answers["200"], &answers["202"]]
            .into_iter()
            .find(|it| it.is_object());
        let answer = answer.unwrap();
        let links = answer["links"].as_object().into_iter().flatten();
        for (name, link) in links {
            let id = &link["operationId"];
            let taker = rules
                .iter()
                .find(|it| entry(it.path, &it.method)["operationId"] == *id);
            let taker = taker.unwrap_or_else(|| panic!("{name} leads nowhere"));
            let told = link.get("parameters").or_else(|| link.get("requestBody"));
            let (field, value) = told.unwrap().as_object().unwrap().iter().next().unwrap();
            let pointer = value.as_str().unwrap().trim_matches(['{', '}']);
            let pointer = pointer.strip_prefix("$response.body#").unwrap();
            let schema = &answer["content"]["application/json"]["schema"];
            let given = at(&document, schema, pointer);
            // Where all was there before, a list has no id.
            let text = given["type"] == "string" || given["type"][0] == "string";
            assert!(text, "{name} {} {given}", rule.path);
            if link.get("parameters").is_some() {
                assert!(taker.path.contains(&format!("{{{field}}}")), "{name}");
            }
            linked.insert(taker.path);
        }
    }
    for path in ["/api/tasks/{id}/status", "/api/lists/{id}", "/api/lists"] {
        assert!(linked.contains(path), "nothing leads to {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_says_what_it_takes_and_answers() {
    let bench = Bench::new(World::Simulated).await;
    let (_, rules, document) = routes(bench.engine.commands(), &Arc::default());
    let mut ids = BTreeSet::new();
    for rule in &rules {
        let method = rule.method.as_str().to_lowercase();
        let entry = &document["paths"][rule.path][&method];
        let id = entry["operationId"].as_str().unwrap();
        assert!(ids.insert(id.to_owned()), "{id} stands there twice");
        assert!(
            entry["summary"].as_str().is_some_and(|it| !it.is_empty()),
            "{id}"
        );
        assert!(entry["tags"][0].is_string(), "{id}");
        let answers = entry["responses"].as_object().unwrap();
        let good = ["200", "202"].iter().filter_map(|it| answers.get(*it));
        let good: Vec<&Value> = good.collect();
        assert!(
            matches!(good[..], [answer] if answer["content"].is_object()),
            "{id}"
        );
        let mut needed = vec!["403", "422", "500", "503"];
        if !rule.public {
            needed.push("401");
        }
        if rule.path.contains('{') {
            needed.push("404");
            assert!(entry["parameters"][0]["schema"].is_object(), "{id}");
        }
        if rule.method != Method::GET {
            needed.extend(["400", "408", "409", "413", "415", "507"]);
        }
        for status in needed {
            assert!(answers.contains_key(status), "{id} {status}");
        }
        assert_eq!(answers.contains_key("401"), !rule.public, "{id}");
        assert_eq!(
            entry["security"] == serde_json::json!([]),
            rule.public,
            "{id}"
        );
    }
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    assert!(!text.contains("x-rule"));
}

/// All that a type for a request can have.
#[derive(Debug, Deserialize, JsonSchema)]
struct Everything {
    #[serde(flatten)]
    page: Page,
    account_id: Option<AccountId>,
    target_username: Option<Username>,
    not_before: Option<Moment>,
    note: Option<Line>,
    #[serde(default)]
    kinds: Vec<PriorityWord>,
    on: Option<bool>,
    #[schemars(range(min = 0.5, max = 2.0))]
    pace: Option<f64>,
    #[schemars(extend("x-null" = true))]
    #[serde(default, deserialize_with = "given")]
    label: Option<Option<Line>>,
    inner: Option<Inner>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Inner {
    #[schemars(length(min = 1, max = 2))]
    #[allow(dead_code)]
    names: Vec<AccountId>,
}

fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    source: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(source).map(Some)
}

#[test]
fn parameters_are_checked_against_their_schema() {
    assert!(Shape::of::<Everything>().is_sound());
    assert!(Shape::of::<TaskKey>().is_sound());
    let good = read_query::<Everything>(
        "limit=7&kinds=low&kinds=high&on=true&account_id=a.b&pace=1&target_username=%40bob\
         &not_before=2026-11-23T14%3A00%3A00%2B01%3A00&note=two+words",
    )
    .unwrap();
    assert_eq!((good.page.limit, good.page.skip), (7, 0));
    assert_eq!(
        (good.kinds.len(), good.on, good.pace),
        (2, Some(true), Some(1.0))
    );
    assert_eq!(good.target_username.unwrap().0, "bob");
    assert_eq!(good.account_id.unwrap().0, "a.b");
    assert_eq!(good.not_before.unwrap().0, 1_795_438_800_000);
    assert_eq!(good.note.unwrap().0, "two words");
    assert!(good.label.is_none() && good.inner.is_none());
    assert_eq!(read_query::<Everything>("").unwrap().page.limit, 100);
    let check = |query: &str, expected: &[(&str, &str)]| {
        let problem = read_query::<Everything>(query).expect_err(query);
        assert_eq!(problem.status.as_u16(), 422);
        let found = problem.findings.iter();
        let found: BTreeMap<&str, &str> = found
            .map(|it| (it.parameter.as_deref().unwrap(), &*it.detail))
            .collect();
        assert_eq!(found, expected.iter().copied().collect(), "{query}");
    };
    let whole = "It must be a whole number from 1 to 1000.";
    for bad in [
        "0", "1001", "-1", "1.5", "x", "", "1e9", "null", "true", "١",
    ] {
        check(&format!("limit={bad}"), &[("limit", whole)]);
    }
    check(
        "limit=5&limit=5",
        &[("limit", "The parameter stands there twice.")],
    );
    check(
        "limit=0&limits=1&x",
        &[
            ("limit", whole),
            ("limits", "There is no such parameter."),
            ("x", "There is no such parameter."),
        ],
    );
    check(
        "kinds=low&kinds=Low",
        &[("kinds", "It must be one of low, normal, high, urgent.")],
    );
    check("on=yes", &[("on", "It must be true or false.")]);
    check(
        "pace=3",
        &[("pace", "It must be a number from 0.5 to 2.0.")],
    );
    let name = "It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -";
    for bad in [
        "",
        "a%00b",
        "%2e%2e%2fx",
        "'%20OR%201=1--",
        "b%C3%B3b",
        "%FF",
    ] {
        check(&format!("account_id={bad}"), &[("account_id", name)]);
    }
    let line = "It must be 1 to 200 characters without line breaks and other control characters.";
    check("note=a%0Ab", &[("note", line)]);
}

#[test]
fn bodies_are_checked_against_their_schema() {
    let check = |body: &str, expected: &[(&str, &str)]| {
        let problem = read_body::<Everything>(body.as_bytes()).expect_err(body);
        let found = problem.findings.iter();
        let found: Vec<(&str, &str)> = found
            .map(|it| (it.pointer.as_deref().unwrap(), &*it.detail))
            .collect();
        assert_eq!(found, expected, "{body}");
    };
    let null = "It must not be null. Leave the field out.";
    check(r#"{"account_id": null}"#, &[("/account_id", null)]);
    check(r#"{"inner": null}"#, &[("/inner", null)]);
    check(r#"{"limit": null}"#, &[("/limit", null)]);
    check(
        r#"{"inner": {}}"#,
        &[("/inner/names", "The field is needed.")],
    );
    check(
        r#"{"inner": {"names": [], "x": 1}}"#,
        &[
            ("/inner/names", "It must be an array of 1 to 2 entries."),
            ("/inner/x", "There is no such field."),
        ],
    );
    check(
        r#"{"inner": {"names": ["a", "b c"]}}"#,
        &[(
            "/inner/names/1",
            "It must be 1 to 64 of the characters A-Z a-z 0-9 . _ -",
        )],
    );
    check("[]", &[("", "It must be a JSON object.")]);
    check("", &[("", "A body in JSON is needed.")]);
    let label = |body: &str| read_body::<Everything>(body.as_bytes()).unwrap().label;
    assert_eq!(label("{}"), None);
    assert_eq!(label(r#"{"label": null}"#), Some(None));
    assert_eq!(label(r#"{"label": "x"}"#), Some(Some(Line("x".to_owned()))));
    let many = format!("{{\"kinds\": [{}]}}", ["1"; 5_000].join(","));
    let problem = read_body::<Everything>(many.as_bytes()).unwrap_err();
    assert_eq!(problem.findings.len(), 100);
    assert!(
        problem.detail.starts_with("5000 fields"),
        "{}",
        problem.detail
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_excludes_each_other_and_what_may_be_gone_is_told() {
    let bench = Bench::new(World::Simulated).await;
    let document = bench.get("/api/openapi.json").await.body;
    let spread = &document["components"]["schemas"]["NewPlan"]["properties"]["spread"];
    let choice = serde_json::json!([
        { "required": ["group"] }, { "required": ["accounts"] }, { "required": ["devices"] },
    ]);
    assert_eq!(spread["oneOf"], choice);
    let answers = &document["paths"]["/api/lists"]["post"]["responses"];
    assert_eq!(answers["404"]["$ref"], "#/components/responses/NotFound");
}
