import type { Environment } from "vitest/runtime";

/** Svelte's browser build on plain Node: runes react as they do in the window, without a document. */
export default {
  name: "client",
  viteEnvironment: "client",
  setup: () => ({ teardown() {} }),
} satisfies Environment;
