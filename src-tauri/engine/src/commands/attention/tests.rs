use super::super::audited::tasks::{comment_of_unknown_outcome, new_task};
use super::super::tests::{Bench, plug_in, unplug};
use super::*;

/// Codes and accounts of all there is, in order; told page by page, of one entry each.
async fn all(commands: &Commands) -> Vec<(String, String)> {
    let (whole, total) = commands.attention(0, 1_000).await.unwrap();
    assert_eq!(whole.len() as u64, total, "the number is exact");
    for (at, item) in (0u32..).zip(&whole) {
        let (page, same) = commands.attention(at, 1).await.unwrap();
        assert_eq!((page.as_slice(), same), (std::slice::from_ref(item), total));
        assert!(!item.sentence.is_empty(), "{item:?}");
    }
    let (beyond, same) = commands.attention(1_000, 10).await.unwrap();
    assert_eq!((beyond.len(), same), (0, total));
    let told = whole.into_iter();
    told.map(|it| (it.code, it.account_id.unwrap_or_default()))
        .collect()
}

fn told(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(code, account): &(&str, &str)| ((*code).to_owned(), (*account).to_owned());
    expected.iter().map(owned).collect()
}

#[tokio::test]
async fn lines_without_a_phone_are_one_matter_and_suspended_accounts_one_each() {
    let bench = Bench::new().await;
    let commands = bench.engine.commands();
    assert_eq!(all(&commands).await, []);
    for account in ["anna", "ben", "cleo"] {
        // Each has a target of its own: two accounts at most may act on one.
        let mut task = new_task(account);
        task.target = format!("{account}.friend");
        commands.create_task(task).await.unwrap();
    }
    assert_eq!(all(&commands).await, told(&[("no_device", "")]));
    let (items, _) = commands.attention(0, 1).await.unwrap();
    assert!(items[0].sentence.contains("3 accounts"), "{items:?}");

    commands.suspend("ben".to_owned(), "because").await.unwrap();
    let expected = [("account_suspended", "ben"), ("no_device", "")];
    assert_eq!(all(&commands).await, told(&expected));
    // What the operator paused is meant to wait.
    commands.pause().await.unwrap();
    assert_eq!(all(&commands).await, told(&[("account_suspended", "ben")]));
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn an_account_whose_phone_went_away_is_held_and_one_whose_phone_is_there_is_not_told() {
    let bench = Bench::new().await;
    let commands = bench.engine.commands();
    commands.create_task(new_task("anna")).await.unwrap();
    plug_in(&commands, "phone-1").await;
    assert_eq!(all(&commands).await, [], "it runs");
    unplug(&commands, "phone-1").await;
    let (items, total) = commands.attention(0, 10).await.unwrap();
    assert_eq!((total, items[0].code.as_str()), (1, "account_held"));
    assert_eq!(items[0].device_id.as_deref(), Some("phone-1"));
    plug_in(&commands, "phone-1").await;
    assert_eq!(
        all(&commands).await,
        [],
        "it is about to prove itself quiet"
    );
    bench.engine.shutdown().await;
}

#[tokio::test]
async fn a_task_with_an_unknown_act_is_told_with_what_is_unknown_until_somebody_says() {
    let bench = Bench::new().await;
    let commands = bench.engine.commands();
    let made = commands.create_task(new_task("new")).await.unwrap();
    let id = Uuid::try_parse(&made.task_id).unwrap();
    comment_of_unknown_outcome(&commands).await;
    assert_eq!(all(&commands).await, told(&[("unknown_act", "new")]));
    let (items, _) = commands.attention(0, 10).await.unwrap();
    assert!(
        items[0].sentence.contains("“Lovely” for @somebody"),
        "{items:?}"
    );
    let details = commands.task_details(id).await.unwrap().unwrap();
    assert_eq!(details.unknown_act.unwrap().sentence, items[0].sentence);
    assert_eq!(details.attempts.len(), 1);
    assert_eq!(details.attempts[0].ending.as_deref(), Some("interrupted"));

    commands.resolve_task(id, true).await.unwrap();
    assert_eq!(all(&commands).await, []);
    let details = commands.task_details(id).await.unwrap().unwrap();
    assert_eq!(details.unknown_act, None);
    let steps: Vec<(u16, &str, Option<&str>)> = details
        .steps
        .iter()
        .map(|it| (it.step, it.action.as_str(), it.status.as_deref()))
        .collect();
    let expected = [(0, "view_profile", Some("success")), (1, "like_post", None)];
    assert_eq!(steps, expected, "each step with what came of it");
    bench.engine.shutdown().await;
}
