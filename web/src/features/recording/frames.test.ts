import assert from "node:assert/strict";
import { test } from "node:test";
import { inside, shownAt } from "./frames";

const uneven = [0, 0.033, 0.067, 0.15, 0.151, 0.2];

test("the frame on the screen is the last that has begun", () => {
  assert.deepEqual(
    [-1, 0, 0.02, 0.067, 0.1499, 0.3].map((t) => shownAt(uneven, t)),
    [-1, 0, 0, 2, 3, 5],
  );
});

test("a place to seek to lies within its own frame", () => {
  for (let i = 0; i < uneven.length; i++) assert.equal(shownAt(uneven, inside(uneven, i) - 1e-4), i);
});
