import assert from "node:assert/strict";
import { test } from "node:test";
import table from "../../../../night/cameras.json";
import { begin, byPath, join } from "./films";

const late = Date.UTC(2027, 0, 1);

test("cameras write the time into names and folders", () => {
  for (const c of table.cameras)
    for (const [path, at] of c.examples as [string, string][])
      assert.equal(byPath(path, late), new Date(at).getTime(), `${c.name}: ${path}`);
  for (const path of table.none) assert.equal(byPath(path, late), null, path);
});

test("a name that does not tell the time leaves the file's", () => {
  assert.equal(begin("night.mp4", 100_000, 40), 60_000);
  assert.equal(begin("20261332_223300.mp4", 100_000, 40), 60_000); // no such day
});

test("films are joined by their clock", () => {
  const m = 60_000;
  const j = join([
    { name: "b", begin: 70 * m, length: 600 },
    { name: "a", begin: 0, length: 3600 },
    { name: "c", begin: 75 * m, length: 600 },
  ]);
  assert.deepEqual(
    j.map((f) => [f.name, f.gap, f.overlap]),
    [
      ["a", 0, 0],
      ["b", 10, 0],
      ["c", 0, 5],
    ],
  );
});
