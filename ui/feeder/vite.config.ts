import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";
import { policed } from "../vite.config";

const here = dirname(fileURLToPath(import.meta.url));
const ui = dirname(here);
const real = resolve(ui, "src/lib/backend.ts");
const fed = resolve(here, "backend.ts");

/** Every file of the page, but not the feeder itself, meets the feeder where it looks for the engine. */
const feeder: Plugin = {
  name: "feeder",
  enforce: "pre",
  async resolveId(source, importer) {
    if (importer === undefined || importer.startsWith(here) || !source.endsWith("/backend")) return null;
    const found = await this.resolve(source, importer, { skipSelf: true });
    return found?.id === real ? fed : null;
  },
};

// The very page of the product, with a made-up engine behind it: only for measuring, never shipped.
export default defineConfig({
  root: ui,
  plugins: [feeder, policed, svelte({ configFile: resolve(ui, "svelte.config.js") })],
  clearScreen: false,
  build: {
    outDir: resolve(ui, "../target/feeder-page"),
    emptyOutDir: true,
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
