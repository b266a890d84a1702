//! An engine that runs already, reached through the control socket in its data directory.

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::pin::pin;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use signalbox_engine::CommandError;
use signalbox_engine::paths::DataDir;
use tokio::net::UnixStream;
use tokio::time::timeout;

use crate::exit::{Exit, Failure};

/// How long one answer may take; the longest is the import of a large list.
const ANSWER_MAX: Duration = Duration::from_secs(60);
/// The longest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// A way to an engine that runs. Each question has a connection of its own.
#[derive(Debug)]
pub struct Control {
    path: PathBuf,
    /// Whose data directory it is.
    owner: u32,
}

/// What the engine calls itself.
#[derive(Deserialize)]
struct About {
    version: String,
}

/// A refusal, as far as it is told again.
#[derive(Deserialize)]
struct Told {
    code: String,
    detail: String,
    #[serde(default)]
    errors: Vec<Finding>,
}

/// A bad field or row.
#[derive(Deserialize)]
struct Finding {
    pointer: Option<String>,
    parameter: Option<String>,
    detail: String,
}

impl Control {
    /// The engine that works with a data directory, if one does and listens.
    ///
    /// # Errors
    /// It is of another version, or does not answer as one of ours does.
    pub async fn find(dir: &DataDir) -> Result<Option<Self>, Failure> {
        let control = Self {
            path: dir.control_socket(),
            owner: std::fs::metadata(dir.path()).map_or(0, |found| found.uid()),
        };
        match control.connect().await {
            Ok(_) => {}
            Err(error) if is_nobody(&error) => return Ok(None),
            Err(error) => {
                let detail = format!(
                    "The Signalbox that may run on {} cannot be reached at {}: {error}. Run this as \
                     the user who started it.",
                    dir.path().display(),
                    control.path.display()
                );
                return Err(Failure::new(Exit::Refused, "control_socket", detail));
            }
        }
        let about: About = control.ask(Method::GET, "/api/", None).await?;
        same_version(&about.version)?;
        Ok(Some(control))
    }

    /// One question and its answer.
    ///
    /// # Errors
    /// What the engine refused, in its own words; `engine_stopped` where it ended meanwhile.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<T, CommandError> {
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        self.call(method, path, ("application/json", body)).await
    }

    /// Gives it a file of a media type, and takes its answer; errors as [`Control::ask`].
    pub async fn give<T: DeserializeOwned>(
        &self,
        path: &str,
        media: &'static str,
        file: Vec<u8>,
    ) -> Result<T, CommandError> {
        self.call(Method::POST, path, (media, file)).await
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: (&'static str, Vec<u8>),
    ) -> Result<T, CommandError> {
        let asked = timeout(ANSWER_MAX, self.send(method, path, body));
        let (good, told) = match asked.await {
            Ok(told) => told?,
            Err(_) => {
                let detail = "The Signalbox that runs does not answer. Look at its window or its \
                              terminal, or end it.";
                return Err(CommandError::new("no_answer", detail));
            }
        };
        if !good {
            return Err(refusal(&told));
        }
        serde_json::from_slice(&told).map_err(|_| strange())
    }

    /// A connection to it. Lists and comments go to nobody but the owner of the data directory,
    /// whoever has put a socket there.
    async fn connect(&self) -> io::Result<UnixStream> {
        let stream = UnixStream::connect(&self.path).await?;
        let peer = stream.peer_cred()?.uid();
        if peer != self.owner && peer != 0 {
            let why = "the process there belongs to another user";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
        }
        Ok(stream)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        (media, body): (&'static str, Vec<u8>),
    ) -> Result<(bool, Bytes), CommandError> {
        let stream = self.connect().await.map_err(|_| gone())?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|_| gone())?;
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, media)
            .body(Full::<Bytes>::from(body))
            .map_err(|_| strange())?;
        let mut connection = pin!(connection);
        let mut asked = pin!(async {
            let answer = sender.send_request(request).await.map_err(|_| gone())?;
            whole(answer).await
        });
        tokio::select! {
            told = &mut asked => told,
            // The answer may be here whole although its connection has ended.
            _ = &mut connection => asked.await,
        }
    }
}

