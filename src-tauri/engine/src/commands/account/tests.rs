use std::time::Duration;

use signalbox_scheduler::{AttemptNo, Ending, Input};

use super::super::audited::lists::files;
use super::super::tests::{Bench, plug_in};
use super::super::{AccountChange, AccountEvent, Commands, Part};
use super::AccountDetail;
use crate::settings::OwnLimits;

const PHONE: &str = "phone-1";

/// Two accounts, `a` with three tasks.
async fn bench() -> (Bench, Commands) {
    let bench = Bench::new().await;
    let commands = bench.engine.commands();
    let rows = [
        "a,instagram,first,",
        "a,instagram,second,",
        "a,instagram,third,",
    ];
    commands.import(files("a", &rows)).await.unwrap();
    let other = AccountChange::default();
    commands.add_account("b".to_owned(), other).await.unwrap();
    (bench, commands)
}

/// The next thing happens in another millisecond, so that times tell the order.
async fn later() {
    tokio::time::sleep(Duration::from_millis(3)).await;
}

async fn ends(commands: &Commands, attempt: u64, ending: Ending) {
    let attempt = AttemptNo(attempt);
    commands
        .order(Input::Ended { attempt, ending }, None)
        .await
        .unwrap();
    later().await;
}

async fn detail(commands: &Commands) -> AccountDetail {
    commands.account_detail("a".to_owned()).await.unwrap()
}

