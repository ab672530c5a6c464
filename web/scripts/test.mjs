// Runs tests written in TypeScript with node's own runner: every *.test.ts below
// the given folder is bundled as it is, with packages left outside.
//   node scripts/test.mjs src
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { build } from "vite";
import { svelte } from "@sveltejs/vite-plugin-svelte";

const folder = process.argv[2] ?? "src";
const only = process.argv[3];
const out = resolve("node_modules/.tests", folder);

function below(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? below(join(dir, e.name)) : [join(dir, e.name)]));
}
const files = below(folder).filter((f) => f.endsWith(".test.ts") && (!only || f.includes(only)));
if (files.length === 0) {
  console.error(`no tests in ${folder}`);
  process.exit(1);
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await build({
  configFile: false,
  logLevel: "warn",
  plugins: [svelte()],
  build: {
    ssr: true,
    outDir: out,
    target: "node20",
    rolldownOptions: {
      input: Object.fromEntries(files.map((f) => [relative(folder, f).replaceAll("/", ".").replace(/\.ts$/, ""), resolve(f)])),
      output: { entryFileNames: "[name].mjs", chunkFileNames: "chunk-[hash].mjs" },
    },
  },
});
const built = readdirSync(out).filter((f) => f.endsWith(".test.mjs")).map((f) => join(out, f));
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...built], { stdio: "inherit" });
process.exit(status ?? 1);
