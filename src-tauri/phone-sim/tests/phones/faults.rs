//! What a scenario can do to phones.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_phone_sim::{AppVersion, Scenario};

use crate::client::{Sim, Wda, within};

const FOLLOW: &str = "user-detail-header-follow-button";

async fn follow(wda: &mut Wda, name: &str) {
    wda.open_user(name).await;
    wda.click(FOLLOW).await;
}

fn follows(sim: &Sim) -> Vec<String> {
    sim.effects()
        .into_iter()
        .filter(|effect| effect.starts_with("follow"))
        .collect()
}

#[tokio::test]
async fn the_third_follow_of_one_account_is_blocked_and_no_other() {
    let text =
        "[[fault]]\nkind = \"action_block\"\naccount = \"anna\"\neffect = \"follow\"\nnth = 3\n";
    for (version, title) in [
        (AppVersion::A, "Action Blocked"),
        (AppVersion::B, "Try Again Later"),
    ] {
        let sim = Sim::start(1, |config| {
            config.scenario = Scenario::parse(text).unwrap();
            config.app_version = Some(version);
        })
        .await;
        let mut wda = sim.app(1).await;
        for name in ["one", "two", "three"] {
            follow(&mut wda, name).await;
        }
        assert!(wda.shows(title).await && wda.finds("Tell us").await);
        let (status, _) = wda.raw("GET", "/alert/text", Value::Null).await;
        assert_eq!(status, if version == AppVersion::A { 200 } else { 404 });
        wda.click("OK").await;
        assert_eq!(wda.label(FOLLOW).await, "Follow three");
        wda.click(FOLLOW).await;
        assert_ne!(wda.label(FOLLOW).await, "Follow three");
        let expected = ["one", "two", "three"].map(|name| format!("follow anna {name} -"));
        assert_eq!(follows(&sim), expected);
    }
}

#[tokio::test]
async fn a_challenge_covers_the_account_until_it_is_lifted() {
    let text =
        "[[fault]]\nkind = \"challenge\"\naccount = \"anna\"\neffect = \"follow\"\nnth = 1\n";
    let mut sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    follow(&mut wda, "bob").await;
    assert!(wda.shows("Confirm it's you").await);
    assert!(!wda.finds(FOLLOW).await && !wda.finds("profile-tab").await);
    wda.click("Continue").await;
    sim.stop().await;
    sim.run().await;
    let mut wda = sim.app(1).await;
    assert!(wda.shows("Confirm it's you").await);
    assert_eq!(
        sim.control(json!({"cmd": "lift", "handle": "anna"})).await["ok"],
        true
    );
    assert!(wda.finds("profile-tab").await);
    assert_eq!(follows(&sim), Vec::<String>::new());
}

#[tokio::test]
async fn a_late_answer_comes_late_and_the_act_happens_at_once() {
    let text = "[[fault]]\nkind = \"late_reply\"\neffect = \"follow\"\nnth = 1\nfor = \"300ms\"\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let start = tokio::time::Instant::now();
    wda.click(FOLLOW).await;
    assert!(start.elapsed() >= Duration::from_millis(300));
    let lines = sim.witness();
    let seq = &lines.iter().find(|l| l["effect"] == "follow").unwrap()["seq"];
    let t: Vec<u64> = lines
        .iter()
        .filter(|l| l["seq"] == *seq)
        .map(|l| l["t"].as_u64().unwrap())
        .collect();
    assert!(t[1] - t[0] < 200_000_000);
}

#[tokio::test]
async fn answers_come_twice_or_by_half() {
    let text = "[[fault]]\nkind = \"duplicate_reply\"\neffect = \"follow\"\nnth = 1\n\
                [[fault]]\nkind = \"truncated_reply\"\neffect = \"follow\"\nnth = 2\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    follow(&mut wda, "bob").await;
    assert_eq!(wda.receive().await.unwrap().0, 200);
    wda.open_user("carol").await;
    let id = wda.element(FOLLOW).await;
    let path = format!("/session/{}/element/{id}/click", wda.session);
    wda.send("POST", &path, &json!({})).await;
    assert_eq!(wda.receive().await, None);
    assert_eq!(follows(&sim), ["follow anna bob -", "follow anna carol -"]);
}