#[tokio::test]
async fn an_account_says_where_it_stands_and_why() {
    let (bench, commands) = bench().await;
    let free = detail(&commands).await;
    assert_eq!(free.listing.state, "available");
    assert_eq!(free.waiting_on.unwrap().code, "no_device");
    assert_eq!(
        (free.gap_until, free.rests_until, free.held),
        (None, None, None)
    );

    plug_in(&commands, PHONE).await;
    let runs = detail(&commands).await;
    assert_eq!(runs.listing.state, "running");
    assert_eq!(runs.current_device_udid.as_deref(), Some(PHONE));
    assert!(runs.current_task_id.is_some() && runs.started_at.is_some());
    assert_eq!(
        (runs.listing.waiting_tasks_count, runs.scheduled_tasks_count),
        (2, 0)
    );

    ends(&commands, 1, Ending::RateLimited).await;
    let rests = detail(&commands).await;
    assert_eq!(rests.listing.state, "cooldown");
    assert!(rests.rests_until.is_some());
    assert_eq!(
        (rests.rate_limits_in_a_row, rests.listing.consecutive_errors),
        (1, 1)
    );
    assert_eq!(rests.recent_errors[0].error, "rate_limited");
    assert_eq!(rests.waiting_on.unwrap().code, "account_in_cooldown");

    commands
        .end_cooldown("a".to_owned(), "it is fine")
        .await
        .unwrap();
    let attempt = AttemptNo(2);
    commands.order(Input::Lost { attempt }, None).await.unwrap();
    let held = detail(&commands).await;
    let why = held.held.unwrap();
    assert_eq!(
        (why.code.as_str(), held.listing.state_reason.as_deref()),
        ("account_held", Some("in_doubt"))
    );
    assert!(why.sentence.contains(PHONE), "{why:?}");
    let unknown = commands.account_detail("nobody".to_owned()).await;
    assert_eq!(unknown.unwrap_err().code, "unknown_account");
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_challenge_names_the_task_and_the_phone_that_met_it() {
    let (bench, commands) = bench().await;
    plug_in(&commands, PHONE).await;
    let task = detail(&commands).await.current_task_id;
    ends(&commands, 1, Ending::Challenge).await;
    let met = detail(&commands).await.challenge.unwrap();
    assert_eq!(met.task_id, task);
    assert_eq!(met.device_udid.as_deref(), Some(PHONE));
    assert!(met.at.is_some() && !met.look_ordered);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn what_an_account_may_do_is_the_smaller_of_the_settings_and_its_own() {
    let (bench, commands) = bench().await;
    let limits = OwnLimits {
        follows_per_day: Some(0),
        likes_per_day: Some(7),
        comments_per_day: Some(1_000),
        action_gap_seconds: Some(90),
    };
    let change = AccountChange {
        limits: Some(limits),
        ..AccountChange::default()
    };
    commands
        .change_account("a".to_owned(), change)
        .await
        .unwrap();
    let told = detail(&commands).await;
    let today = told.listing.today;
    let ceilings = [&today.follows, &today.likes, &today.comments].map(|it| it.ceiling);
    assert_eq!(ceilings, [Some(0), Some(7), Some(20)]);
    assert_eq!(
        today.follows.room_at, None,
        "where there never is room, no time is named"
    );
    assert_eq!(told.gap_seconds, 90);
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn the_line_of_an_account_is_told_in_order_page_by_page() {
    let (bench, commands) = bench().await;
    let line = async |skip, limit| {
        let (tasks, total) = commands
            .account_line("a".to_owned(), skip, limit)
            .await
            .unwrap();
        let told = tasks.into_iter().map(|task| {
            (
                task.queue_position.unwrap(),
                task.target_username,
                task.waiting_on.unwrap().code,
            )
        });
        (told.collect::<Vec<_>>(), total)
    };
    let at = |position, target: &str, why: &str| (position, target.to_owned(), why.to_owned());
    let whole = vec![
        at(0, "first", "no_device"),
        at(1, "second", "behind_task"),
        at(2, "third", "behind_task"),
    ];
    assert_eq!(line(0, 10).await, (whole.clone(), 3));
    assert_eq!(line(1, 1).await, (vec![whole[1].clone()], 3));
    assert_eq!(line(3, 10).await, (Vec::new(), 3));
    bench.engine.shutdown().await;
}

/// What an event is, how it ended or what was ordered, and why.
fn short(event: &AccountEvent) -> [String; 3] {
    let of = |text: &Option<String>| text.clone().unwrap_or_default();
    let how = event.ending.as_ref().or(event.order.as_ref());
    let why = event.held_by.as_ref().or(event.why.as_ref());
    [event.what.to_owned(), of(&how.cloned()), of(&why.cloned())]
}

#[tokio::test]
async fn how_an_account_stood_is_told_from_the_newest_on_each_thing_once() {
    let (bench, commands) = bench().await;
    let a = || "a".to_owned();
    let named = AccountChange {
        label: Some("Anna".to_owned()),
        ..AccountChange::default()
    };
    commands.change_account(a(), named).await.unwrap();
    later().await;
    plug_in(&commands, PHONE).await;
    later().await;
    ends(&commands, 1, Ending::RateLimited).await;
    commands.end_cooldown(a(), "it is fine").await.unwrap();
    later().await;
    ends(&commands, 2, Ending::Completed).await;
    commands.pause_part(Part::Account(a())).await.unwrap();
    later().await;
    let attempt = AttemptNo(3);
    commands.order(Input::Lost { attempt }, None).await.unwrap();
    later().await;
    commands.release(a(), "it never came back").await.unwrap();
    // What happens to others does not stand there.
    commands.suspend("b".to_owned(), "odd").await.unwrap();
    let page = commands.account_events(a(), None, 50).await.unwrap();
    let told: Vec<[String; 3]> = page.events.iter().map(short).collect();
    let expected = [
        ["order", "account.release", "it never came back"],
        ["order", "account.pause", ""],
        ["task", "interrupted", "lost"],
        ["task", "completed", ""],
        ["order", "account.end_cooldown", "it is fine"],
        ["cooldown", "", ""],
        ["task", "rate_limited", ""],
        ["order", "account.change", ""],
    ];
    assert_eq!(told, expected.map(|it| it.map(str::to_owned)));
    assert_eq!(page.next, None);
    assert_eq!(page.events[7].fields, ["label"]);
    let rest = &page.events[5];
    assert_eq!(rest.in_a_row, Some(1));
    assert!(rest.until > Some(rest.at.clone()), "{rest:?}");

    let (mut paged, mut next) = (Vec::new(), None);
    loop {
        let page = commands.account_events(a(), next, 1).await.unwrap();
        paged.extend(page.events);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(paged, page.events);
    bench.engine.shutdown().await;
}
