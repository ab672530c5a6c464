// Runs tests written in TypeScript with node's own runner: every *.test.ts below
// the given folder.
//   node scripts/test.mjs src
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.mjs";

const folder = process.argv[2] ?? "src";
const only = process.argv[3];

function below(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? below(join(dir, e.name)) : [join(dir, e.name)],
  );
}
const files = below(folder).filter((f) => f.endsWith(".test.ts") && (!only || f.includes(only)));
if (files.length === 0) {
  console.error(`no tests in ${folder}`);
  process.exit(1);
}
const built = await bundle(folder, files);
const { status } = spawnSync(process.execPath, ["--test", "--test-concurrency=1", ...built], { stdio: "inherit" });
process.exit(status ?? 1);
