import assert from "node:assert/strict";
import { test } from "node:test";
import { along, apart, tiles } from "./tiles";
import type { Summary } from "../lib/types";

const none = { value: 0, ci95: [0, 7.4] as [number, number] };
const nothing = { n: 0, median: null, median_ci95: null, p5: null, p95: null, max: null };
const side = { seen_s: 30, spasms: 0, rate_per_min: none, burden: 0, spread: [], regions: [] };
const eyes = {
  cluster_rate_per_min: none,
  spell_rate_per_min: none,
  with_mouth_share: null,
  with_mouth_share_ci95: null,
};
// What the tiles read of a summary.
const film = (more: Partial<Summary> = {}) =>
  ({
    side: null,
    usable_s: 30,
    spasms: 0,
    rate_per_min: none,
    rest_rate_per_min: none,
    burden: 0,
    episodes: 0,
    attacks: 0,
    duration_s: nothing,
    interval_s: { ...nothing, cv: null, cv2: null },
    tonic_fraction: null,
    spread: [],
    bilateral_overlap: null,
    bilateral_overlap_ci95: null,
    brow_lift_share: null,
    brow_lift_share_ci95: null,
    blink_rate_per_min: none,
    lids: {
      ...eyes,
      watched_s: 30,
      closures: 4,
      duration_s: { ...nothing, n: 4, max: 0.3 },
      long_rate_per_min: none,
      spells: 0,
      shut_share: 0.03,
    },
    sides: { right: side, left: side },
    ...more,
  }) as Summary;
const shut = {
  ...eyes,
  watched_s: 30,
  closures: 21,
  duration_s: { ...nothing, n: 21, max: 2.74 },
  long_rate_per_min: none,
  spells: 5,
  shut_share: 0.389,
};

test("eyes that close together for long stand beside the zero of spasms", () => {
  const out = tiles(film({ lids: shut }), 0);
  assert.deepEqual(out.map((t) => t.value).slice(0, 3), ["0", "0", "5"]);
  assert.match(out[2]!.note, /2\.7/);
  assert.match(out[3]!.value, /39/);
  assert.ok(apart(film({ lids: shut }), 0));
});

test("what moves along is told where there is no spasm; events that were rejected are not", () => {
  const moved = along([
    { kind: "synkinesis", status: "machine" },
    { kind: "synkinesis", status: "rejected" },
    { kind: "blink", status: "machine" },
  ]);
  assert.equal(moved, 1);
  assert.equal(tiles(film(), moved).at(-1)!.value, "1");
  assert.ok(apart(film(), moved));
});

test("a quiet film stays quiet", () => {
  assert.equal(tiles(film(), 0).length, 2);
  assert.ok(!apart(film(), 0));
});

test("a side that was not seen has no zero", () => {
  const out = tiles(
    film({
      sides: {
        right: { ...side, seen_s: 30 },
        left: { ...side, seen_s: 0, rate_per_min: { value: null, ci95: null } },
      },
    }),
    0,
  );
  assert.equal(out[0]!.note, "0 right, not seen left");
});
