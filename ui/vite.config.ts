import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
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
  },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "./src/test-environment.ts",
  },
});