/// The whole answer, and whether it is a good one.
async fn whole(answer: Response<hyper::body::Incoming>) -> Result<(bool, Bytes), CommandError> {
    let good = answer.status().is_success();
    let told = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect();
    Ok((good, told.await.map_err(|_| gone())?.to_bytes()))
}

/// No engine listens there: there is no socket, or only one that a killed engine left.
fn is_nobody(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused
    )
}

fn same_version(theirs: &str) -> Result<(), Failure> {
    let ours = env!("CARGO_PKG_VERSION");
    if theirs == ours {
        return Ok(());
    }
    let detail = format!(
        "The Signalbox that runs is version {theirs}, and this program is version {ours}. Quit it and \
         start it again after an update, or use the program that came with it."
    );
    Err(Failure::new(Exit::Refused, "other_version", detail))
}

fn gone() -> CommandError {
    let detail = "The Signalbox that ran has ended meanwhile. What it had accepted is kept; the \
                  same command goes on.";
    CommandError::new("engine_stopped", detail)
}

fn strange() -> CommandError {
    let detail = "What listens at the control socket does not answer as Signalbox does. Is it of \
                  another version?";
    CommandError::new("other_version", detail)
}

/// What the engine refused, as it would be told by an engine of this process.
fn refusal(told: &[u8]) -> CommandError {
    let Ok(told) = serde_json::from_slice::<Told>(told) else {
        return strange();
    };
    let named = told.code == "bad_fields";
    let errors = told.errors.into_iter().filter_map(|finding| {
        let place = finding.pointer.or(finding.parameter).unwrap_or_default();
        match named {
            true => Some(format!("{place}: {}", finding.detail)),
            // The sentence itself, once more with a place in the body.
            false => (finding.detail != told.detail).then_some(finding.detail),
        }
    });
    CommandError {
        errors: errors.collect(),
        code: told.code,
        detail: told.detail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_as_an_engine_of_this_process_tells_it() {
        let check = |told: &str, code: &str, detail: &str, errors: &[&str]| {
            let found = refusal(told.as_bytes());
            assert_eq!((&*found.code, &*found.detail), (code, detail));
            assert_eq!(found.errors, errors);
        };
        check(
            r#"{"status":422,"code":"bad_list","detail":"Two bad rows.","errors":[
                {"pointer":"/tasks","detail":"tasks.csv:2: no"},
                {"pointer":"/tasks","detail":"tasks.csv:3: no"}]}"#,
            "bad_list",
            "Two bad rows.",
            &["tasks.csv:2: no", "tasks.csv:3: no"],
        );
        check(
            r#"{"code":"unknown_account","detail":"No.","errors":[
                {"pointer":"/account_id","detail":"No."}]}"#,
            "unknown_account",
            "No.",
            &[],
        );
        check(
            r#"{"code":"bad_fields","detail":"1 field is not right.","errors":[
                {"pointer":"/name","detail":"Too long."}]}"#,
            "bad_fields",
            "1 field is not right.",
            &["/name: Too long."],
        );
        assert_eq!(refusal(b"<html>").code, "other_version");
        assert_eq!(refusal(b"").code, "other_version");
    }

    #[test]
    fn another_version_is_told_with_both_numbers() {
        let failure = same_version("0.0.1-of-old").unwrap_err();
        assert_eq!(failure.exit, Exit::Refused);
        assert_eq!(failure.error.code, "other_version");
        for word in ["0.0.1-of-old", env!("CARGO_PKG_VERSION"), "Quit it"] {
            assert!(failure.error.detail.contains(word), "{failure:?}");
        }
        same_version(env!("CARGO_PKG_VERSION")).unwrap();
    }
}
