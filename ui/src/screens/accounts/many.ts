/** One order for each of many, a few at a time. */
import { type Problem, problemOf } from "../../lib/backend";

/** Orders that are under way at once: enough to be quick, few enough to leave others their turn. */
const AT_ONCE = 8;

export interface Outcome {
  /** In the order in which they were given. */
  done: readonly string[];
  refused: readonly { id: string; problem: Problem }[];
}

/** Orders it of each; one that is refused keeps none of the others. `step` hears how many were answered. */
export async function eachOf(
  ids: readonly string[],
  order: (id: string) => Promise<unknown>,
  step: (answered: number) => void = () => {},
): Promise<Outcome> {
  const answers = new Map<string, Problem | null>();
  let next = 0;
  const work = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      answers.set(id, await order(id).then(() => null, problemOf));
      step(answers.size);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
  const refused = ids.flatMap((id) => {
    const problem = answers.get(id) ?? null;
    return problem === null ? [] : [{ id, problem }];
  });
  return { done: ids.filter((id) => answers.get(id) === null), refused };
}
