import { tick } from "svelte";
import { describe, expect, it } from "vitest";
import { EntityStore } from "./entity-store.svelte";
import { watchReads } from "./reactive.test-support.svelte";

interface Entity {
  id: string;
  value: number;
}
const entity = (id: string, value = 0): Entity => ({ id, value });
const store = (...entities: Entity[]) => {
  const made = new EntityStore<Entity>((one) => one.id);
  made.replace(entities);
  return made;
};
const ids = (of: EntityStore<Entity>) => of.all().map((one) => one.id);

describe("EntityStore", () => {
  it("orders ids as people count", () => {
    expect(ids(store(entity("acct_10"), entity("acct_9"), entity("acct_1")))).toEqual(["acct_1", "acct_9", "acct_10"]);
  });

  it("keeps what an update does not name, and forgets what it removes", () => {
    const held = store(entity("a", 1), entity("b", 2));
    held.apply([entity("b", 3), entity("c", 4)], ["a", "unknown"]);
    expect(held.all()).toEqual([entity("b", 3), entity("c", 4)]);
    expect(held.size).toBe(2);
    expect(held.get("a")).toBeUndefined();
  });

  it("forgets everything when replaced", () => {
    const held = store(entity("a"), entity("b"));
    held.replace([entity("c")]);
    expect(ids(held)).toEqual(["c"]);
  });

  it("tells readers once per update, and not when nothing changed", async () => {
    const held = store(entity("a", 1));
    const watched = watchReads(() => held.all().map((one) => one.value).join());
    await tick();
    held.apply([entity("a", 2), entity("b", 3)], []);
    await tick();
    held.apply([], ["unknown"]);
    await tick();
    expect(watched.seen).toEqual(["1", "2,3"]);
    watched.stop();
  });
});
