//! What else happens: cables, clocks, sleep, late replies.

use signalbox_scheduler::{Ending, Input, next_due};

use super::operator::ACCOUNTS_MAX;
use super::{Item, World, number};
use crate::swarm::Swarm;
use crate::witness::Checked;

/// Something that is neither a turn of the engine nor a move of a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Submit,
    Order,
    AddPhone,
    Unplug,
    Plug,
    Mux,
    Hang,
    Lost,
    CheckFails,
    CheckTimeout,
    Late,
    Flap,
    Update,
    Wall,
    Sleep,
    Wait,
    Kill,
    Reboot,
}

/// The chances of what happens, each with the sum of those before it.
pub(super) fn table(swarm: &Swarm) -> Vec<(u32, Fault)> {
    let often = |rate: u32| 6_000u32.checked_div(rate).unwrap_or(0);
    let chances = [
        (120, Fault::Submit),
        (often(swarm.orders), Fault::Order),
        (often(swarm.mux) / 4, Fault::AddPhone),
        (often(swarm.unplug), Fault::Unplug),
        (60, Fault::Plug),
        (often(swarm.mux), Fault::Mux),
        (often(swarm.hang), Fault::Hang),
        (often(swarm.lost), Fault::Lost),
        (
            often(swarm.check_fails.saturating_mul(50)),
            Fault::CheckFails,
        ),
        (30, Fault::CheckTimeout),
        (60, Fault::Late),
        (often(swarm.unplug) / 2, Fault::Flap),
        (often(swarm.update), Fault::Update),
        (often(swarm.wall), Fault::Wall),
        (often(swarm.sleep), Fault::Sleep),
        (80, Fault::Wait),
        (often(swarm.kill.saturating_mul(10)), Fault::Kill),
        (often(swarm.reboot), Fault::Reboot),
    ];
    let mut sum = 0;
    let mut table = Vec::with_capacity(chances.len());
    for (chance, fault) in chances {
        sum += chance;
        table.push((sum, fault));
    }
    table
}

impl World {
    /// Something happens.
    pub(super) fn happen(&mut self) -> Checked {
        let total = self.faults.last().map_or(0, |(sum, _)| *sum);
        let drawn = self.random.below(total);
        let place = self.faults.partition_point(|(sum, _)| *sum <= drawn);
        let Some((_, fault)) = self.faults.get(place).copied() else {
            return Ok(());
        };
        let phone = self.random.place(self.phones.len()).unwrap_or(0);
        match fault {
            Fault::Submit => self.submit(),
            Fault::Order => self.order(),
            Fault::AddPhone => return self.grow(),
            Fault::Unplug => self.unplug(phone),
            Fault::Plug => self.plug(phone),
            Fault::Mux => self.mux_restarts(),
            Fault::Hang => {
                self.tally.hangs += 1;
                let patience = u64::from(self.random.between(1_000, 600_000));
                self.phones[phone].hangs_until = self.clock.true_ms + patience;
                self.note(|| format!("phone {phone} hangs for {patience} ms"));
            }
            Fault::Lost => self.lose(phone),
            Fault::CheckFails => self.give_up_checks(0),
            Fault::CheckTimeout => self.give_up_checks(30_000),
            Fault::Late => self.deliver_late(),
            Fault::Flap => self.flap(phone),
            Fault::Update => self.update(phone),
            Fault::Wall => {
                self.tally.jumps += 1;
                let by = i64::from(self.random.below(7_200_000)) - 3_600_000;
                self.clock.shift_wall(by);
                self.note(|| format!("the wall clock jumps by {by} ms"));
            }
            Fault::Sleep => self.sleep(),
            Fault::Wait => self.wait(),
            Fault::Kill if self.engine.alive => return self.crash(Vec::new()),
            Fault::Reboot => return self.reboot(),
            Fault::Kill => {}
        }
        Ok(())
    }

    /// Tells the engine something, if there is one.
    fn hear(&mut self, input: Input) {
        if self.engine.alive {
            self.note(|| format!("inbox: {input:?}"));
            self.engine.inbox.push_back(Item::Input(input));
        }
    }

    /// The engine learns that the phone is on the cable.
    pub(super) fn announce(&mut self, phone: usize) {
        let told = self.told(phone);
        self.hear(told);
        let phone = number(phone);
        self.hear(Input::PhoneSeen { phone });
        self.hear(Input::PhoneReady { phone });
    }

    pub(super) fn plug(&mut self, phone: usize) {
        if self.phones[phone].plugged || self.phones[phone].dead {
            return;
        }
        self.phones[phone].plugged = true;
        self.announce(phone);
    }

