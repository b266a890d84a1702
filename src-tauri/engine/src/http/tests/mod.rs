//! The face over real sockets, before an engine without phones.

mod account;
mod audit;
mod bulk;
mod control;
mod crowd;
mod document;
mod engagement;
mod events;
mod flows;
mod history;
mod interactions;
mod jobs;
mod list_export;
mod lists;
mod logs;
mod new_task;
mod orders;
mod planned;
mod reading;
mod refusals;
mod reports;
mod screenshots;
mod series;
mod settings;
mod shapes;
mod shift_note;
mod site;
mod templates;
mod window;
mod wire;

use std::any::TypeId;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::Request;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::input::{Body, Call, Input as _, Query};
use super::problem::Problem;
use super::shape::{Shape, Shapes};
use super::{Server, serve};
use crate::engine::{Engine, Options, Phones};
use crate::paths::{Base, Environment};
use crate::store::{Durability, World};
use crate::token::Token;

fn call((id, shape): (TypeId, Shape), query: &str, body: &[u8]) -> Call {
    let request = Request::get(format!("/?{query}")).body(()).unwrap();
    Call {
        head: request.into_parts().0,
        named: None,
        body: Bytes::copy_from_slice(body),
        shapes: Arc::new(Shapes::from([(id, Arc::new(shape))])),
    }
}

/// A body as its type, or everything that is wrong with it.
fn read_body<T: JsonSchema + DeserializeOwned + Send + 'static>(body: &[u8]) -> Result<T, Problem> {
    let shape = (TypeId::of::<T>(), Shape::of::<T>());
    Body::<T>::take(&call(shape, "", body)).map(|Body(value)| value)
}

/// Parameters as their type, or everything that is wrong with them.
fn read_query<T: JsonSchema + DeserializeOwned + Send + 'static>(
    query: &str,
) -> Result<T, Problem> {
    let shape = (TypeId::of::<T>(), Shape::of::<T>());
    Query::<T>::take(&call(shape, query, b"")).map(|Query(value)| value)
}

/// A server before an empty data set.
struct Bench {
    server: Server,
    token: Token,
    engine: Engine,
    _dir: tempfile::TempDir,
}

impl Bench {
    async fn new(world: World) -> Self {
        Self::on(tempfile::tempdir().unwrap(), world).await
    }

    /// The same data set, after the engine began anew.
    async fn again(self, world: World) -> Self {
        self.engine.shutdown().await;
        let Self { engine, _dir, .. } = self;
        drop(engine);
        Self::on(_dir, world).await
    }

    async fn on(dir: tempfile::TempDir, world: World) -> Self {
        let environment = Environment {
            home: Some(dir.path().to_owned()),
            ..Environment::default()
        };
        let options = Options {
            program: "tests",
            base: Base::find(&environment).unwrap(),
            data_dir: dir.path().join("data"),
            phones: Phones::Absent(world),
            time_scale: 1,
            limits: false,
            fresh: false,
            durability: Durability::Normal,
        };
        let engine = Engine::start(options).await.unwrap();
        let token = engine.commands().token_file().open().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = serve(engine.commands(), address, site::PAGE);
        Self {
            server: server.await.unwrap(),
            token,
            engine,
            _dir: dir,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.server.address()).await.unwrap()
    }

    /// The header of a good request, without the empty line.
    fn header(&self, line: &str) -> String {
        let host = self.server.address();
        let token = self.token.reveal();
        format!("{line} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n")
    }

    async fn get(&self, path: &str) -> Answer {
        let request = self.header(&format!("GET {path}")) + "\r\n";
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await
    }

    async fn create(&self, body: &str) -> Answer {
        self.post("/api/tasks/create", body).await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        self.ask("POST", path, body).await
    }

    /// A request with a body in JSON.
    async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let json = "Content-Type: application/json\r\n";
        self.send(&format!("{method} {path}"), json, body).await
    }

    /// A request with a body, or with none.
    async fn send(&self, line: &str, headers: &str, body: &str) -> Answer {
        let (header, length) = (self.header(line), body.len());
        let request = format!("{header}{headers}Content-Length: {length}\r\n\r\n{body}");
        let mut stream = self.connect().await;
        stream.write_all(request.as_bytes()).await.unwrap();
        Answer::read(&mut stream).await
    }

    /// Tasks that wait.
    async fn waiting(&self) -> u64 {
        let metrics = self.engine.commands().concurrency_metrics().await;
        metrics.unwrap().0.total_tasks_queued_waiting
    }
}

/// What the server said.
#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Value,
}

impl Answer {
    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Self {
        Self::read_of(stream, false).await
    }

    /// The answer; without a body where only its header was asked for.
    async fn read_of(stream: &mut (impl AsyncRead + Unpin), head_only: bool) -> Self {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.expect("a whole header"));
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        assert!(!head.contains("access-control"), "{head}");
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut answer = Self {
            status,
            head,
            body: Value::Null,
        };
        let length = answer.value("content-length").map(|it| it.parse().unwrap());
        let length = length.filter(|_| !head_only);
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await.expect("a whole body");
        if !body.is_empty() {
            let text = || String::from_utf8(body.clone()).unwrap().into();
            answer.body = serde_json::from_slice(&body).unwrap_or_else(|_| text());
        }
        answer
    }

    fn value(&self, name: &str) -> Option<&str> {
        let prefix = format!("{name}: ");
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(&prefix))
    }

    /// It is a problem of this status and code, in the form of RFC 9457.
    fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &code.into()));
        assert_eq!(self.value("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["status"], status);
        for field in ["type", "title", "detail"] {
            assert!(self.body[field].is_string(), "{self:?}");
        }
        assert!(self.body["errors"].is_array(), "{self:?}");
    }
}
