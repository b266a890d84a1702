import { describe, expect, it } from "vitest";
import { SseReader } from "./sse";

const EVENTS = ["event: snapshot\nid: 7\ndata: {\"rev\":7}\n\n", ":\n\n", "event: change\r\nid: 8\r\ndata: a\r\ndata: b\r\n\r\n"];
const READ = [
  { event: "snapshot", id: "7", data: '{"rev":7}' },
  { event: "change", id: "8", data: "a\nb" },
];

describe("SseReader", () => {
  it.each([[1], [2], [7], [1000]])("reads the same from pieces of %d characters", (size) => {
    const whole = EVENTS.join("");
    const reader = new SseReader();
    const read = [];
    for (let at = 0; at < whole.length; at += size) read.push(...reader.take(whole.slice(at, at + size)));
    expect(read).toEqual(READ);
  });
});
