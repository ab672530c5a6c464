// Bundles scripts and tests written in TypeScript as they are, with packages left outside.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build } from "vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";

/** Bundles the files of a folder and gives the paths of what node can run. */
export async function bundle(folder, files) {
  const out = resolve("node_modules/.tests", folder);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const names = files.map((f) => relative(folder, f).replaceAll("/", ".").replace(/\.ts$/, ""));
  await build({
    configFile: false,
    logLevel: "warn",
    plugins: [svelte()],
    build: {
      ssr: true,
      outDir: out,
      target: "node20",
      rolldownOptions: {
        input: Object.fromEntries(files.map((f, i) => [names[i], resolve(f)])),
        output: { entryFileNames: "[name].mjs", chunkFileNames: "chunk-[hash].mjs" },
      },
    },
  });
  return readdirSync(out)
    .filter((f) => names.includes(f.replace(/\.mjs$/, "")))
    .map((f) => join(out, f));
}