    pub(super) fn unplug(&mut self, no: usize) {
        if !std::mem::replace(&mut self.phones[no].plugged, false) {
            return;
        }
        self.tally.unplugs += 1;
        self.phones[no].mailbox.clear();
        self.hear(Input::PhoneGone { phone: number(no) });
        // The attempt's own view of a broken stream comes after the cable's: too late to count,
        // because the call in flight goes on.
        if let Some(attempt) = self.phones[no].attempt()
            && self.random.one_in(3)
        {
            let ending = Ending::NetworkError;
            self.hear(Input::Ended { attempt, ending });
        }
    }

    fn mux_restarts(&mut self) {
        self.tally.unplugs += 1;
        let streams_end = self.random.one_in(2);
        for no in 0..self.phones.len() {
            if self.phones[no].plugged {
                self.hear(Input::PhoneGone { phone: number(no) });
                if streams_end {
                    self.phones[no].mailbox.clear();
                }
                self.announce(no);
            }
        }
    }

    fn flap(&mut self, no: usize) {
        if self.phones[no].plugged {
            let phone = number(no);
            self.hear(Input::PhoneUnready { phone });
            self.hear(Input::PhoneReady { phone });
        }
    }

    /// The app on the phone is updated, or set to another language.
    fn update(&mut self, no: usize) {
        let (version, look_only) = &mut self.phones[no].app;
        if self.random.one_in(2) {
            *version = u16::from(self.random.one_in(4)) + 1;
        } else {
            *look_only = self.random.one_in(2);
        }
        if self.phones[no].plugged {
            let told = self.told(no);
            self.hear(told);
        }
    }

    fn lose(&mut self, no: usize) {
        if let Some(attempt) = self.phones[no].attempt() {
            self.hear(Input::Lost { attempt });
        }
    }

    /// Checks that nobody answered for so long have come to nothing.
    pub(super) fn give_up_checks(&mut self, after_ms: u64) {
        let before = self.clock.true_ms.saturating_sub(after_ms);
        let old = self
            .checks
            .iter()
            .position(|(_, _, ordered)| *ordered <= before);
        if let Some(old) = old {
            let (phone, check, _) = self.checks.swap_remove(old);
            self.hear(Input::NotQuiet { phone, check });
        }
    }

    pub(super) fn deliver_late(&mut self) {
        let Some(place) = self.random.place(self.late.len()) else {
            return;
        };
        if self.engine.alive {
            let item = self.late.swap_remove(place);
            self.tally.stale += 1;
            self.note(|| format!("late: {item:?}"));
            self.engine.inbox.push_back(item);
        }
    }

    fn sleep(&mut self) {
        const DAY_MS: u32 = 26 * 60 * 60 * 1_000;
        let longest = if self.random.one_in(6) {
            DAY_MS
        } else {
            2_700_000
        };
        let ms = u64::from(self.random.between(1_000, longest));
        self.tally.sleeps += 1;
        self.clock.pass(ms);
        self.note(|| format!("asleep for {ms} ms"));
    }

    /// A while passes; if nothing is under way, perhaps until something is due.
    fn wait(&mut self) {
        let mut ms = u64::from(self.random.below(20_000));
        if let Some(now) = self.engine.now(&self.clock)
            && self.random.one_in(2)
        {
            let (timer, wall) = next_due(&self.engine.state, now);
            let timer = timer.map(|due| due.saturating_sub(now.at));
            let wall = wall.map(|due| u64::try_from(due.saturating_sub(now.wall)).unwrap_or(0));
            let due = timer.into_iter().chain(wall).min();
            ms = due.map_or(ms, |due| due / u64::from(self.swarm.scale) + 1);
        }
        self.clock.pass(ms);
        self.note(|| format!("{ms} ms pass"));
    }

    fn reboot(&mut self) -> Checked {
        self.tally.reboots += 1;
        if self.engine.alive {
            self.crash(Vec::new())?;
        }
        self.clock
            .pass(u64::from(self.random.between(10_000, 120_000)));
        self.clock.reboot();
        self.note(|| "the computer starts anew".to_owned());
        Ok(())
    }

    /// A further phone or account is added, without trouble.
    fn grow(&mut self) -> Checked {
        const PHONES_MAX: usize = 4;
        if !self.engine.alive || self.engine.full {
            return Ok(());
        }
        if self.random.one_in(2) && self.phones.len() < PHONES_MAX {
            self.add_phone();
        } else if self.signed_in.len() < ACCOUNTS_MAX {
            self.add_account();
        }
        self.undisturbed()
    }

    /// Turns without kills and full disks, until the inbox is empty.
    pub(super) fn undisturbed(&mut self) -> Checked {
        let (kill, full) = (self.swarm.kill, self.swarm.full);
        (self.swarm.kill, self.swarm.full) = (0, 0);
        while !self.engine.inbox.is_empty() {
            self.turn()?;
        }
        (self.swarm.kill, self.swarm.full) = (kill, full);
        Ok(())
    }
}
