//! The pool's task: follows usbmuxd, and is the only one that sends events, so that what is told
//! of one phone is always in order.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::time::sleep;

use super::PoolConfig;
use super::event::PoolEvent;
use super::hush::Hush;
use super::seats::{Moved, Seat, Seats};
use super::supervise::{Report, Supervisor};
use crate::error::PhoneError;
use crate::lockdown::Facts;
use crate::mux::{Change, Hotplug, Link, Muxer};
use crate::rung::Rung;
use crate::task::Task;
use crate::udid::Udid;

/// Reports of supervisors that wait to be read.
const REPORTS_MAX: usize = 64;

/// Nobody reads the events any more.
struct Unread;

pub(super) struct Watch {
    config: PoolConfig,
    muxer: Muxer,
    seats: Arc<Seats>,
    hush: Arc<Hush>,
    events: mpsc::Sender<PoolEvent>,
    reports: mpsc::Receiver<Report>,
    reporting: mpsc::Sender<Report>,
    /// One supervisor per phone, with the number that its reports carry; gone with this task.
    supervisors: HashMap<Udid, (u64, Task)>,
    /// Number of the supervisor that was started last.
    started: u64,
    lost: bool,
}

impl Watch {
    pub(super) fn new(
        config: PoolConfig,
        muxer: Muxer,
        (seats, hush): (Arc<Seats>, Arc<Hush>),
        events: mpsc::Sender<PoolEvent>,
    ) -> Self {
        let (reporting, reports) = mpsc::channel(REPORTS_MAX);
        Self {
            config,
            muxer,
            seats,
            hush,
            events,
            reports,
            reporting,
            supervisors: HashMap::new(),
            started: 0,
            lost: false,
        }
    }

    /// Runs until nobody reads the events.
    pub(super) async fn run(mut self) {
        let mut tries = 0;
        let events = self.events.clone();
        loop {
            let followed = tokio::select! {
                () = events.closed() => return,
                followed = follow(&mut self, &mut tries) => followed,
            };
            if followed.is_err() {
                return;
            }
            let pause = self.config.backoff.after(tries);
            tries = tries.saturating_add(1);
            tokio::select! {
                () = events.closed() => return,
                () = sleep(pause) => {}
            }
        }
    }

    /// usbmuxd is there: takes up what it lists.
    async fn found(&mut self) -> Result<Result<Hotplug, PhoneError>, Unread> {
        // Listening comes first, so that nothing falls between the list and the events.
        let hotplug = match self.muxer.listen().await {
            Ok(hotplug) => hotplug,
            Err(error) => return Ok(Err(error)),
        };
        let listed = match self.muxer.list_links().await {
            Ok(listed) => listed,
            Err(error) => return Ok(Err(error)),
        };
        let (moved, staying) = self.seats.reconcile(&listed);
        for moved in moved {
            self.moved(moved).await?;
        }
        if std::mem::take(&mut self.lost) {
            self.tell(PoolEvent::MuxBack).await?;
        }
        for udid in staying {
            self.supervise(&udid);
        }
        Ok(Ok(hotplug))
    }

    async fn lost(&mut self, error: PhoneError) -> Result<(), Unread> {
        self.supervisors.clear();
        for seat in self.seats.lock().values_mut() {
            seat.ready = false;
            seat.told = None;
        }
        match std::mem::replace(&mut self.lost, true) {
            true => Ok(()),
            false => self.tell(PoolEvent::MuxLost { error }).await,
        }
    }

    async fn moved(&mut self, moved: Moved) -> Result<(), Unread> {
        match moved {
            Moved::No => Ok(()),
            Moved::Came(link) => self.came(link).await,
            Moved::Went(udid) => self.went(udid).await,
            Moved::Replaced(link) => {
                self.went(link.udid.clone()).await?;
                self.came(link).await
            }
        }
    }

    async fn came(&mut self, link: Link) -> Result<(), Unread> {
        self.tell(PoolEvent::Attached {
            udid: link.udid.clone(),
            connection: link.connection,
            simulated: self.config.simulated,
        })
        .await?;
        self.supervise(&link.udid);
        Ok(())
    }

    async fn went(&mut self, udid: Udid) -> Result<(), Unread> {
        self.supervisors.remove(&udid);
        self.tell(PoolEvent::Detached { udid }).await
    }

    /// Starts a supervisor for the phone, in place of any other.
    fn supervise(&mut self, udid: &Udid) {
        self.started += 1;
        let supervisor = Supervisor {
            number: self.started,
            udid: udid.clone(),
            muxer: self.muxer.clone(),
            seats: Arc::clone(&self.seats),
            hush: Arc::clone(&self.hush),
            reports: self.reporting.clone(),
            backoff: self.config.backoff.clone(),
            idle_probe: self.config.idle_probe,
            read_again: self.config.read_again,
            app: self.config.app.clone(),
        };
        let task = Task::start(supervisor.run());
        self.supervisors.insert(udid.clone(), (self.started, task));
    }

    async fn report(&mut self, report: Report) -> Result<(), Unread> {
        let Report {
            udid,
            number,
            facts,
            failed,
        } = report;
        // What an ended supervisor saw was true of another link, or of another usbmuxd.
        if self
            .supervisors
            .get(&udid)
            .is_none_or(|(now, _)| *now != number)
        {
            return Ok(());
        }
        let events = match self.seats.lock().get_mut(&udid) {
            Some(seat) => news(seat, &udid, facts, failed),
            None => [None, None],
        };
        for event in events.into_iter().flatten() {
            self.tell(event).await?;
        }
        Ok(())
    }

    async fn tell(&self, event: PoolEvent) -> Result<(), Unread> {
        self.events.send(event).await.map_err(|_| Unread)
    }
}

/// What is new of a phone: its facts, then whether it can work.
fn news(
    seat: &mut Seat,
    udid: &Udid,
    facts: Facts,
    failed: Option<Rung>,
) -> [Option<PoolEvent>; 2] {
    let known = (seat.facts != facts).then(|| PoolEvent::Told {
        udid: udid.clone(),
        facts: facts.clone(),
    });
    seat.facts = facts;
    let before = std::mem::replace(&mut seat.told, failed.as_ref().map(|rung| rung.code));
    let was_ready = std::mem::replace(&mut seat.ready, failed.is_none());
    let can_work = match failed {
        None if was_ready => None,
        None => Some(PoolEvent::Ready {
            udid: udid.clone(),
            facts: seat.facts.clone(),
        }),
        Some(rung) if before == Some(rung.code) => None,
        Some(rung) => Some(PoolEvent::NotReady {
            udid: udid.clone(),
            rung,
        }),
    };
    [known, can_work]
}

/// Follows usbmuxd until it is lost. Sets `tries` back once it was found.
async fn follow(watch: &mut Watch, tries: &mut usize) -> Result<(), Unread> {
    let mut hotplug = match watch.found().await? {
        Ok(hotplug) => hotplug,
        Err(error) => return watch.lost(error).await,
    };
    *tries = 0;
    loop {
        tokio::select! {
            change = hotplug.next() => match change {
                Ok(Change::Attached(link)) => {
                    let moved = watch.seats.attach(link);
                    watch.moved(moved).await?;
                }
                Ok(Change::Detached(mux_id)) => {
                    let moved = watch.seats.detach(mux_id);
                    watch.moved(moved).await?;
                }
                Err(error) => return watch.lost(error).await,
            },
            Some(report) = watch.reports.recv() => watch.report(report).await?,
        }
    }
}
