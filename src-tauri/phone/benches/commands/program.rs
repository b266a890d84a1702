//! The simulated phone: the product's own program, as a process.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use signalbox_phone::mux::{Link, Muxer};
use signalbox_phone::{Address, Limits};

/// Looks for the phone at most, and the pause between two.
const LOOKS: u32 = 2_000;
const PAUSE: Duration = Duration::from_millis(10);

/// Somebody who is signed in: without anyone the app shows nothing but a login form.
const ACCOUNTS: &str = "account_id,handle,device_udid\na1,ann,\n";

/// One simulated phone; it ends when this goes.
pub struct Program {
    child: Child,
    dir: tempfile::TempDir,
}

impl Program {
    /// Starts `signalbox simulate` from where this benchmark was built.
    pub fn start() -> Self {
        let dir = tempfile::tempdir_in("/tmp").unwrap();
        let accounts = dir.path().join("accounts.csv");
        std::fs::write(&accounts, ACCOUNTS).unwrap();
        let own = std::env::current_exe().unwrap();
        let program = own.ancestors().nth(2).unwrap().join("signalbox");
        let child = Command::new(&program)
            .args(["simulate", "1", "--sim-latency-ms", "0", "--socket"])
            .arg(socket(dir.path()))
            .arg("--accounts")
            .arg(accounts)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let child = child.unwrap_or_else(|error| {
            panic!(
                "{}: {error}; `cargo build --release -p signalbox` makes it",
                program.display()
            )
        });
        Self { child, dir }
    }

    /// The usbmux socket.
    pub fn socket(&self) -> PathBuf {
        socket(self.dir.path())
    }

    /// A way to it, and the phone once it is there.
    pub async fn phone(&self) -> (Muxer, Link) {
        let muxer = Muxer::new(Address::unix(self.socket()), Limits::default());
        for _ in 0..LOOKS {
            if let Some(link) = muxer.list().await.ok().and_then(|mut links| links.pop()) {
                return (muxer, link);
            }
            tokio::time::sleep(PAUSE).await;
        }
        panic!("the simulated phone did not come");
    }
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("mux")
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
