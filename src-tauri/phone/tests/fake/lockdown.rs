//! lockdownd of a phone that can be made to misbehave, and the pair record for it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

use super::{State, answer, dict, framed, plist, text, value_of};

/// A lockdown message.
pub fn message(body: &str) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    [&length.to_be_bytes()[..], body.as_bytes()].concat()
}

/// usbmuxd's answer with a pair record in it. Its certificates are none, which shows only when
/// they are used.
pub fn pair_record() -> Vec<u8> {
    let pem = |name: &str| {
        let text = format!("-----BEGIN {name}-----\nAAAA\n-----END {name}-----\n");
        format!("<data>{}</data>", STANDARD.encode(text))
    };
    let record = dict(&[
        ("DeviceCertificate", pem("CERTIFICATE")),
        ("HostCertificate", pem("CERTIFICATE")),
        ("RootCertificate", pem("CERTIFICATE")),
        ("HostPrivateKey", pem("RSA PRIVATE KEY")),
        ("RootPrivateKey", pem("RSA PRIVATE KEY")),
        ("HostID", text("H")),
        ("SystemBUID", text("B")),
        ("WiFiMACAddress", text("00:00:00:00:00:00")),
    ]);
    let record = format!("<data>{}</data>", STANDARD.encode(plist(&record)));
    framed(&dict(&[("PairRecordData", record)]))
}

/// Serves one stream to lockdownd.
pub async fn serve(state: &State, mut stream: UnixStream, id: u32) {
    let mut head = [0; 4];
    while stream.read_exact(&mut head).await.is_ok() {
        let mut body = vec![0; u32::from_be_bytes(head) as usize];
        if stream.read_exact(&mut body).await.is_err() {
            return;
        }
        let question = String::from_utf8(body).unwrap();
        let request = value_of(&question, "Request").unwrap_or_default();
        let key = value_of(&question, "Key").unwrap_or_default();
        let inner = match key.as_str() {
            "BuildVersion" => dict(&[("Error", text("MissingValue"))]),
            _ => dict(&[("Value", text(&format!("{key} of p{id}")))]),
        };
        let body = plist(&inner);
        let good = message(&body);
        let question = format!("{request} {key}");
        if !answer(state, &mut stream, id, &question, &good).await {
            return;
        }
    }
}
