//! The least a client of WebDriverAgent can do: hyper on one keep-alive stream, the request as it
//! stands, the answer's bytes thrown away.

use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use idevice::usbmuxd::UsbmuxdAddr;

/// The stream.
pub struct Bare(SendRequest<Full<Bytes>>);

/// What it sends: method, path, body.
#[derive(Debug, Clone)]
pub struct Plain {
    pub method: &'static str,
    pub path: String,
    pub body: String,
}

impl Bare {
    /// A stream to WebDriverAgent on the first phone of that usbmuxd. Its connection is driven by
    /// a task of its own, as hyper's own examples do it.
    pub async fn open(socket: &Path) -> Self {
        let address = UsbmuxdAddr::UnixSocket(socket.to_string_lossy().into_owned());
        let mut mux = address.connect(1).await.unwrap();
        let device = mux.get_devices().await.unwrap().remove(0);
        let phone = mux.connect_to_device(device.device_id, 8100, "bare").await;
        let stream = phone.unwrap().get_socket().unwrap();
        let (send, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        #[expect(
            clippy::disallowed_methods,
            reason = "it ends with the benchmark, which is all there is"
        )]
        tokio::spawn(connection);
        Self(send)
    }

    /// Sends it and takes the whole answer.
    pub async fn ask(&mut self, plain: &Plain) {
        let request = Request::builder()
            .method(plain.method)
            .uri(plain.path.as_str())
            .header(HOST, "phone")
            .header(ACCEPT, "application/json")
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(plain.body.clone())))
            .unwrap();
        self.0.ready().await.unwrap();
        let answer = self.0.send_request(request).await.unwrap();
        assert!(answer.status().is_success(), "{plain:?}");
        answer.into_body().collect().await.unwrap();
    }
}
