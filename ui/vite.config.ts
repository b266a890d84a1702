import { gzipSync } from "node:zlib";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** What the scripts that the first paint waits for may weigh together, as they are sent. */
const SCRIPTS_MAX = 150_000;

/** Fails the build of a page that has become too heavy. What is fetched when it is opened does not count. */
const weighed: Plugin = {
  name: "weighed",
  writeBundle(_options, bundle) {
    const first = new Set<string>();
    const take = (name: string) => {
      const file = bundle[name];
      if (file?.type !== "chunk" || first.has(name)) return;
      first.add(name);
      file.imports.forEach(take);
    };
    for (const [name, file] of Object.entries(bundle)) if (file.type === "chunk" && file.isEntry) take(name);
    let bytes = 0;
    for (const name of first) {
      const file = bundle[name];
      if (file?.type === "chunk") bytes += gzipSync(file.code).length;
    }
    if (bytes > SCRIPTS_MAX) this.error(`the first scripts weigh ${bytes} bytes (gzip), and ${SCRIPTS_MAX} are allowed`);
  },
};

/** The library's palette has styles as attributes, which the content security policy refuses: a class instead. */
export const policed: Plugin = {
  name: "policed",
  enforce: "pre",
  transform(code, id) {
    if (!id.includes("/bits-ui/dist/bits/command/") || !id.endsWith(".svelte")) return null;
    return { code: code.replaceAll('style="display: contents;"', 'class="contents"'), map: null };
  },
};

export default defineConfig({
  plugins: [policed, svelte(), weighed],
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
