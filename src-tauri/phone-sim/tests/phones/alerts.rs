//! Alerts of the system over the app.

use serde_json::{Value, json};

use crate::client::{Sim, Wda};

/// An alert that comes with the first follow.
fn alert(more: &str) -> String {
    format!(
        "[[fault]]\nkind = \"alert\"\neffect = \"follow\"\nnth = 1\nwhen = \"after\"\n\
         text = \"Use your location?\"\nbuttons = [\"No\", \"Once\", \"Yes\"]\n{more}"
    )
}

async fn with_alert(more: &str) -> (Sim, Wda) {
    let sim = Sim::scenario(1, &alert(more)).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    wda.click("user-detail-header-follow-button").await;
    (sim, wda)
}

async fn is_open(wda: &mut Wda) -> bool {
    wda.raw("GET", "/alert/text", Value::Null).await.0 == 200
}

#[tokio::test]
async fn an_alert_is_read_and_answered() {
    for (path, body, answered) in [
        ("/alert/accept", json!({}), true),
        ("/alert/dismiss", json!({}), true),
        ("/alert/accept", json!({"name": "Once"}), true),
        ("/alert/dismiss", json!({"name": "Never"}), false),
    ] {
        let (_sim, mut wda) = with_alert("").await;
        assert_eq!(wda.get("/alert/text").await, "Use your location?");
        assert_eq!(
            wda.get("/wda/alert/buttons").await,
            json!(["No", "Once", "Yes"])
        );
        let typed = wda
            .fails("POST", "/alert/text", json!({"value": "a"}))
            .await;
        assert_eq!(typed, (500, "unsupported operation".to_owned()));
        let (status, _) = wda.raw("POST", path, body).await;
        assert_eq!(
            (status == 200, is_open(&mut wda).await),
            (answered, !answered)
        );
    }
}

#[tokio::test]
async fn an_alert_with_a_field_takes_text() {
    let (_sim, mut wda) = with_alert("input = \"Password\"\n").await;
    let respect = json!({"settings": {"respectSystemAlerts": true}});
    wda.post("/appium/settings", respect).await;
    let field = wda
        .find("class name", "XCUIElementTypeTextField")
        .await
        .unwrap();
    let value = format!("/element/{field}/attribute/value");
    assert_eq!(wda.get(&value).await, "Password");
    wda.post("/alert/text", json!({"value": ["s", "e"]})).await;
    assert_eq!(wda.get(&value).await, "se");
    wda.post(&format!("/element/{field}/value"), json!({"value": "cret"}))
        .await;
    assert_eq!(wda.get(&value).await, "secret");
    wda.post(&format!("/element/{field}/clear"), json!({}))
        .await;
    assert_eq!(wda.get(&value).await, "Password");
    wda.post("/alert/accept", json!({})).await;
    assert!(!is_open(&mut wda).await);
}

#[tokio::test]
async fn alerts_belong_to_the_tree_when_they_are_respected() {
    let (_sim, mut wda) = with_alert("").await;
    assert!(!wda.finds("Once").await && wda.finds("user-detail-header-follow-button").await);
    let respect = json!({"settings": {"respectSystemAlerts": true}});
    wda.post("/appium/settings", respect).await;
    assert!(wda.finds("Once").await && !wda.finds("user-detail-header-follow-button").await);
    wda.click("Once").await;
    assert!(!is_open(&mut wda).await && wda.finds("user-detail-header-follow-button").await);
}

#[tokio::test]
async fn settings_answer_alerts_by_themselves() {
    let once = "**/XCUIElementTypeButton[`label == 'Once'`]";
    let nothing = "**/XCUIElementTypeSwitch";
    for (settings, closed) in [
        (json!({}), false),
        (json!({"defaultAlertAction": "accept"}), true),
        (json!({"defaultAlertAction": "dismiss"}), true),
        (json!({"autoClickAlertSelector": once}), true),
        (json!({"autoClickAlertSelector": nothing}), false),
        (
            json!({"autoClickAlertSelector": nothing, "defaultAlertAction": "accept"}),
            true,
        ),
    ] {
        let (_sim, mut wda) = with_alert("").await;
        wda.post("/appium/settings", json!({ "settings": settings }))
            .await;
        // The next look at the app meets the alert.
        wda.source().await;
        assert_eq!(is_open(&mut wda).await, !closed, "{settings}");
    }
}

#[tokio::test]
async fn selectors_say_which_button_accepts() {
    let first = "**/XCUIElementTypeButton[1]";
    let (_sim, mut wda) = with_alert("").await;
    let settings = json!({"settings": {"acceptAlertButtonSelector": first}});
    wda.post("/appium/settings", settings).await;
    wda.post("/alert/accept", json!({})).await;
    assert!(!is_open(&mut wda).await);
}
