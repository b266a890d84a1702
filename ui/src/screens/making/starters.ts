/** Templates to begin with, made by a click. */
import { PLAIN, type Work } from "./work";

export const STARTERS: readonly { id: "look" | "greet" | "engage"; work: Work }[] = [
  { id: "look", work: { ...PLAIN, actions: ["search_user", "view_profile", "navigate_home"] } },
  { id: "greet", work: { ...PLAIN, actions: ["search_user", "view_profile", "like_post", "follow_user", "navigate_home"], maxLikes: 2 } },
  { id: "engage", work: { ...PLAIN, kind: "engagement", follow: true, like: true, comment: false, posts: 1, publicOnly: true } },
];
