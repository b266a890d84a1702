import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** What all scripts of the page together may weigh, as they are sent. */
const SCRIPTS_MAX = 150_000;

/** Fails the build of a page that has become too heavy. */
const weighed: Plugin = {
  name: "weighed",
  writeBundle(_options, bundle) {
    const scripts = Object.values(bundle).filter((file) => file.type === "chunk");
    const bytes = scripts.reduce((sum, file) => sum + gzipSync(file.code).length, 0);
    if (bytes > SCRIPTS_MAX) this.error(`the scripts weigh ${bytes} bytes (gzip), and ${SCRIPTS_MAX} are allowed`);
  },
};

export default defineConfig({
  plugins: [svelte(), weighed],
  clearScreen: false,
  build: {
    // WKWebView of macOS 13 and WebKitGTK 2.40.
    target: "safari16",
    // A data: address would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    port: 5173,
    strictPort: true,
    // The example lists lie beside the page's folder.
    fs: { allow: [".", "../examples"] },
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "./src/test-environment.ts",
  },
});
