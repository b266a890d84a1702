//! Engagement: pages one after the other, comments sent once and proven.

use signalbox_phone::{Code, Sent};

use super::*;
use crate::fake::{Over, Trouble};
use crate::{Acts, Engagement, SkipReason, Unsettled, Verdict};

fn engagement() -> Engagement {
    Engagement {
        pages: vec!["bob".into()],
        texts: vec!["Well said".into(), "So true".into()],
        follow: false,
        like: false,
        comment: true,
        posts: 1,
        public_only: true,
        min_posts: 0,
    }
}

fn engage(work: Engagement) -> Job {
    Job {
        work: Work::Engagement(work),
        ..job(&[])
    }
}

#[tokio::test(start_paused = true)]
async fn pages_are_viewed_followed_liked_and_commented_on() {
    for release in BOTH {
        let work = Engagement {
            pages: vec!["bob".into(), "carl".into()],
            follow: true,
            like: true,
            posts: 2,
            ..engagement()
        };
        let told = [
            "active ann",
            "0 view success",
            "1 intend follow",
            "1 follow success",
            "2 intend like",
            "2 like success",
            "3 intend comment",
            "3 comment success",
            "4 intend like",
            "4 like success",
            "5 intend comment",
            "5 comment success",
            "6 view success",
            "7 intend follow",
            "7 follow success",
            "8 intend like",
            "8 like success",
            "9 intend comment",
            "9 comment success",
            "10 intend like",
            "10 like success",
            "11 intend comment",
            "11 comment success",
        ];
        let effects = [
            "ann follow bob",
            "ann like bob 1",
            "ann comment bob 1: Well said",
            "ann like bob 2",
            "ann comment bob 2: So true",
            "ann follow carl",
            "ann like carl 1",
            "ann comment carl 1: Well said",
            "ann like carl 2",
            "ann comment carl 2: So true",
        ];
        let phone = phone(release, |_| {});
        check(phone, engage(work), go(), "completed", &told, &effects).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_typed_is_what_is_sent() {
    let sent = ["ann comment bob 1: Well said"];
    let told = ["active ann", "1 intend comment", "1 comment success"];
    let from_one = || Job {
        resume: Progress { next: 1 },
        ..engage(engagement())
    };
    for release in BOTH {
        let lossy = phone(release, |world| world.drop_letter = true);
        check(lossy, from_one(), go(), "completed", &told, &sent).await;
    }
    // Nothing is sent that is not what the operator wrote; a variable is only text.
    let odd = phone(Release::A, |world| world.autocorrects = true);
    check(odd, from_one(), go(), "unknown", &["active ann"], &[]).await;
    let literal = Job {
        work: Work::Engagement(Engagement {
            texts: vec!["${target} rocks".into()],
            ..engagement()
        }),
        ..from_one()
    };
    let sent = ["ann comment bob 1: ${target} rocks"];
    check(
        phone(Release::B, |_| {}),
        literal,
        go(),
        "completed",
        &told,
        &sent,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_text_that_is_used_up_gives_way_to_the_next() {
    let used = Verdict::Skip(SkipReason::TextLimit);
    let job = || Job {
        resume: Progress { next: 1 },
        ..engage(engagement())
    };
    let told = [
        "active ann",
        "1 intend comment",
        "1 intend comment",
        "1 comment success",
    ];
    let ledger = FakeLedger::answering(std::slice::from_ref(&used));
    let sent = ["ann comment bob 1: So true"];
    check(
        phone(Release::A, |_| {}),
        job(),
        ledger,
        "completed",
        &told,
        &sent,
    )
    .await;
    let told = [
        "active ann",
        "1 intend comment",
        "1 intend comment",
        "1 comment skipped text_limit",
    ];
    let ledger = FakeLedger::answering(&[used.clone(), used]);
    let phone = phone(Release::B, |_| {});
    let world = check(phone, job(), ledger, "completed", &told, &[]).await;
    assert!(world.evidence.is_none());
}

#[tokio::test(start_paused = true)]
async fn pages_that_are_not_wanted_are_left_out_with_the_reason() {
    let all = || Engagement {
        follow: true,
        like: true,
        min_posts: 5,
        ..engagement()
    };
    let few = [
        "active ann",
        "0 view success",
        "1 follow skipped min_posts",
        "2 like skipped min_posts",
        "3 comment skipped min_posts",
    ];
    for release in BOTH {
        check(
            phone(release, |_| {}),
            engage(all()),
            go(),
            "completed",
            &few,
            &[],
        )
        .await;
    }
    let private = [
        "active ann",
        "0 view private_account private_account",
        "1 follow skipped private_account",
        "2 like skipped private_account",
        "3 comment skipped private_account",
    ];
    let shut = phone(Release::A, |world| world.private = true);
    check(shut, engage(all()), go(), "completed", &private, &[]).await;
    let many = phone(Release::B, |world| world.counter = "1.2 thousand");
    let report = run(&many, &engage(all()), &go()).await;
    assert_eq!(report.ending.code(), "completed");
    assert_eq!(many.world().effects.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_post_without_comments_and_one_commented_on_already_are_left_alone() {
    for release in BOTH {
        let closed = phone(release, |world| world.closed = true);
        let told = [
            "active ann",
            "0 view success",
            "1 comment skipped comments_closed",
        ];
        check(closed, engage(engagement()), go(), "completed", &told, &[]).await;
        let said = phone(release, |world| {
            let said = (
                "bob".to_owned(),
                1,
                "ann".to_owned(),
                "Well said".to_owned(),
            );
            world.said.push(said);
        });
        let told = [
            "active ann",
            "0 view success",
            "1 comment skipped already_commented",
        ];
        check(said, engage(engagement()), go(), "completed", &told, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_rehearsal_sends_and_types_nothing() {
    let job = Job {
        mode: Mode::Rehearse,
        ..engage(engagement())
    };
    let told = [
        "active ann",
        "0 view success",
        "1 comment would would_comment",
    ];
    for release in BOTH {
        let phone = phone(release, |_| {});
        check(phone, job.clone(), go(), "completed", &told, &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_comment_that_nobody_can_know_of_is_never_sent_again() {
    let unknown = [
        "active ann",
        "0 view success",
        "1 intend comment",
        "1 comment unknown timeout",
    ];
    let sent = ["ann comment bob 1: Well said"];
    let lost = phone(Release::A, |_| {}).trouble("send-button", Trouble::AnswerLost);
    check(lost, engage(engagement()), go(), "timeout", &unknown, &sent).await;
    let unseen = [
        "active ann",
        "0 view success",
        "1 intend comment",
        "1 comment unknown not_seen",
    ];
    let slow = phone(Release::B, |world| world.slow_comments = true);
    check(slow, engage(engagement()), go(), "unknown", &unseen, &sent).await;
    let refused = [
        "active ann",
        "0 view success",
        "1 intend comment",
        "1 comment failed unknown",
    ];
    let code = Code::UnknownCommand;
    let not =
        phone(Release::A, |_| {}).trouble("send-button", Trouble::Refuses(code, Sent::Failed));
    check(not, engage(engagement()), go(), "unknown", &refused, &[]).await;
    let blocked = [
        "active ann",
        "0 view success",
        "1 intend comment",
        "1 comment rate_limited rate_limited",
    ];
    let sign = Trouble::Sign(Over::Sign("Action Blocked", vec!["OK"]));
    let block = phone(Release::B, |_| {}).trouble("send-button", sign);
    check(
        block,
        engage(engagement()),
        go(),
        "rate_limited",
        &blocked,
        &[],
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_unknown_comment_is_looked_for_and_nothing_else_is_done_before() {
    let look = |post: Option<&str>| Job {
        resume: Progress { next: 1 },
        unsettled: Some(Unsettled {
            step: 1,
            post: post.map(str::to_owned),
            text: "Well said".into(),
        }),
        ..engage(engagement())
    };
    for release in BOTH {
        let there = |world: &mut World| {
            let said = (
                "bob".to_owned(),
                1,
                "ann".to_owned(),
                "Well said".to_owned(),
            );
            world.said.push(said);
        };
        let told = ["active ann", "1 comment skipped already_commented"];
        check(
            phone(release, there),
            look(None),
            go(),
            "completed",
            &told,
            &[],
        )
        .await;
        check(
            phone(release, |_| {}),
            look(None),
            go(),
            "unsettled",
            &told[..1],
            &[],
        )
        .await;
        // Another post stands there now.
        let other = look(Some("another"));
        check(
            phone(release, there),
            other,
            go(),
            "unsettled",
            &told[..1],
            &[],
        )
        .await;
        // What the page says today tells nothing of what was sent.
        let closed = phone(release, |world| world.closed = true);
        check(closed, look(None), go(), "unsettled", &told[..1], &[]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn each_question_names_what_is_left_of_the_page() {
    let work = Engagement {
        pages: vec!["bob".into(), "carl".into()],
        follow: true,
        like: true,
        ..engagement()
    };
    let rest = |follows, likes, comments| {
        Some(Acts {
            follows,
            likes,
            comments,
        })
    };
    let ledger = go();
    run(&phone(Release::A, |_| {}), &engage(work), &ledger).await;
    let page = [rest(1, 1, 1), rest(0, 1, 1), rest(0, 0, 1)];
    assert_eq!(ledger.rests(), [page, page].concat());
    let ledger = go();
    run(&phone(Release::A, |_| {}), &job(&Action::DEFAULT), &ledger).await;
    assert_eq!(ledger.rests(), [None, None]);
}
