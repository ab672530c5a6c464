// Holds the first page to its size: what index.html needs, and what the largest
// way into the app needs besides, in bytes of gzip.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const dist = new URL("../../internal/service/web/dist/", import.meta.url).pathname;
const limit = 60_000;
const size = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;

const html = readFileSync(join(dist, "index.html"), "utf8");
const first = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1]));

/** A file and all that it imports before it can run. */
function closure(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith(".js")) return seen;
  const code = readFileSync(join(dist, file), "utf8");
  for (const m of code.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) closure(`assets/${m[1]}`, seen);
  return seen;
}
for (const file of [...first]) for (const f of closure(file)) first.add(f);

// The frame and the page at the start, People, are fetched after the words; their files come on top.
for (const file of readdirSync(join(dist, "assets"))) {
  if (/^(App|People\.page)-.*\.(js|css)$/.test(file)) for (const f of closure(`assets/${file}`)) first.add(f);
}
const total = gzipSync(html).length + [...first].reduce((sum, f) => sum + size(f), 0);
console.log(
  `first page: ${(total / 1000).toFixed(1)} kB of gzip in ${first.size + 1} files (limit ${limit / 1000} kB)`,
);
if (process.argv[2] === "--list") for (const f of [...first].sort((a, b) => size(b) - size(a))) console.log(size(f), f);
if (total >= limit) process.exit(1);