#[tokio::test]
async fn an_unplugged_phone_comes_back_and_has_done_the_act() {
    let text = "[[fault]]\nkind = \"unplug\"\neffect = \"follow\"\nnth = 1\nfor = \"100ms\"\n";
    let sim = Sim::scenario(2, text).await;
    let mut wda = sim.app(1).await;
    let before = sim.mux().await.list().await;
    wda.open_user("bob").await;
    let id = wda.element(FOLLOW).await;
    let path = format!("/session/{}/element/{id}/click", wda.session);
    wda.send("POST", &path, &json!({})).await;
    assert_eq!(wda.receive().await, None);
    let after = within("the phone", async {
        loop {
            let list = sim.mux().await.list().await;
            if list.len() == 2 && list != before {
                return list;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(after[0].1 > before[1].1);
    assert_eq!(after[1], before[1]);
    // The session outlived the cable.
    let session = wda.session.clone();
    let mut wda = sim.wda(1).await;
    wda.session = session;
    assert_eq!(wda.label(FOLLOW).await, "Following");
}

#[tokio::test]
async fn webdriveragent_dies_and_refuses_until_it_is_back() {
    let text = "[[fault]]\nkind = \"wda_die\"\neffect = \"follow\"\nnth = 1\nfor = \"1h\"\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let id = wda.element(FOLLOW).await;
    let path = format!("/session/{}/element/{id}/click", wda.session);
    wda.send("POST", &path, &json!({})).await;
    assert_eq!(wda.receive().await, None);
    assert_eq!(sim.mux().await.join(1, 8100).await, 3);
    assert_eq!(sim.mux().await.join(1, 62078).await, 0);
    sim.control(json!({"cmd": "wda", "phone": 1, "up": true}))
        .await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    assert_eq!(wda.label(FOLLOW).await, "Follow bob");
    assert_eq!(follows(&sim), Vec::<String>::new());
}

#[tokio::test]
async fn a_restarted_mux_ends_every_connection() {
    let text = "[[fault]]\nkind = \"mux_restart\"\neffect = \"follow\"\nnth = 1\nfor = \"1ms\"\n";
    let sim = Sim::scenario(2, text).await;
    let mut other = sim.wda(2).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    let id = wda.element(FOLLOW).await;
    let path = format!("/session/{}/element/{id}/click", wda.session);
    wda.send("POST", &path, &json!({})).await;
    assert_eq!(wda.receive().await, None);
    assert_eq!(other.receive().await, None);
    tokio::time::sleep(Duration::from_millis(5)).await;
    let ids: Vec<u64> = sim
        .mux()
        .await
        .list()
        .await
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    assert_eq!(ids, [3, 4]);
}

#[tokio::test]
async fn a_system_alert_blocks_the_app_and_is_seen_by_who_asks() {
    let text = "[[fault]]\nkind = \"alert\"\nnth = 2\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    // Without the setting the alert is not in the tree, and takes the tap all the same.
    assert!(!wda.shows("Ask App Not to Track").await);
    wda.click(FOLLOW).await;
    assert_eq!(wda.label(FOLLOW).await, "Follow bob");
    wda.post(
        "/appium/settings",
        json!({"settings": {"respectSystemAlerts": true}}),
    )
    .await;
    assert!(wda.shows("Ask App Not to Track").await && !wda.finds(FOLLOW).await);
    let buttons = wda.get("/wda/alert/buttons").await;
    assert_eq!(buttons, json!(["Ask App Not to Track", "Allow"]));
    wda.post("/alert/accept", json!({"name": "Ask App Not to Track"}))
        .await;
    wda.click(FOLLOW).await;
    assert_eq!(wda.label(FOLLOW).await, "Following");
}

#[tokio::test]
async fn questions_crashes_and_lost_networks_look_as_on_a_phone() {
    let text = "[[fault]]\nkind = \"interstitial\"\neffect = \"follow\"\nnth = 1\n\
                [[fault]]\nkind = \"network_error\"\neffect = \"follow\"\nnth = 2\n\
                [[fault]]\nkind = \"app_crash\"\neffect = \"follow\"\nnth = 3\n\
                [[fault]]\nkind = \"session_lost\"\neffect = \"follow\"\nnth = 4\nwhen = \"after\"\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    follow(&mut wda, "bob").await;
    assert!(wda.shows("Save your login info?").await);
    wda.click("Not now").await;
    wda.click(FOLLOW).await;
    assert!(wda.shows("Something went wrong").await);
    wda.click(FOLLOW).await;
    let refused = wda.fails("GET", "/source", Value::Null).await;
    assert_eq!(refused, (400, "invalid element state".to_owned()));
    wda.post(
        "/wda/apps/launch",
        json!({"bundleId": "com.burbn.instagram"}),
    )
    .await;
    follow(&mut wda, "bob").await;
    assert_eq!(
        wda.fails("GET", "/source", Value::Null).await.1,
        "invalid session id"
    );
    assert_eq!(follows(&sim), ["follow anna bob -"]);
}

#[tokio::test]
async fn faults_with_a_time_strike_by_themselves() {
    let text = "[[fault]]\nkind = \"lock\"\nat = \"10ms\"\n\
                [[fault]]\nkind = \"low_battery\"\nat = \"10ms\"\nlevel = 0.04\n\
                [[fault]]\nkind = \"challenge\"\naccount = \"bert\"\nat = \"10ms\"\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.wda(1).await;
    let (_, answer) = wda
        .request("POST", "/session", json!({"capabilities": {}}))
        .await;
    wda.session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
    within("the faults", async {
        while wda.get("/wda/locked").await != true
            || wda.get("/wda/batteryInfo").await["level"] != 0.04
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn typed_text_loses_a_character_and_elements_go_stale() {
    let text = "[[fault]]\nkind = \"dropped_characters\"\neffect = \"open_profile\"\nnth = 1\n\
                [[fault]]\nkind = \"stale_elements\"\neffect = \"like\"\nnth = 1\n\
                [[fault]]\nkind = \"logged_out\"\neffect = \"follow\"\nnth = 1\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    wda.click("media-thumbnail-cell").await;
    wda.click("comment-button").await;
    wda.type_into("text-view", "Hello").await;
    assert_eq!(wda.value("text-view").await, "Hllo");
    wda.click("BackButton").await;
    let like = wda.element("like-button").await;
    wda.post(&format!("/element/{like}/click"), json!({})).await;
    let again = wda
        .fails("POST", &format!("/element/{like}/click"), json!({}))
        .await;
    assert_eq!(again.1, "stale element reference");
    assert_eq!(wda.label("like-button").await, "Liked");
    follow(&mut wda, "bob").await;
    assert!(wda.finds("Log in").await && wda.finds("password").await);
    assert_eq!(follows(&sim), Vec::<String>::new());
}
