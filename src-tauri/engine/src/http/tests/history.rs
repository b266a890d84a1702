//! Histories of other programs over HTTP: what is taken, and what is refused by its place.

use serde_json::json;

use super::{Answer, Bench};
use crate::store::World;

const PATH: &str = "/api/interactions/import";
const CSV: &str = "Content-Type: text/csv\r\n";
const JSON: &str = "Content-Type: application/json\r\n";
const HEAD: &str = "account_id,target_username,action,status,ts";

async fn bench() -> Bench {
    let bench = Bench::new(World::Simulated).await;
    let made = bench
        .create(r#"{"account_id": "anna", "target_username": "x"}"#)
        .await;
    assert_eq!(made.status, 200, "{made:?}");
    bench
}

/// How many outcomes are told.
async fn events(bench: &Bench) -> serde_json::Value {
    let answer = bench.get("/api/interactions/events?total=true").await;
    answer.body["total"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_comes_back_as_history() {
    let bench = bench().await;
    let csv = format!("{HEAD}\r\nold,bob,follow,success,2026-10-20T00:00:00Z\r\n");
    let query = "accounts=old:anna&name=old.csv";
    let send = async |query: &str, headers: &str, body: &str| {
        let answer = bench
            .send(&format!("POST {PATH}?{query}"), headers, body)
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    };
    let shown = send(&format!("check=true&{query}"), CSV, &csv).await;
    assert_eq!(
        (&shown["added"], events(&bench).await),
        (&json!(1), json!(0))
    );
    let account = json!([{ "name": "old", "account_id": "anna", "rows": 1, "first": 2 }]);
    assert_eq!(shown["accounts"], account);
    let unknown = send("check=true", CSV, &csv).await;
    assert_eq!(unknown["accounts"][0]["account_id"], json!(null));
    assert_eq!(send(query, CSV, &csv).await["added"], 1);
    assert_eq!(events(&bench).await, 1);

    // What this engine tells of it comes back as what is known already.
    let told = bench.get("/api/interactions/events").await;
    let export = json!({ "exported_at": "now", "events": told.body["events"] }).to_string();
    let json = "Content-Type: application/json; charset=utf-8\r\n";
    let again = send("", json, &export).await;
    assert_eq!((&again["added"], &again["known"]), (&json!(0), &json!(1)));
    let audit = bench.get("/api/audit?action=history.import").await;
    let entry = &audit.body["entries"][0];
    assert_eq!(entry["subject_name"], "old.csv");
    assert_eq!(
        entry["after"],
        json!({ "accounts": 1, "rows": 1, "rows_added": 1 })
    );
    assert!(!audit.body.to_string().contains("bob"));
    bench.engine.shutdown().await;
}

/// A refusal of this status, with each place that is named; nothing was taken. Gives its code.
async fn refused(
    bench: &Bench,
    (query, headers): (&str, &str),
    body: &str,
    status: u16,
    places: &[&str],
) -> String {
    let line = format!("POST {PATH}{query}");
    let answer: Answer = bench.send(&line, headers, body).await;
    assert_eq!(answer.status, status, "{query} {body}: {answer:?}");
    let media = answer.value("content-type");
    assert_eq!(media, Some("application/problem+json"));
    let errors = answer.body["errors"].as_array().unwrap();
    let found = errors.iter().map(|it| {
        let place = it.get("pointer").or(it.get("parameter"));
        place.unwrap().as_str().unwrap().to_owned()
    });
    assert_eq!(found.collect::<Vec<_>>(), places, "{query} {body}");
    assert_eq!(events(bench).await, 0, "{query} {body}");
    answer.body["code"].as_str().unwrap().to_owned()
}

const ROW: &str = "anna,bob,like,success,2026-01-01T00:00:00Z";

fn csv(rows: &str) -> String {
    format!("{HEAD}\n{rows}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_bad_is_named_by_its_place_and_nothing_is_taken() {
    let bench = bench().await;
    let nobody = csv(&ROW.replace("anna", "' OR 1=1"));
    let code = refused(&bench, ("", CSV), &nobody, 422, &["/2/account_id"]).await;
    assert_eq!(code, "unknown_accounts");
    let short = csv(&format!("{ROW}\nanna,bob,like"));
    for (body, places) in [
        (
            csv("anna,b b,liked,success,2096-01-01T00:00:00Z").as_str(),
            &["/2/target_username", "/2/action", "/2/ts"][..],
        ),
        (&short, &["/3/status"]),
        (
            "account_id,nonsense\n1,2\n",
            &[
                "/1/field 2",
                "/1/target_username",
                "/1/action",
                "/1/status",
                "/1/ts",
            ],
        ),
        ("", &[""]),
    ] {
        refused(&bench, ("", CSV), body, 422, places).await;
    }
    for (body, places) in [
        (
            r#"{"events": [{"ts": null}], "x": 1}"#,
            &[
                "/events/0/account_id",
                "/events/0/target_username",
                "/events/0/action",
                "/events/0/status",
                "/events/0/ts",
                "/x",
            ][..],
        ),
        ("{}", &["/events"]),
        ("[]", &[""]),
        ("7", &[""]),
        ("null", &[""]),
        (r#"{"events": null}"#, &[""]),
        ("{", &[""]),
        ("\u{0}", &[""]),
    ] {
        refused(&bench, ("", JSON), body, 422, places).await;
    }
    bench.engine.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_parameters_and_media_are_refused() {
    let bench = bench().await;
    let good = csv(ROW);
    for (query, name) in [
        ("?check=yes", "check"),
        ("?check=", "check"),
        ("?name=", "name"),
        ("?name=a%0Ab", "name"),
        ("?dry=true", "dry"),
        ("?accounts=anna", "accounts"),
        ("?accounts=:anna", "accounts"),
        ("?accounts=a:b:b%2Fb", "accounts"),
        ("?accounts=a%00:anna", "accounts"),
        ("?accounts=anna:nobody", "accounts"),
        ("?accounts=anna:&accounts=anna:anna", "accounts"),
        ("?check=true&check=true", "check"),
    ] {
        refused(&bench, (query, CSV), &good, 422, &[name]).await;
    }
    let utf_16 = "Content-Type: text/csv; charset=utf-16\r\n";
    for headers in ["", "Content-Type: text/plain\r\n", utf_16] {
        refused(&bench, ("", headers), &good, 415, &[]).await;
    }
    bench.engine.shutdown().await;
}
