import assert from "node:assert/strict";
import { test } from "node:test";
import { noon, top } from "./lines";
import { build } from "./series";
import type { Course, DayPoint, RecordingPoint } from "./types";

const day = (date: string, more: Partial<DayPoint> = {}): DayPoint => ({
  date,
  attacks: null,
  attacks_from: null,
  longest_s: null,
  interval_s: null,
  worst_region: null,
  stage: null,
  triggers: [],
  sleep_h: null,
  sleep_quality: null,
  pain: null,
  headache: null,
  tinnitus: null,
  mood: null,
  taken_medicine: null,
  treated: false,
  ...more,
});
const none = { value: null, ci95: null };
const film = (date: string, more: Partial<RecordingPoint> = {}): RecordingPoint => ({
  id: date,
  label: "",
  at: `${date}T10:00:00Z`,
  date,
  usable_s: 60,
  spasms: 0,
  side: null,
  rate_per_min: none,
  rest_rate_per_min: none,
  burden: null,
  duration_s: none,
  attack_s: none,
  longest_s: null,
  interval_cv: null,
  left_rate_per_min: none,
  right_rate_per_min: none,
  regularity: null,
  tonic_fraction: null,
  interval_s: none,
  stage: null,
  treated: false,
  version: "1",
  ...more,
});
const course = (days: DayPoint[], recordings: RecordingPoint[]) => ({ days, recordings }) as unknown as Course;

test("diary and recordings share one axis; what is missing is null, not zero", () => {
  const charts = build(
    course(
      [day("2026-01-03", { attacks: 0 }), day("2026-01-01", { attacks: 4, longest_s: 30 })],
      [film("2026-01-02", { rate_per_min: { value: 2, ci95: [1, 4] }, duration_s: { value: 0.5, ci95: null } })],
    ),
  );
  assert.deepEqual(
    charts.map((c) => c.id),
    ["often", "duration"],
  );
  assert.deepEqual(charts[0]!.x, ["2026-01-01", "2026-01-02", "2026-01-03"].map(noon));
  assert.deepEqual(charts[0]!.lines[0]!.values, [4, null, 0]);
  assert.deepEqual(
    [charts[0]!.lines[1]!.low, charts[0]!.lines[1]!.high],
    [
      [null, 1, null],
      [null, 4, null],
    ],
  );
  assert.deepEqual(
    charts[1]!.lines.map((l) => l.from),
    ["diary", "recordings"],
  );
  assert.equal(charts[1]!.lines[1]!.high, null);
});

test("intervals are drawn in minutes, burden in per cent", () => {
  const charts = build(course([day("2026-01-01", { interval_s: 7200 })], [film("2026-01-01", { burden: 0.25 })]));
  assert.equal(charts.find((c) => c.id === "interval")!.lines[0]!.values[0], 120);
  assert.equal(charts.find((c) => c.id === "burden")!.lines[0]!.values[0], 25);
});

test("of two recordings of a day the last stands; nothing at all gives no chart", () => {
  const charts = build(course([], [film("2026-01-01", { stage: 1 }), film("2026-01-01", { stage: 3 })]));
  assert.deepEqual(charts[0]!.lines[0]!.values, [3]);
  assert.deepEqual(build(course([], [])), []);
});

test("the axis begins at zero and holds the intervals", () => {
  assert.ok(top(build(course([], [film("2026-01-01", { rate_per_min: { value: 1, ci95: [0, 5] } })]))[0]!.lines) > 5);
  assert.equal(top([{ name: "", from: "diary", axis: "left", values: [0, null], low: null, high: null }]), 1);
});
