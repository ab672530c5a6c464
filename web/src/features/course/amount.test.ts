import assert from "node:assert/strict";
import { test } from "node:test";
import { amount } from "./amount";

test("figures of the course have their unit", () => {
  assert.deepEqual(
    [
      amount("attacks", 39),
      amount("attacks", 1.6),
      amount("rate_per_min", 22),
      amount("longest_s", 95),
      amount("burden", 0.12),
      amount("mood", 3),
      amount(null, 3),
    ],
    ["39 a day", "1.6 a day", "22\u00a0/min", "1\u00a0min 35\u00a0s", "12\u00a0%", "3", "3"],
  );
});
