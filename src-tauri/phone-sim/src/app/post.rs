//! A post, and its comments.

use super::node::{Look, Node, Rect, SCREEN_H, SCREEN_W};
use super::tap::{Field, Tap};
use super::{KEYBOARD, Page, TOP, View, nav_bar, notice};
use crate::people::{PostRef, hash};
use crate::world::Comment;

/// Comments shown at once, newest first.
const SHOWN_COMMENTS: usize = 30;

/// The elements of a post whose header starts at `top`; the same on its page and in the feed.
pub(crate) fn post_nodes(view: &View<'_>, post: &PostRef, top: i32) -> Vec<Node> {
    let me = view.me().unwrap_or_default();
    let id = post.id();
    let author = &post.author;
    let liked = view.world.likes(me, &id);
    let (label, value) = view.version.like_state(liked);
    let mut like = Node::new("Button", Rect::new(10, top + 440, 44, 40))
        .id("like-button")
        .look(Look::Heart(liked))
        .tap(Tap::LikeButton(post.clone()));
    like.label = label.map(|label| view.language.says(label));
    like.value = value.map(|value| view.language.says(value));
    let kind = if post.is_video() { "Video" } else { "Photo" };
    let picture = Node::new("Image", Rect::new(0, top + 46, SCREEN_W, 390))
        .mark("picture")
        .label(format!("{kind} by {author}"))
        .look(Look::Picture(hash(&id)))
        .solid()
        .double(Tap::LikePicture(post.clone()));
    let likes = post.likes() + view.world.like_count(&id);
    let comments = view.world.comments(&id).len() + 2;
    let header = Node::new("Button", Rect::new(10, top + 3, 230, 40))
        .id("feed-item-header-user-button")
        .label(author.clone())
        .look(Look::Plain)
        .tap(Tap::OpenProfile(author.clone()));
    let small = |id: &str, label: &str, x: i32, y: i32| {
        Node::new("Button", Rect::new(x, top + y, 44, 40))
            .id(id)
            .label(label)
            .look(Look::Icon)
    };
    let open_comments = Tap::OpenComments(post.clone());
    let mut all = vec![header];
    if me != author && view.world.follow(me, author).is_none() {
        let follow = Node::new("Button", Rect::new(250, top + 7, 84, 32)).id("follow-button");
        all.push(
            follow
                .label("Follow")
                .look(Look::Secondary)
                .tap(Tap::FollowButton(author.clone())),
        );
    }
    all.extend([
        small("more_options", "More", 342, 3),
        picture,
        like,
        small("send-button", "Send", 106, 440).tap(Tap::OpenShare),
        small("save-button", "Save", 336, 440),
        Node::new("Button", Rect::new(10, top + 482, 180, 20))
            .id("like-count-button")
            .label(format!("{likes} likes")),
        Node::text(post.caption(), Rect::new(10, top + 504, 370, 20)).mark("caption"),
    ]);
    if !view.people.get(author).comments_closed {
        let count = Node::new("Button", Rect::new(10, top + 528, 220, 20))
            .id("comment-count-button")
            .label(format!("View all {comments} comments"))
            .look(Look::Faint);
        all.extend([
            small("comment-button", "Comment", 58, 440).tap(open_comments.clone()),
            count.tap(open_comments),
        ]);
    }
    all
}

pub(crate) fn post(view: &View<'_>, page: &Page, post: &PostRef) -> Vec<Node> {
    let mut all = Vec::new();
    let author = view.people.get(&post.author);
    let me = view.me().unwrap_or_default();
    let hidden = author.private
        && me != post.author
        && view.world.follow(me, &post.author) != Some(crate::world::Follow::Following);
    if view.offline {
        all.push(notice("Couldn't load post", 300));
    } else if view.people.has_post(post) && !hidden {
        all.extend(post_nodes(view, post, TOP - page.scroll));
    } else {
        all.push(notice(
            view.language.says("Sorry, this page isn't available."),
            300,
        ));
    }
    all.push(nav_bar("Posts", view.version.post_has_back()));
    all
}

fn stock_comments(post: &PostRef) -> Vec<Comment> {
    const WORDS: [&str; 5] = [
        "So good",
        "Where is this?",
        "Love it",
        "Again please",
        "Wow",
    ];
    let say = |n: u64| {
        let seed = hash(&format!("{}/{n}", post.id()));
        Comment {
            account: format!("friend.{}", seed % 97),
            text: WORDS[usize::try_from(seed / 97 % 5).unwrap_or(0)].to_owned(),
        }
    };
    vec![say(1), say(2)]
}

pub(crate) fn comments(view: &View<'_>, page: &Page, post: &PostRef, typing: bool) -> Vec<Node> {
    // A sheet in B, a page in A; both start below the bar.
    let mut all = vec![
        Node::new("Other", Rect::new(0, 47, SCREEN_W, SCREEN_H - 47))
            .mark("sheet")
            .look(Look::Panel)
            .solid(),
    ];
    let id = post.id();
    let stock = stock_comments(post);
    let said = view
        .world
        .comments(&id)
        .iter()
        .rev()
        .chain(&stock)
        .take(SHOWN_COMMENTS);
    let total = view.world.comments(&id).len();
    let mut y = TOP + 8 - page.scroll;
    let mut list = Node::new("Table", Rect::new(0, TOP, SCREEN_W, SCREEN_H - TOP)).mark("comments");
    if view.offline {
        list.children.push(notice("Couldn't load comments", 300));
    } else {
        for (comment, n) in said.zip(0..) {
            let cell = Node::new("Cell", Rect::new(0, y, SCREEN_W, 50))
                .mark(format!("comment{}", total.wrapping_sub(n)))
                .label(format!("{} {}", comment.account, comment.text))
                .look(Look::Unseen)
                .with(
                    Node::text(comment.account.clone(), Rect::new(16, y + 4, 300, 18)).mark("who"),
                )
                .with(
                    Node::text(comment.text.clone(), Rect::new(16, y + 25, 350, 18))
                        .mark("what")
                        .look(Look::Faint),
                );
            list.children.push(cell);
            y += 52;
        }
    }
    all.push(list);
    let top = if typing { KEYBOARD - 56 } else { SCREEN_H - 90 };
    let shown = if page.text.is_empty() {
        "Add a comment..."
    } else {
        &page.text
    };
    let mut field = Node::new("TextView", Rect::new(16, top + 8, 270, 40))
        .id(view.version.comment_field())
        .mark(Field::Comment.mark())
        .look(Look::Field)
        .value(page.text.clone())
        .caption(shown)
        .tap(Tap::Focus(Field::Comment));
    field.placeholder = Some("Add a comment...".to_owned());
    let mut send = Node::new("Button", Rect::new(300, top + 8, 74, 40))
        .id("send-button")
        .label("Post comment")
        .caption("Post")
        .look(Look::Primary)
        .tap(Tap::PostComment);
    send.disabled = page.text.trim().is_empty();
    all.push(
        Node::new("Other", Rect::new(0, top, SCREEN_W, SCREEN_H - top))
            .mark("composer")
            .look(Look::Panel)
            .solid()
            .with(field)
            .with(send),
    );
    all.push(nav_bar("Comments", true));
    all
}
