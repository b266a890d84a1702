/** What the engine says of what is being typed, a moment after the last key. */
import { type Asked, asked } from "../../lib/asked.svelte";
import { type Answer, type Takes } from "../../lib/backend";
import { live } from "../../lib/live.svelte";
import type { Work } from "./work";

/** How long after a key the engine is asked, in milliseconds. */
const PAUSE_MS = 250;

/** Tasks that are planned again only when something of them changes. */
const MANY = 500;

/** A value as it is once it has not changed for a moment. Called while a component is set up. */
export function settled<T>(value: () => T): { readonly now: T } {
  let now = $state.raw(value());
  $effect(() => {
    const next = value();
    const timer = setTimeout(() => (now = next), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return {
    get now() {
      return now;
    },
  };
}

/** What is wrong with a flow, and what it would do; null of any other work. */
export function checkedFlow(work: () => Work): Asked<Answer<"check_flow">> {
  const wanted = settled(() => {
    const { kind, flow, files, variables } = work();
    if (kind !== "flow" || flow.trim() === "") return null;
    return { flow, files, variables: variables.filter((it) => it.name !== "") };
  });
  return asked(() => (wanted.now === null ? null : live.backend.ask("check_flow", { body: wanted.now })), { follows: false });
}

/** What tasks would come to; asked again now and then, since phones and accounts change beside it. */
export function planned(body: () => Takes<"plan_tasks">["body"] | null): Asked<Answer<"plan_tasks">> {
  const wanted = settled(body);
  const beat = $derived((wanted.now?.tasks.length ?? 0) > MANY ? 0 : Math.floor(live.wall / 5_000));
  return asked(
    () => {
      void beat;
      return wanted.now === null ? null : live.backend.ask("plan_tasks", { body: wanted.now });
    },
    { follows: false },
  );
}
