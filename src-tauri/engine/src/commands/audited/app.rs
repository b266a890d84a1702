//! Cases about what is done in the app.

use serde_json::json;

use super::{Case, case};
use crate::runtime::Miss;

const VERSION: &str = "361.1.0";

pub(super) fn cases() -> Vec<Case> {
    vec![case(
        "action.resume",
        ["action", "begin", VERSION],
        json!({"paused": true}),
        json!({"paused": false}),
        |commands| async move {
            let app_version = VERSION;
            let locator = "feed.head";
            let miss = Miss {
                app_version,
                locator,
            };
            commands.order(miss, None).await.unwrap();
            let notices = commands.notices().await.unwrap();
            assert_eq!(notices.len(), 1);
            let notice = &notices[0];
            assert!(notice.sentence.contains(locator), "{}", notice.sentence);
            let resume = commands.resume_action("like_post".into(), VERSION.into());
            assert_eq!(resume.await.unwrap_err().code, "not_paused");
            let resume = commands.resume_action("begin".into(), VERSION.into());
            resume.await.unwrap();
            assert!(commands.notices().await.unwrap().is_empty());
        },
    )]
}
