import assert from "node:assert/strict";
import { test } from "node:test";
import type { CorrectedEvent, Kind } from "../../lib/types";
import { bars } from "./lanes";

const kinds: Kind[] = ["spasm", "synkinesis", "voluntary", "blink", "other"];
const event = (i: number, onset: number, length: number, change: Partial<CorrectedEvent> = {}) =>
  ({
    id: `e${i}`,
    kind: kinds[i % 5],
    side: i % 3 ? (i % 2 ? "left" : "right") : "both",
    onset_s: onset,
    offset_s: onset + length,
    status: i % 11 ? "machine" : "rejected",
    machine: null,
    ...change,
  }) as CorrectedEvent;

/** As good as random, and the same every time. */
function* numbers(seed: number): Generator<number> {
  for (let x = seed; ;) {
    x = (x * 1103515245 + 12345) % 2147483648;
    yield x / 2147483648;
  }
}

const hour = (() => {
  const r = numbers(7);
  const next = () => r.next().value as number;
  return Array.from({ length: 5000 }, (_, i) => event(i, next() * 3599, 0.05 + 0.5 * next())).sort(
    (a, b) => a.onset_s - b.onset_s,
  );
})();

test("every event is seen at every zoom, in its lane, and no more is drawn than the pixels hold", () => {
  for (const [from, to] of [
    [0, 3600],
    [100, 1900],
    [1000, 1060],
    [1000, 1002],
  ] as const) {
    const view = { from, to, left: 58, right: 980 };
    const all = bars(hour, view, null);
    const seen = hour.filter((e) => e.offset_s >= from && e.onset_s <= to);
    for (const e of seen) {
      const at = Math.max(58, 58 + ((e.onset_s - from) / (to - from)) * 922);
      const row = e.side === "left" ? 1 : 0;
      const how = e.status === "rejected" ? "rejected" : "plain";
      assert.ok(
        all.some(
          (b) => b.kind === e.kind && b.row === row && b.how === how && b.x <= at + 1e-6 && b.x + b.width >= at - 1e-6,
        ),
        `${e.id} at ${at} of ${from} to ${to}`,
      );
    }
    assert.ok(all.length <= Math.max(2 * seen.length, 0) && all.length <= 2 * 5 * 2 * 922);
    if (to - from === 3600) assert.ok(all.length < 6000, `${all.length} bars`);
  }
});

test("fuller columns are told from emptier ones, and never fuller than full", () => {
  const view = { from: 0, to: 3600, left: 0, right: 360 }; // 10 s a pixel
  const lone = bars([event(1, 100, 0.1)], view, null);
  assert.deepEqual(
    lone.map((b) => [b.x, b.width, b.share]),
    [[10, 3, 0.25]],
  );
  const many = Array.from({ length: 2000 }, (_, i) => event(1, 100 + i / 10, 0.1));
  assert.equal(Math.max(...bars(many, view, null).map((b) => b.share)), 1);
});

test("the chosen event is drawn by itself and last, with what the program found", () => {
  const moved = event(500, 1000, 0.1, {
    machine: { onset_s: 1000.2, offset_s: 1000.4, kind: "spasm", side: "right" } as never,
    status: "moved",
  });
  const all = bars([...hour, moved], { from: 0, to: 3600, left: 0, right: 900 }, "e500");
  assert.equal(all.at(-1)?.how, "chosen");
  assert.equal(all.filter((b) => b.how === "own").length, 1);
  const drag = bars([moved], { from: 0, to: 3600, left: 0, right: 900 }, "e500", {
    id: "e500",
    onset: 400,
    offset: 800,
  });
  assert.deepEqual([drag.at(-1)?.x, drag.at(-1)?.width], [100, 100]);
});

test("what lies outside the stretch is not drawn", () => {
  assert.deepEqual(bars(hour, { from: -20, to: -10, left: 0, right: 900 }, null), []);
});
