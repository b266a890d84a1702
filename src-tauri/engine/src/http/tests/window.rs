//! The window's door: the same routes by a call, under the window's own name.

use serde_json::{Value, json};

use super::Bench;
use crate::http::{Reply, Window};
use crate::store::World;

async fn value(reply: Reply) -> Value {
    serde_json::from_slice(&reply.whole().await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_window_orders_stands_under_its_name() {
    let bench = Bench::new(World::Simulated).await;
    let window = Window::new(&bench.engine.commands());
    let account = json!({ "account_id": "studio-1", "handle": "studio.one" });
    for (method, target, body) in [
        ("POST", "/api/accounts", Some(account.to_string())),
        ("POST", "/api/system/pause", None),
        ("POST", "/api/accounts/studio-1/pause", None),
    ] {
        let reply = window.ask(method, target, body).await;
        assert!(reply.is_good(), "{target}");
    }
    let audit = value(window.ask("GET", "/api/audit?who=window", None).await).await;
    let actions = audit["entries"].as_array().unwrap().iter();
    let actions: Vec<&Value> = actions.map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["account.pause", "system.pause", "account.add"]);
    // The very same is seen over HTTP.
    let status = bench.get("/api/system/status").await;
    assert_eq!(status.body["state"], "paused", "{status:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_changes_nothing() {
    let bench = Bench::new(World::Simulated).await;
    let window = Window::new(&bench.engine.commands());
    let check = async |method: &str, target: &str, body: Option<&str>, code: &str| {
        let reply = window.ask(method, target, body.map(str::to_owned)).await;
        assert!(!reply.is_good(), "{method} {target}");
        assert_eq!(value(reply).await["code"], code, "{method} {target}");
    };
    check("GET", "/api/nothing", None, "not_found").await;
    check("NOT A METHOD", "/api/system/pause", None, "not_found").await;
    check("POST", "not an address", None, "not_found").await;
    check("GET", "/api/system/pause", None, "method_not_allowed").await;
    check("POST", "/api/accounts", Some("{"), "bad_json").await;
    check(
        "POST",
        "/api/accounts",
        Some(r#"{"handle": 7}"#),
        "bad_fields",
    )
    .await;
    check("POST", "/api/system/pause?x=1", None, "bad_fields").await;
    let audit = value(window.ask("GET", "/api/audit", None).await).await;
    assert_eq!(audit["entries"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_comes_piece_by_piece() {
    let bench = Bench::new(World::Simulated).await;
    let window = Window::new(&bench.engine.commands());
    let mut export = window.ask("GET", "/api/interactions/export", None).await;
    let mut text = Vec::new();
    while let Some(piece) = export.piece().await.unwrap() {
        text.extend_from_slice(&piece);
    }
    let header = "platform,account_id,target_username,action,status,reason,task_id,device_id,latency_ms,ts\r\n";
    assert_eq!(String::from_utf8(text).unwrap(), header);
}
