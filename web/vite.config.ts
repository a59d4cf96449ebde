import { defineConfig } from "vite";

// The page is served by knockon itself: no other host, names with a hash of the content, parts loaded when asked for.
export default defineConfig({
  base: "/",
  build: {
    outDir: "../api/page/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    chunkSizeWarningLimit: 600,
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  server: { proxy: { "/v1": "http://127.0.0.1:8017", "/docs": "http://127.0.0.1:8017" } },
});
