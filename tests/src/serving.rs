//! `signalbox serve` as an operator's scripts meet it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use serde_json::Value;

use crate::http::{Answer, send, send_for_bytes};
use crate::place::Place;

/// A server that runs. Dropping it kills it.
pub struct Serving {
    child: Child,
    told: Vec<JoinHandle<String>>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The token of its API.
    pub token: String,
    /// The file the token is in.
    pub token_file: PathBuf,
}

impl Serving {
    /// Starts it on the data directory `data` of the place, and waits for its first line.
    ///
    /// # Panics
    /// When that line does not come, or is another one.
    pub fn start(place: &Place, more: &[&str]) -> Self {
        let mut command = place.command(["serve"]);
        command.arg("--data-dir").arg(place.path("data")).args(more);
        command.stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stderr = child.stderr.take().expect("it is piped");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let stderr = std::thread::spawn(move || rest(stderr));
        let mut line = String::new();
        let _ = stdout.read_line(&mut line);
        let Ok(first) = serde_json::from_str::<Value>(&line) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("serve said {line:?} and {:?}", stderr.join());
        };
        let stdout = std::thread::spawn(move || rest(stdout));
        let url = first["url"].as_str().expect("a url");
        let address = url.strip_prefix("http://").expect("plain HTTP");
        let token_file = PathBuf::from(first["token_file"].as_str().expect("a token file"));
        let token = fs::read_to_string(&token_file).expect("a token");
        Self {
            child,
            told: vec![stdout, stderr],
            address: address.parse().expect("an address and a port"),
            token: token.trim().to_owned(),
            token_file,
        }
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// A good GET.
    pub fn get(&self, path: &str) -> Answer {
        send(self.address, &(self.header("GET", path) + "\r\n"))
    }

    /// A good GET of what is no text: the whole answer.
    pub fn get_bytes(&self, path: &str) -> Vec<u8> {
        send_for_bytes(self.address, &(self.header("GET", path) + "\r\n"))
    }

    /// A good POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask("POST", path, body)
    }

    /// A good request with a JSON body.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let (header, body) = (self.header(method, path), body.to_string());
        let length = body.len();
        let request = format!(
            "{header}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        send(self.address, &request)
    }

    /// A good DELETE.
    pub fn delete(&self, path: &str) -> Answer {
        send(self.address, &(self.header("DELETE", path) + "\r\n"))
    }

    fn header(&self, method: &str, path: &str) -> String {
        let (host, token) = (self.address, &self.token);
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\
             Connection: close\r\n"
        )
    }

    /// Sends SIGTERM; how it ended, and all it said after its first line.
    ///
    /// # Panics
    /// When it cannot be told to end.
    pub fn stop(mut self) -> (ExitStatus, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "kill -TERM {id}");
        let ended = self.child.wait().expect("its own child");
        let told = self.told.drain(..).map(|told| told.join().expect("text"));
        (ended, told.collect())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn rest(mut pipe: impl Read) -> String {
    let mut told = Vec::new();
    let _ = pipe.read_to_end(&mut told);
    String::from_utf8_lossy(&told).into_owned()
}
