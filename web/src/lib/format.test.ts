import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  clauses,
  clock,
  dash,
  figure,
  fixed,
  list,
  parts,
  percent,
  perMinute,
  seconds,
  signed,
  span,
} from "./format";

test("a missing figure is a dash, never a zero", () => {
  for (const missing of [null, undefined, NaN]) assert.equal(figure(missing), dash);
  assert.equal(percent(null), dash);
  assert.equal(figure(0), "0");
});

test("figures keep two digits that count", () => {
  assert.deepEqual([0.0241, 0.24, 1.26, 12.4, 139.6].map(figure), ["0.024", "0.24", "1.3", "12", "140"]);
});

test("a rate has its unit, and a change that rounds to zero has no sign", () => {
  assert.equal(perMinute(1.64), "1.6\u00a0/min");
  assert.deepEqual(
    [-0.001, 0.001, 0, -0.26, 2].map((x) => signed(x, span)),
    ["0\u00a0s", "0\u00a0s", "0\u00a0s", "−0.26\u00a0s", "+2\u00a0s"],
  );
});

test("lengths and moments of time", () => {
  assert.deepEqual([0.253, 3.14, 14.4, 200, 3600, 7500].map(span), [
    "0.25\u00a0s",
    "3.1\u00a0s",
    "14\u00a0s",
    "3\u00a0min 20\u00a0s",
    "1\u00a0h",
    "2\u00a0h 5\u00a0min",
  ]);
  assert.deepEqual(
    [0, 5.26, 59.96, 3723.45].map((s) => clock(s)),
    ["0:00.0", "0:05.3", "1:00.0", "1:02:03.5"],
  );
});

test("a moment that was written can be read", () => {
  for (const s of [0, 5.25, 61.5, 3723.125]) assert.equal(seconds(clock(s, 3)), s);
  assert.equal(seconds("12,5"), 12.5);
  for (const wrong of ["", "a", "1:2:3:4", "-1"]) assert.equal(seconds(wrong), null);
});

test("sizes of files", () => {
  assert.deepEqual([12, 1500, 2_300_000, 4.2e9].map(bytes), ["12\u00a0B", "1.5\u00a0kB", "2.3\u00a0MB", "4.2\u00a0GB"]);
});

test("lists and figures of fixed length", () => {
  assert.match(list(["eye", "cheek", null, "chin"]), /^eye, cheek,? and chin$/); // British or American
  assert.equal(list([]), "");
  assert.equal(parts("a twitch", false, "0.2 s"), "a twitch, 0.2 s");
  assert.equal(clauses(["a, b", "c"]), "a, b; c");
  assert.equal(fixed(-1.5, 2), "−1.50");
  assert.equal(fixed(null, 2), dash);
});
