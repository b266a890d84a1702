//! The numbers by which the core knows the actions of tasks: they stand in the journal, and stay.

use signalbox_automation::Action;
use signalbox_scheduler::{ActionNo, Actions};

/// What comes before the first action of every task: the app is opened, the account proven.
pub(crate) const BEGIN: ActionNo = ActionNo(14);

/// The number of an action.
pub(crate) fn number(action: Action) -> ActionNo {
    ActionNo(match action {
        Action::OpenApp => 0,
        Action::SearchUser => 1,
        Action::ViewProfile => 2,
        Action::LikePost => 3,
        Action::FollowUser => 4,
        Action::ScrollFeed => 5,
        Action::ExplorePosts => 6,
        Action::NavigateHome => 7,
        Action::CommentPost => 8,
    })
}

/// What to call an action in front of a person.
pub(crate) fn title(no: ActionNo) -> &'static str {
    let mut all = Action::ALL.into_iter().chain([Action::CommentPost]);
    let action = all.find(|it| number(*it) == no);
    action.map_or("begin", Action::as_str)
}

/// The actions of a task that is to act. A rehearsal is the look after a change of the app: no
/// pause of an action holds it.
pub(crate) fn all(actions: &[Action], rehearsal: bool) -> Actions {
    if rehearsal {
        return Actions::default();
    }
    let begin = Actions::default().and(BEGIN);
    let numbers = actions.iter().copied().map(number);
    numbers.fold(begin, Actions::and)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_number_of_its_own_and_its_word() {
        let mut seen = vec![BEGIN];
        for action in Action::ALL.into_iter().chain([Action::CommentPost]) {
            let no = number(action);
            assert!(no.0 < BEGIN.0 && !seen.contains(&no), "{action:?}");
            assert_eq!(title(no), action.as_str());
            seen.push(no);
        }
        assert_eq!(title(BEGIN), "begin");
    }

    #[test]
    fn a_rehearsal_is_held_by_no_pause() {
        let actions = [Action::LikePost, Action::SearchUser];
        let acting = all(&actions, false);
        for (action, has) in [(3, true), (1, true), (14, true), (4, false), (15, false)] {
            assert_eq!(acting.has(ActionNo(action)), has, "{action}");
        }
        assert_eq!(all(&actions, true), Actions::default());
    }
}
