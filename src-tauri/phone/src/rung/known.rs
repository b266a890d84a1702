//! The ladder as far as it is known, without a word to the phone: an attempt may be at work on it.

use super::{Name, Rung, State, stands_on};
use crate::error::Code;
use crate::lockdown::Facts;

/// What is known of a phone that is attached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// What it said of itself last.
    pub facts: Facts,
    /// The rung that kept it from work at the last look; none while it can work.
    pub failed: Option<Rung>,
    /// Whether it could work at the last look.
    pub ready: bool,
}

/// The rungs that are known without asking, lowest first; all of [`Name::ALL`] but the session,
/// which every attempt makes for itself. `None`: the phone is not attached.
pub fn known(phone: Option<&Known>, bundle_id: &str) -> Vec<Rung> {
    let rungs = match phone {
        None => vec![Rung::failed(
            Name::Cable,
            Code::NotAttached,
            "usbmuxd does not see the phone.",
            "Plug the phone in with a data cable and unlock it.",
        )],
        Some(phone) => seen(phone, bundle_id),
    };
    whole(rungs)
}

fn seen(phone: &Known, bundle_id: &str) -> Vec<Rung> {
    let condition = &phone.facts.condition;
    let before = phone.failed.as_ref().map(|rung| rung.code);
    let mut rungs: Vec<Rung> = phone.failed.iter().cloned().collect();
    let mut add = |rung: Rung| {
        if rungs.iter().all(|it| it.name != rung.name) {
            rungs.push(rung);
        }
    };
    add(Rung::ok(Name::Cable, "usbmuxd sees the phone."));
    if phone.facts.trusted == Some(true) {
        let honours = "The phone honours the pair record that this computer keeps of it.";
        add(Rung::ok(Name::Trusted, honours));
    }
    if phone.facts.trusted == Some(true) || phone.ready {
        let unlocked = "The phone did not wait for its passcode when it was last asked.";
        add(Rung::ok(Name::Unlocked, unlocked));
        condition.rungs(before).into_iter().for_each(&mut add);
    }
    if phone.ready {
        let answers = "WebDriverAgent answered from its main queue at the last look.";
        add(Rung::ok(Name::Runner, answers));
    }
    condition.app_rung(bundle_id).into_iter().for_each(&mut add);
    rungs
}

/// All rungs: what stands on one that failed is not known, and what nobody told is not known.
fn whole(known: Vec<Rung>) -> Vec<Rung> {
    let failed = known.iter().filter(|rung| rung.state == State::Failed);
    let failed: Vec<Name> = failed.map(|rung| rung.name).collect();
    let names = Name::ALL.into_iter().filter(|name| *name != Name::Session);
    let rungs = names.map(|name| {
        let below = failed.iter().rev().find(|below| stands_on(name, **below));
        let told = known.iter().find(|rung| rung.name == name);
        match (told, below) {
            (Some(rung), None) => rung.clone(),
            (Some(rung), _) if rung.state == State::Failed => rung.clone(),
            (_, Some(below)) => {
                let cause = format!("Not known, since “{below}” does not hold.");
                Rung::unknown(name, cause, "")
            }
            (None, None) => Rung::unknown(name, "Nothing is known of it yet.", ""),
        }
    });
    rungs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Battery, Condition};

    fn told(phone: Option<&Known>) -> String {
        let rungs = known(phone, "a.b");
        let letters = rungs.iter().map(|rung| match rung.state {
            State::Ok => '+',
            State::Failed => '!',
            State::Unknown => '?',
        });
        letters.collect()
    }

    fn trusting() -> Facts {
        let battery = Some(Battery {
            percent: 80,
            charging: None,
        });
        Facts {
            trusted: Some(true),
            condition: Condition {
                battery,
                developer_mode: Some(true),
                ..Condition::default()
            },
            ..Facts::default()
        }
    }

    #[test]
    fn as_far_as_it_is_known() {
        let check = |phone: Option<Known>, expected: &str| {
            assert_eq!(told(phone.as_ref()), expected, "{phone:?}");
        };
        // Cable, trusted, unlocked, developer mode, battery, heat, storage, runner, app.
        check(None, "!????????");
        check(Some(Known::default()), "+????????");
        let ready = Known {
            facts: trusting(),
            failed: None,
            ready: true,
        };
        check(Some(ready), "+++++??+?");
        let failed = |name, code| Known {
            facts: trusting(),
            failed: Some(Rung::failed(name, code, "Why.", "What to do.")),
            ready: false,
        };
        let silent = failed(Name::Runner, Code::Refused);
        check(Some(silent), "+++++??!?");
        let strange = Known {
            facts: Facts::default(),
            ..failed(Name::Trusted, Code::NotTrusted)
        };
        check(Some(strange), "+!???????");
        // What was known before does not outlive the trust.
        check(Some(failed(Name::Trusted, Code::NotTrusted)), "+!???????");
        check(Some(failed(Name::Cable, Code::Usbmux)), "!????????");
    }

    #[test]
    fn a_battery_that_was_low_stays_so_until_it_is_well_above() {
        let mut phone = Known {
            facts: trusting(),
            failed: None,
            ready: true,
        };
        let battery = phone.facts.condition.battery.as_mut();
        battery.unwrap().percent = 15;
        assert_eq!(told(Some(&phone)), "+++++??+?");
        let low = Rung::failed(Name::Battery, Code::LowBattery, "Low.", "Let it charge.");
        (phone.failed, phone.ready) = (Some(low), false);
        let battery = known(Some(&phone), "a.b").into_iter();
        let battery: Vec<Rung> = battery.filter(|it| it.name == Name::Battery).collect();
        assert_eq!(battery[0].cause, "Low.");
    }
}
