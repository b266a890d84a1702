import { describe, expect, it } from "vitest";
import { actsOf, PLAIN, rowsOf, templateOf, type Work, workOf, wrongAt } from "./work";

const view = (work: Work) => {
  const saved = templateOf("t", work);
  return {
    template_id: "1",
    name: "t",
    version: 1,
    task_type: saved.task_type ?? "instagram",
    task: saved.task,
    created_at: "",
    changed_at: "",
    last_used_at: null,
  } as Parameters<typeof workOf>[0];
};

describe("what a task does", () => {
  it("makes a task for each target, and one for a flow about nobody", () => {
    expect(rowsOf(PLAIN, ["a", "b"], {}).map((row) => "target_username" in row && row.target_username)).toEqual(["a", "b"]);
    expect(rowsOf(PLAIN, [], {})).toEqual([]);
    const flow = rowsOf({ ...PLAIN, kind: "flow", flow: "- back" }, [], { account_id: "x" });
    expect(flow).toHaveLength(1);
    expect(flow[0]).not.toHaveProperty("target_username");
    expect(flow[0]).toHaveProperty("account_id", "x");
  });

  it("leaves out texts where nothing is commented on", () => {
    const work: Work = { ...PLAIN, kind: "engagement", texts: "Lovely\n\n Nice " };
    expect(rowsOf(work, ["a"], {})[0]).toHaveProperty("comment_list", []);
    expect(rowsOf({ ...work, comment: true }, ["a"], {})[0]).toHaveProperty("comment_list", ["Lovely", "Nice"]);
  });

  it("comes back from a template as it was", () => {
    const check = (work: Work) => expect(workOf(view(work)), work.kind).toEqual(work);
    check({ ...PLAIN, maxLikes: 3, priority: "high" });
    check({ ...PLAIN, kind: "engagement", comment: true, texts: "a\nb", posts: 2, minPosts: 5 });
    check({ ...PLAIN, kind: "flow", flow: "- back", flowName: "walk", variables: [{ name: "A", value: "b" }] });
  });

  it("counts its acts as the engine does", () => {
    expect(actsOf({ ...PLAIN, actions: ["like_post", "like_post"], maxLikes: 7 }).likes).toBe(10);
    expect(actsOf({ ...PLAIN, maxFollows: 0 }).follows).toBe(0);
    expect(actsOf({ ...PLAIN, kind: "engagement", comment: true, texts: "a", posts: 3 })).toEqual({ follows: 1, likes: 3, comments: 1 });
  });

  it("names what is wrong at its field", () => {
    const problem = { code: "bad_fields", detail: "", errors: [{ pointer: "/tasks/3/actions/0", detail: "No." }] };
    expect(wrongAt(problem, "actions")).toBe("No.");
    expect(wrongAt(problem, "act")).toBeUndefined();
    expect(wrongAt({ ...problem, errors: [{ pointer: "/task/flow", detail: "Bad." }] }, "flow")).toBe("Bad.");
    expect(wrongAt(null, "flow")).toBeUndefined();
  });
});
