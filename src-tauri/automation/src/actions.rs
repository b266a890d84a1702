//! The actions of the social app, as data over the step type.

use std::time::Duration;

use crate::job::{Act, Action};
use crate::reading::Page;
use crate::step::{Condition, Ensure, Place, Step, Swipe, Target, Touch, What};

/// The time a page that comes from the network is given.
const PAGE: Duration = Duration::from_secs(15);
/// The time the app is given to come up.
const START: Duration = Duration::from_secs(30);
/// The time the pictures of a profile are given; where there are none, the target has no posts.
const POSTS: Duration = Duration::from_secs(4);
/// Pages that lie above each other at most, when going back to the tab bar.
const PAGES_BACK_MAX: u16 = 4;
/// Swipes of one scrolling action.
const SWIPES: u16 = 2;

/// The steps of an action.
pub fn steps(action: Action) -> Vec<Step> {
    match action {
        Action::OpenApp => open_app(),
        Action::SearchUser => search_user(),
        Action::ViewProfile => view_profile(),
        Action::LikePost => like_post(),
        Action::FollowUser => follow_user(),
        Action::ScrollFeed => scroll("tab.home", Page::Feed),
        Action::ExplorePosts => scroll("tab.explore", Page::Explore),
        Action::NavigateHome => navigate_home(),
        Action::CommentPost => comment_post(),
    }
}

/// The app in front, ready to be used.
pub fn open_app() -> Vec<Step> {
    vec![
        Step::new(What::Launch),
        // A page that is not known but has a way back is no start screen.
        Step::new(What::WaitUntil(Condition::Any(vec![
            !on(Place::Page(Page::Unknown)),
            visible("nav.back"),
        ])))
        .within(PAGE)
        .optional(),
    ]
}

/// The tab bar in sight: it disappears on inner pages.
pub fn to_tabs() -> Vec<Step> {
    let bar = visible("tab.profile");
    let restart = vec![
        Step::new(What::Terminate),
        Step::new(What::Launch),
        Step::new(What::WaitUntil(bar.clone())).within(START),
    ];
    vec![
        repeat(!bar.clone(), PAGES_BACK_MAX, vec![Step::new(What::Back)]),
        repeat(!bar, 1, restart),
    ]
}

/// The own profile, which says who is signed in.
pub fn own_profile() -> Vec<Step> {
    let title = visible("own.title");
    let mut open = to_tabs();
    open.push(tap("tab.profile"));
    open.push(Step::new(What::WaitUntil(title.clone())).within(PAGE));
    vec![repeat(!title, 1, open)]
}

fn search_user() -> Vec<Step> {
    let mut steps = to_tabs();
    steps.extend(search());
    vec![
        repeat(!arrived(), 1, steps).optional(),
        repeat(!arrived(), 1, by_link()),
    ]
}

/// From the tab bar to the target's profile through the app's search.
fn search() -> Vec<Step> {
    let field = Target::only("search.field");
    let answered = Condition::Any(vec![
        visible("search.result"),
        visible("search.nothing"),
        on(Place::TargetGone),
    ]);
    let open = vec![
        tap("search.result"),
        Step::new(What::WaitUntil(arrived())).within(PAGE),
    ];
    vec![
        tap("tab.explore"),
        repeat(!visible("search.field"), 1, vec![tap("search.bar")]),
        Step::new(What::Type {
            into: field,
            text: "${target}".to_owned(),
        }),
        Step::new(What::WaitUntil(answered)),
        repeat(visible("search.result"), 1, open),
    ]
}

/// From anywhere to the target's profile by deep link.
fn by_link() -> Vec<Step> {
    vec![
        Step::new(What::OpenLink("profile".to_owned())),
        Step::new(What::WaitUntil(arrived())).within(PAGE),
    ]
}

/// The target's profile, from wherever the action before left the screen.
fn reach_profile() -> Vec<Step> {
    let back = || vec![Step::new(What::Back)];
    let mut steps = vec![
        repeat(on(Place::Page(Page::Comments)), 2, back()),
        repeat(on(Place::TargetPost), 2, back()),
    ];
    steps.push(repeat(!arrived(), 1, search_user()));
    steps
}

fn view_profile() -> Vec<Step> {
    let mut steps = reach_profile();
    steps.push(Step::new(What::Prove { public: true }));
    steps.push(Step::new(What::Viewed));
    steps
}

/// The post that the action instance is about, from wherever the action before left the screen.
fn reach_post() -> Vec<Step> {
    let mut steps = reach_profile();
    steps.push(Step::new(What::Prove { public: true }));
    steps.push(Step::new(What::Tap(Target::instance("profile.post"))).within(POSTS));
    steps.push(Step::new(What::WaitUntil(on(Place::TargetPost))).within(PAGE));
    steps
}

fn comment_post() -> Vec<Step> {
    let mut steps = reach_post();
    steps.push(Step::new(What::OpenComments).within(POSTS));
    steps.push(Step::new(What::WaitUntil(on(Place::Page(Page::Comments)))).within(PAGE));
    steps.push(Step::new(What::Comment));
    steps
}

fn like_post() -> Vec<Step> {
    let mut steps = reach_post();
    steps.push(Step::new(What::Ensure(Ensure {
        act: Act::Like,
        state: Target::only("post.like"),
        touch: Target::only("post.picture"),
        by: Touch::DoubleTap,
    })));
    steps
}

fn follow_user() -> Vec<Step> {
    let mut steps = reach_profile();
    steps.push(Step::new(What::Prove { public: false }));
    steps.push(Step::new(What::Ensure(Ensure {
        act: Act::Follow,
        state: Target::only("profile.follow"),
        touch: Target::only("profile.follow"),
        by: Touch::Tap,
    })));
    steps
}

fn navigate_home() -> Vec<Step> {
    let feed = on(Place::Page(Page::Feed));
    let mut steps = to_tabs();
    steps.push(tap("tab.home"));
    steps.push(Step::new(What::WaitUntil(feed.clone())).within(PAGE));
    vec![repeat(!feed, 1, steps)]
}

/// A few swipes on a page of the tab bar. A swipe that starts on a post may open it.
fn scroll(tab: &str, page: Page) -> Vec<Step> {
    let here = on(Place::Page(page));
    let mut steps = to_tabs();
    steps.push(tap(tab));
    steps.push(Step::new(What::WaitUntil(here.clone())).within(PAGE));
    let swipe = vec![
        Step::new(What::Swipe(Swipe::Up)),
        repeat(!here.clone(), 1, vec![Step::new(What::Back)]),
    ];
    steps.push(repeat(here, SWIPES, swipe));
    steps
}

/// On the target's profile, or where the app says that there is none.
fn arrived() -> Condition {
    Condition::Any(vec![on(Place::TargetProfile), on(Place::TargetGone)])
}

fn tap(locator: &str) -> Step {
    Step::new(What::Tap(Target::only(locator)))
}

fn visible(locator: &str) -> Condition {
    Condition::Visible(Target::first(locator))
}

fn on(place: Place) -> Condition {
    Condition::On(place)
}

fn repeat(when: Condition, times: u16, steps: Vec<Step>) -> Step {
    Step::new(What::While { when, times, steps })
}
