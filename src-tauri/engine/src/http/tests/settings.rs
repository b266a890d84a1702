//! What is set over HTTP, and what it changes.

use serde_json::{Value, json};

use super::{Answer, Bench};
use crate::store::World;

impl Bench {
    async fn put(&self, body: &Value) -> Answer {
        self.ask("PUT", "/api/settings", &body.to_string()).await
    }

    async fn set(&self, field: &str) -> Value {
        let answer = self.get("/api/settings").await.body;
        answer["settings"][field].clone()
    }
}

#[tokio::test]
async fn only_the_named_fields_change_and_what_is_set_holds() {
    let bench = Bench::new(World::Simulated).await;
    let before = bench.get("/api/settings").await.body;
    assert_eq!(before["success"], json!(true));
    assert_eq!(before["in_force"], json!(["accounts_per_target"]));
    assert_eq!(before["settings"]["likes_per_day"], json!(100));
    let first = bench
        .put(&json!({"likes_per_day": 7, "durability": "full"}))
        .await;
    assert_eq!(first.status, 200);
    let hours = json!({"": [{"from": "00:00", "to": "24:00"}], "night": [{"days": ["mon"], "from": "22:00", "to": "06:00"}]});
    let answer = bench
        .put(&json!({"reengagement_days": 60, "hours": hours}))
        .await
        .body;
    let mut expected = before["settings"].clone();
    expected["likes_per_day"] = json!(7);
    expected["durability"] = json!("full");
    expected["reengagement_days"] = json!(60);
    expected["hours"] = hours;
    assert_eq!(
        answer["settings"], expected,
        "the other fields are as they were"
    );
    assert_eq!(
        answer["in_force"],
        json!(["likes_per_day", "accounts_per_target"])
    );
    // A ceiling somebody set holds on simulated phones too: eight likes never fit.
    let eight = r#"{"account_id": "a", "target_username": "bob", "max_likes": 8}"#;
    let refused = bench.create(eight).await;
    assert_eq!(
        (refused.status, refused.body["code"].clone()),
        (409, json!("never_fits"))
    );
}

#[tokio::test]
async fn what_is_outside_its_bounds_changes_nothing_and_is_named() {
    let bench = Bench::new(World::Live).await;
    let before = bench.get("/api/settings").await.body;
    let check = async |body: Value, pointer: &str| {
        let answer = bench.put(&body).await;
        let problem = &answer.body;
        assert_eq!(answer.status, 422, "{body}: {problem}");
        assert_eq!(problem["errors"][0]["pointer"], json!(pointer), "{body}");
        assert_eq!(bench.get("/api/settings").await.body, before, "{body}");
    };
    check(
        json!({"follows_per_day": 81, "likes_per_day": 5}),
        "/follows_per_day",
    )
    .await;
    check(json!({"action_gap_seconds": 9}), "/action_gap_seconds").await;
    check(json!({"cooldown_minutes": 29}), "/cooldown_minutes").await;
    check(
        json!({"rate_limit_steps": [60, 59, 60, 60]}),
        "/rate_limit_steps",
    )
    .await;
    check(json!({"reengagement_days": 0}), "/reengagement_days").await;
    check(json!({"reengagement_days": null}), "/reengagement_days").await;
    check(json!({"history_days": 29}), "/history_days").await;
    check(json!({"durability": "none"}), "/durability").await;
    check(json!({"skip_rate": 3}), "/skip_rate").await;
    check(json!({"hours": {"night": []}}), "/hours/night").await;
}

#[tokio::test]
async fn what_is_set_survives_a_restart() {
    let bench = Bench::new(World::Simulated).await;
    let set = json!({"cooldown_minutes": 31, "hours": {"": [{"from": "08:00", "to": "22:00"}]}});
    assert_eq!(bench.put(&set).await.status, 200);
    let before = bench.get("/api/settings").await.body;
    let bench = bench.again(World::Simulated).await;
    assert_eq!(bench.get("/api/settings").await.body, before);
    assert_eq!(bench.set("cooldown_minutes").await, json!(31));
}
