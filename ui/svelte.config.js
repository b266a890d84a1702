import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true },
  vitePlugin: {
    // Runes are ours to ask for; the libraries decide for themselves.
    dynamicCompileOptions({ filename }) {
      if (filename.includes("node_modules")) return { runes: undefined };
    },
  },
};
