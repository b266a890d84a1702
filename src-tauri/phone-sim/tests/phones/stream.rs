//! The screen as a stream of pictures on port 9100.

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::client::{Sim, within};

struct Viewer(BufReader<UnixStream>);

impl Viewer {
    async fn join(sim: &Sim) -> Viewer {
        let mut mux = sim.mux().await;
        assert_eq!(mux.join(1, 9100).await, 0);
        Viewer(BufReader::new(mux.stream))
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        within("a line", self.0.read_line(&mut line)).await.unwrap();
        line
    }

    async fn ask(&mut self) {
        self.0.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        assert_eq!(self.line().await, "HTTP/1.0 200 OK\r\n");
        let mut kind = String::new();
        loop {
            match self.line().await.as_str() {
                "\r\n" => break,
                line if line.starts_with("Content-Type: ") => line.clone_into(&mut kind),
                _ => {}
            }
        }
        assert_eq!(
            kind,
            "Content-Type: multipart/x-mixed-replace; boundary=--BoundaryString\r\n"
        );
    }

    /// Width, height and bytes of the next picture.
    async fn picture(&mut self) -> (u16, u16, Vec<u8>) {
        assert_eq!(self.line().await, "--BoundaryString\r\n");
        assert_eq!(self.line().await, "Content-type: image/jpeg\r\n");
        let length = self.line().await;
        let length = length.trim().strip_prefix("Content-Length: ").unwrap();
        assert_eq!(self.line().await, "\r\n");
        let mut bytes = vec![0; length.parse().unwrap()];
        within("a picture", self.0.read_exact(&mut bytes))
            .await
            .unwrap();
        assert_eq!(self.line().await, "\r\n");
        assert_eq!(self.line().await, "\r\n");
        assert!(bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]));
        // The frame header: marker, length, precision, height, width.
        let at = bytes
            .windows(2)
            .position(|two| two == [0xff, 0xc0])
            .unwrap();
        let side = |at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
        (side(at + 7), side(at + 5), bytes)
    }
}

#[tokio::test]
async fn pictures_come_once_the_viewer_has_spoken() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let mut viewer = Viewer::join(&sim).await;
    // Nothing comes by itself: a command goes by meanwhile.
    wda.source().await;
    let mut byte = [0];
    let silent = tokio::time::timeout(
        std::time::Duration::from_millis(100),
        viewer.0.read(&mut byte),
    );
    assert!(silent.await.is_err(), "a phone speaks second");
    let small = json!({"settings": {"mjpegScalingFactor": 20, "mjpegServerFramerate": 60}});
    wda.post("/appium/settings", small).await;
    viewer.ask().await;
    let (width, height, first) = viewer.picture().await;
    assert_eq!((width, height), (156, 337));
    assert_eq!(viewer.picture().await.2, first);
    // What is on the screen is what is streamed, as the settings say.
    wda.click("explore-tab").await;
    let mut other = first.clone();
    for _ in 0..100 {
        other = viewer.picture().await.2;
        if other != first {
            break;
        }
    }
    assert_ne!(other, first);
    let fine = json!({"settings": {"mjpegServerScreenshotQuality": 95, "mjpegScalingFactor": 10}});
    wda.post("/appium/settings", fine).await;
    wda.post("/orientation", json!({"orientation": "LANDSCAPE"}))
        .await;
    let mut size = (0, 0);
    for _ in 0..100 {
        let (width, height, _) = viewer.picture().await;
        size = (width, height);
        if size == (168, 78) {
            break;
        }
    }
    assert_eq!(size, (168, 78));
}

#[tokio::test]
async fn a_viewer_that_reads_nothing_hinders_nobody() {
    let sim = Sim::start(1, |_| {}).await;
    let mut wda = sim.app(1).await;
    let fast = json!({"settings": {"mjpegServerFramerate": 60, "mjpegScalingFactor": 20}});
    wda.post("/appium/settings", fast).await;
    let mut slow = Viewer::join(&sim).await;
    slow.ask().await;
    let mut quick = Viewer::join(&sim).await;
    quick.ask().await;
    for _ in 0..40 {
        quick.picture().await;
    }
    assert!(wda.finds("mainfeed-tab").await);
    // It goes on where it stopped, and is not sent all it missed first.
    wda.click("explore-tab").await;
    let now = quick.picture().await.2;
    let mut late = Vec::new();
    for _ in 0..200 {
        late = slow.picture().await.2;
        if late == now {
            break;
        }
    }
    assert!(late == now, "the viewer never caught up");
}

#[tokio::test]
async fn the_stream_ends_with_the_cable() {
    let text = "[[fault]]\nkind = \"unplug\"\neffect = \"follow\"\nnth = 1\n";
    let sim = Sim::scenario(1, text).await;
    let mut wda = sim.app(1).await;
    let small = json!({"settings": {"mjpegScalingFactor": 10}});
    wda.post("/appium/settings", small).await;
    let mut viewer = Viewer::join(&sim).await;
    viewer.ask().await;
    viewer.picture().await;
    wda.open_user("bob").await;
    let follow = wda.element("user-detail-header-follow-button").await;
    let path = format!("/session/{}/element/{follow}/click", wda.session);
    wda.send("POST", &path, &json!({})).await;
    let mut rest = Vec::new();
    let read = within("the end", viewer.0.read_to_end(&mut rest)).await;
    assert!(read.is_ok() || !rest.is_empty());
}
