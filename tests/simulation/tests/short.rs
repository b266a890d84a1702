//! A short run in any build, and that a seed gives the same run every time.

use signalbox_simulation::run::{replay, run};
use signalbox_simulation::world::Tally;

#[test]
fn a_short_run_breaks_no_promise_and_meets_every_trouble() {
    let mut tally = Tally::default();
    let failure = run(2, 0, 250_000, &mut tally).err();
    assert!(failure.is_none(), "{failure:?}");
    let met = [
        tally.crashes,
        tally.reboots,
        tally.full_disks,
        tally.unplugs,
        tally.hangs,
        tally.stale,
        tally.jumps,
        tally.sleeps,
        tally.acts,
        tally.imports,
        tally.histories,
    ];
    assert!(met.iter().all(|times| *times > 50), "{tally}");
    assert!(tally.retries > 50 && tally.successions > 10, "{tally:?}");
}

#[test]
fn a_seed_gives_the_same_run_every_time() {
    let (first, second) = (replay(7, 3), replay(7, 3));
    assert!(first.0.len() > 100);
    assert_eq!(first.0, second.0);
    assert_ne!(first.0, replay(8, 3).0);
}
