import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { shell } from "./shell";

// The pages are built into the program, which serves them under a strict
// Content-Security-Policy: nothing inline, nothing from elsewhere.
export default defineConfig({
  plugins: [svelte(), shell()],
  build: {
    outDir: "../internal/service/web/dist",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "safari17.5", "firefox120"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 150,
  },
  server: {
    fs: { allow: [".."] }, // words/en
    proxy: { "/api": process.env.FACIALIS_API ?? "http://127.0.0.1:8844" },
  },
});
