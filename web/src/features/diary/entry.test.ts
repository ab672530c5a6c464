import assert from "node:assert/strict";
import { test } from "node:test";
import {
  attacksOn,
  change,
  dateOf,
  dayOf,
  emptyAttack,
  emptyDay,
  emptyTreatment,
  lasted,
  make,
  merge,
  running,
  type Entry,
} from "./entry";

const attack = (at: string, end: string | null) => ({
  ...make("attack", { ...emptyAttack(), end }, new Date(at)),
  tz_offset_min: 120,
});

test("an entry changed here is later than it was, even by a slow clock", () => {
  const e = make("day", emptyDay("2026-01-02"), new Date("2026-01-02T10:00:00Z"), new Date("2026-01-02T10:00:00Z"));
  const later = change(e, { deleted: true }, new Date("2020-01-01T00:00:00Z"));
  assert.equal(later.updated_at, "2026-01-02T10:00:00.001Z");
  assert.equal(later.id, e.id);
  assert.equal(e.deleted, false);
});

test("an entry belongs to the day of the person's own clock", () => {
  assert.equal(dateOf("2026-01-01T23:30:00Z", 120), "2026-01-02");
  assert.equal(dateOf("2026-01-01T00:30:00Z", -300), "2025-12-31");
  assert.equal(dayOf(attack("2026-01-01T22:30:00Z", null)), "2026-01-02");
  assert.equal(dayOf(make("treatment", emptyTreatment("drug", "2026-03-01"))), "2026-03-01");
});

test("a day's attacks: number, longest, from one to the next", () => {
  const list: Entry[] = [
    attack("2026-01-02T08:00:00Z", "2026-01-02T08:00:40Z"),
    attack("2026-01-02T09:00:00Z", "2026-01-02T09:02:00Z"),
    attack("2026-01-02T12:00:00Z", null),
    attack("2026-01-03T12:00:00Z", null),
    change(attack("2026-01-02T13:00:00Z", null), { deleted: true }),
  ];
  assert.deepEqual(attacksOn(list, "2026-01-02"), { attacks: 3, longest_s: 120, interval_s: 7200 });
  assert.deepEqual(attacksOn(list, "2026-01-05"), { attacks: 0, longest_s: null, interval_s: null });
  assert.equal(lasted(list[0] as never), 40);
  assert.equal(running(list)?.at, "2026-01-03T12:00:00.000Z");
});

test("what the server sends holds, whatever the clocks say, but for what waits here; the same state is not written again", () => {
  const e = { ...make("day", emptyDay("2026-01-02")), version: 1 };
  const ahead: Entry = { ...change(e, {}, new Date("2100-01-01T00:00:00Z")), version: 1 };
  const there: Entry = { ...change(e, { data: { ...emptyDay("2026-01-02"), attacks: 3 } }), version: 2 };
  const other = make("visit", { with: null, note: "", next: null });
  assert.deepEqual(merge(new Map<string, Entry>([[e.id, ahead]]), [there, other]), [there, other]);
  assert.deepEqual(merge(new Map<string, Entry>([[e.id, ahead]]), [there], new Set([e.id])), []);
  assert.deepEqual(merge(new Map<string, Entry>([[e.id, there]]), [there]), []);
});
