import assert from "node:assert/strict";
import { test } from "node:test";
import { couldBeChance, difference } from "./compare";

test("the interval of a difference holds those of both", () => {
  const d = difference({ value: 10, ci95: [7, 14] }, { value: 4, ci95: [2, 8] });
  assert.equal(d.value, -6);
  assert.deepEqual(d.ci95, [-6 - Math.hypot(2, 4), -6 + Math.hypot(4, 3)]);
  assert.equal(couldBeChance(d), false);
});

test("equal figures differ by chance; swapped, the sign turns", () => {
  const a = { value: 3, ci95: [1, 6] as [number, number] };
  const b = { value: 5, ci95: [2, 9] as [number, number] };
  assert.equal(couldBeChance(difference(a, a)), true);
  const [one, two] = [difference(a, b), difference(b, a)];
  assert.equal(one.ci95?.[0], -(two.ci95?.[1] ?? 0));
});

test("without a figure there is no difference, without an interval no certainty", () => {
  assert.equal(difference({ value: null, ci95: null }, { value: 1, ci95: [0, 2] }).value, null);
  assert.equal(couldBeChance(difference({ value: 2, ci95: null }, { value: 1, ci95: [0, 2] })), null);
});
