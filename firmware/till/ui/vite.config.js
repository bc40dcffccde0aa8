import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const page = (name) => fileURLToPath(new URL(name, import.meta.url));

// Beside each file that gains by it lies the same one compressed, which the till sends as it is.
function compressed() {
  return {
    name: "compressed",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const [name, file] of Object.entries(bundle)) {
          if (!/\.(js|css|html)$/.test(name)) continue;
          const plain = file.type === "chunk" ? file.code : file.source;
          this.emitFile({
            type: "asset",
            fileName: `${name}.gz`,
            source: gzipSync(plain, { level: 9 }),
          });
        }
      },
    },
  };
}

export default defineConfig({
  base: "/",
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  plugins: [compressed()],
  build: {
    target: "es2022",
    // The till's policy forbids what is written into a page, or given as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: page("index.html"), display: page("display.html") } },
  },
});
