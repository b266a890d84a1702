//! The world and the witness outlive the process, however it ends.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_phone_sim::{Config, Effect, SimError, serve};
use tokio::net::UnixStream;

use crate::client::{Mux, Sim, Wda, everywhere, within};

const FOLLOW: &str = "user-detail-header-follow-button";

fn no_effect_twice_and_every_begin_ended(lines: &[Value]) {
    let mut open = Vec::new();
    let mut numbers = Vec::new();
    for line in lines {
        let key = (line["phone"].clone(), line["seq"].clone());
        if line["event"] == "begin" {
            assert!(!numbers.contains(&key), "a number was given twice: {key:?}");
            numbers.push(key.clone());
            open.push(key);
        } else {
            let at = open.iter().position(|k| *k == key).unwrap();
            open.remove(at);
        }
    }
    assert!(open.is_empty(), "never ended: {open:?}");
}

#[tokio::test]
async fn the_world_is_the_same_after_a_restart() {
    let mut sim = Sim::start(2, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.click("profile-tab").await;
    wda.click("user-switch-title-button").await;
    wda.click("cleo").await;
    wda.open_user("bob").await;
    wda.click(FOLLOW).await;
    wda.open_post("bob_3").await;
    wda.click("like-button").await;
    let before = sim.witness().last().unwrap()["seq"].as_u64().unwrap();
    for _ in 0..2 {
        sim.stop().await;
        sim.run().await;
        let mut wda = sim.app(1).await;
        wda.open_user("bob").await;
        assert_eq!(wda.label(FOLLOW).await, "Following");
        wda.open_post("bob_3").await;
        assert_eq!(wda.label("like-button").await, "Liked");
        wda.request("POST", "/wda/homescreen", json!({})).await;
    }
    let lines = sim.witness();
    assert!(lines.last().unwrap()["seq"].as_u64().unwrap() > before);
    no_effect_twice_and_every_begin_ended(&lines);
    sim.control(json!({"cmd": "reset"})).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    assert_eq!(wda.label(FOLLOW).await, "Follow bob");
}

#[tokio::test]
async fn an_effect_whose_end_was_lost_gets_it_back_and_a_torn_line_goes() {
    let mut sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    wda.click(FOLLOW).await;
    sim.stop().await;
    // As if killed between the world's line and the witness's, in the middle of the latter.
    let text = std::fs::read_to_string(sim.witness_path()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.contains("\"effect\":\"follow\""))
        .unwrap();
    let kept = format!("{}\n{}", lines[..at].join("\n"), &lines[at][..40]);
    std::fs::write(sim.witness_path(), kept).unwrap();
    let mut world = std::fs::OpenOptions::new()
        .append(true)
        .open(sim.config.world.as_ref().unwrap())
        .unwrap();
    world.write_all(b"{\"change\":{\"op\":\"unfol").unwrap();
    drop(world);
    sim.run().await;
    assert_eq!(sim.effects().last().unwrap(), "follow anna bob -");
    no_effect_twice_and_every_begin_ended(&sim.witness());
    let mut wda = sim.app(1).await;
    wda.open_user("bob").await;
    assert_eq!(wda.label(FOLLOW).await, "Following");
    sim.stop().await;
    sim.run().await;
    no_effect_twice_and_every_begin_ended(&sim.witness());
}

#[tokio::test]
async fn a_phone_that_was_added_comes_back_until_the_world_is_emptied() {
    let mut sim = Sim::start(2, |_| {}).await;
    let added = sim.control(json!({"cmd": "add_phone"})).await;
    assert_eq!(
        added,
        json!({"ok": true, "phone": 3, "udid": "00008030-5100000000000003"})
    );
    let listed = async |sim: &Sim, list: &str| {
        let status = sim.control(json!({"cmd": "status"})).await;
        status[list].as_array().unwrap().len()
    };
    assert_eq!(listed(&sim, "phones").await, 3);
    assert_eq!(listed(&sim, "attached").await, 2, "its cable is not in yet");
    sim.control(json!({"cmd": "accounts", "accounts": [{"handle": "dora"}]}))
        .await;
    let plug = json!({"cmd": "plug", "phone": 3, "attached": true});
    assert_eq!(sim.control(plug).await["ok"], true);
    let mut wda = sim.app(3).await;
    wda.open_user("bob").await;
    drop(wda);
    sim.stop().await;
    sim.run().await;
    assert_eq!(listed(&sim, "attached").await, 3);
    sim.control(json!({"cmd": "reset"})).await;
    assert_eq!(listed(&sim, "attached").await, 2);
    let plug = json!({"cmd": "plug", "phone": 3, "attached": true});
    assert_eq!(sim.control(plug).await["ok"], false);
    sim.stop().await;
    sim.run().await;
    assert_eq!(listed(&sim, "phones").await, 2);
}

#[tokio::test]
async fn no_more_phones_than_there_is_room_for() {
    let sim = Sim::start(255, |config| config.accounts = Vec::new()).await;
    let add = || sim.control(json!({"cmd": "add_phone"}));
    assert_eq!(add().await["phone"], 256);
    let refused = add().await;
    assert_eq!(
        refused,
        json!({"ok": false, "error": "no more than 256 phones can be simulated"})
    );
}

/// Not a test of its own: the simulator as a process, for the tests that kill it.
#[tokio::test]
#[ignore = "started as a process by other tests"]
async fn child() {
    let Some(dir) = std::env::var_os("PHONE_SIM_DIR") else {
        return;
    };
    let dir = std::path::PathBuf::from(dir);
    let mut config = Config::new(1, dir.join("mux"));
    config.accounts = everywhere(&["anna"]);
    config.world = Some(dir.join("world"));
    config.witness = Some(dir.join("witness"));
    config.latency = Some(Duration::from_millis(5));
    serve(config, |_| {}).await.unwrap();
}

async fn connect(socket: &std::path::Path) -> Wda {
    within("the child", async {
        loop {
            if let Ok(stream) = UnixStream::connect(socket).await {
                let mut mux = Mux { stream };
                assert_eq!(mux.join(1, 8100).await, 0);
                let stream = tokio::io::BufReader::new(mux.stream);
                return Wda {
                    stream,
                    session: String::new(),
                };
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
}

#[tokio::test]
async fn killed_in_the_middle_world_and_witness_agree() {
    let dir = tempfile::tempdir().unwrap();
    let mut seed = 0x51_u64;
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["survival::child", "--exact", "--ignored", "--nocapture"])
            .env("PHONE_SIM_DIR", dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut wda = connect(&dir.path().join("mux")).await;
        wda.open_session().await;
        wda.open_user(&format!("user{round}")).await;
        let id = wda.element(FOLLOW).await;
        let path = format!("/session/{}/element/{id}/click", wda.session);
        wda.send("POST", &path, &json!({})).await;
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_micros(seed >> 50)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let mut sim = Sim::start(1, |config| {
        config.world = Some(dir.path().join("world"));
        config.witness = Some(dir.path().join("witness"));
        config.accounts = everywhere(&["anna"]);
    })
    .await;
    no_effect_twice_and_every_begin_ended(&sim.witness());
    let mut wda = sim.app(1).await;
    for round in 0..12 {
        wda.open_user(&format!("user{round}")).await;
        let seen = format!("follow anna user{round} -");
        let witnessed = sim
            .effects()
            .iter()
            .filter(|effect| **effect == seen)
            .count();
        let followed = wda.label(FOLLOW).await == "Following";
        assert_eq!(witnessed, usize::from(followed), "round {round}");
    }
    sim.stop().await;
}

#[tokio::test]
async fn a_live_socket_is_refused_and_a_dead_one_replaced() {
    let mut sim = Sim::start(1, |_| {}).await;
    let error = serve(sim.config.clone(), |_| {}).await.unwrap_err();
    assert!(matches!(error, SimError::SocketInUse { .. }));
    let mut elsewhere = sim.config.clone();
    elsewhere.socket = sim.dir.path().join("other");
    let error = serve(elsewhere, |_| {}).await.unwrap_err();
    assert_eq!(error.code(), "world_unusable");
    sim.stop().await;
    drop(std::os::unix::net::UnixListener::bind(&sim.config.socket).unwrap());
    assert!(sim.config.socket.exists());
    sim.run().await;
    let status = sim.control(json!({"cmd": "status"})).await;
    assert_eq!(status["phones"], json!([signalbox_phone_sim::udid(1)]));
    assert_eq!(sim.control(json!({"cmd": "dance"})).await["ok"], false);
}

#[tokio::test]
async fn an_abandoned_simulator_ends_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = Config::new(1, dir.path().join("mux"));
    config.linger = Some(Duration::from_millis(60));
    within("the end", serve(config.clone(), |_| {}))
        .await
        .unwrap();
    assert!(!config.socket.exists() && !config.control_socket().exists());
}

#[test]
fn effects_are_written_in_snake_case() {
    assert_eq!(
        serde_json::to_value(Effect::OpenProfile).unwrap(),
        "open_profile"
    );
}
