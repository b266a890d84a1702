//! Runs one job on one phone and prints what the ledger is told: for trying the automation by hand.
//!
//! `one_job SOCKET UDID HANDLE TARGET [ACTIONS] [--rehearse] [--likes N] [--from STEP] [--xml]`
//!
//! SOCKET is usbmuxd's, real or simulated; ACTIONS are separated by `;`. `--xml` prints the screen
//! that was kept when the job did not complete.

use std::error::Error;
use std::io::Write;

use signalbox_automation::{
    Action, Halted, Intent, Job, Ledger, Mode, Outcome, Progress, Screens, SignedIn, StepLog,
    Verdict, Work, perform,
};
use signalbox_phone::mux::Muxer;
use signalbox_phone::{Address, Limits, StopSwitch, WdaPhone};

/// Says go to everything and prints it.
struct Printer;

fn say(line: std::fmt::Arguments<'_>) {
    // Nobody reads on: nothing is left to say.
    let _ = writeln!(std::io::stdout(), "{line}");
}

impl Ledger for Printer {
    async fn intend(&self, step: u16, intent: &Intent) -> Verdict {
        let post = intent.post.as_deref().unwrap_or("-");
        say(format_args!(
            "{step} intend {} post {post}",
            intent.act.as_str()
        ));
        Verdict::Go
    }

    async fn outcome(&self, step: u16, outcome: &Outcome) -> Result<(), Halted> {
        say(format_args!(
            "{step} {} {} {} ({} ms)",
            outcome.interaction.as_str(),
            outcome.status.as_str(),
            outcome.reason.unwrap_or("-"),
            outcome.latency.as_millis(),
        ));
        Ok(())
    }

    async fn signed_in(&self, seen: &SignedIn) -> Result<(), Halted> {
        let all = seen.all.as_ref().map(Vec::len);
        say(format_args!("active {} of {all:?}", seen.active.reveal()));
        Ok(())
    }

    fn log(&self, line: StepLog) {
        say(format_args!(
            "    {:?} {} {} -> {:?} {} {:?} {} ms",
            line.step,
            line.what,
            line.sought,
            line.end,
            line.found.as_deref().unwrap_or(""),
            line.sent,
            line.took.as_millis(),
        ));
    }

    fn stop_asked(&self) -> bool {
        false
    }
}

fn option(args: &[String], name: &str) -> Option<String> {
    let at = args.iter().position(|arg| arg == name)?;
    args.get(at + 1).cloned()
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [socket, udid, handle, target, ..] = args.as_slice() else {
        return Err("usage: one_job SOCKET UDID HANDLE TARGET [ACTIONS] [--rehearse]".into());
    };
    let actions = match args.get(4).filter(|arg| !arg.starts_with("--")) {
        None => Action::DEFAULT.to_vec(),
        Some(words) => {
            let parsed = words.split(';').map(|word| Action::parse(word).ok_or(word));
            parsed.collect::<Result<_, _>>()?
        }
    };
    let number = |name| option(&args, name).map(|text| text.parse()).transpose();
    let job = Job {
        handle: handle.as_str().into(),
        work: Work::Instagram {
            target: target.as_str().into(),
            actions,
            max_likes: number("--likes")?.unwrap_or(1),
            max_follows: 1,
        },
        resume: Progress {
            next: number("--from")?.unwrap_or(0).into(),
        },
        unsettled: None,
        mode: match args.iter().any(|arg| arg == "--rehearse") {
            true => Mode::Rehearse,
            false => Mode::Act,
        },
        app_version: None,
    };
    let muxer = Muxer::new(Address::unix(socket), Limits::default());
    let links = muxer.list().await?;
    let link = links.into_iter().find(|link| link.udid.reveal() == udid);
    let phone = WdaPhone::open(&muxer, link.ok_or("no such phone")?, StopSwitch::new()).await?;
    let report = perform(&phone, &Screens::load(None)?, &job, &Printer).await;
    say(format_args!(
        "{}: {}",
        report.ending.code(),
        report.ending.sentence()
    ));
    say(format_args!("{report:?}"));
    if args.iter().any(|arg| arg == "--xml")
        && let Some(xml) = report.evidence.and_then(|kept| kept.source)
    {
        say(format_args!("{xml}"));
    }
    phone.close().await?;
    Ok(())
}
