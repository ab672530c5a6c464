// The diary's entries, as they are kept here and on the server.

import { ulid } from "../../lib/ulid";

export type Side = "right" | "left";

export interface Attack {
  end: string | null; // null: it still goes on
  worst_region: string | null; // a place; in older entries the region of the button that was tapped
  side: Side | null;
  trigger: string | null;
  note: string;
}

export interface Day {
  date: string; // 2026-01-31, by the person's own calendar
  attacks: number | null;
  longest_s: number | null;
  interval_s: number | null;
  worst_region: string | null; // a place; in older entries the region of the button that was tapped
  triggers: string[];
  sleep_h: number | null;
  sleep_quality: number | null;
  pain: number | null;
  headache: number | null;
  tinnitus: number | null;
  mood: number | null; // 0 worst .. 10 best
  taken_medicine: boolean | null;
  note: string;
}

export interface Site {
  region: string; // a place; in older entries a region
  side: Side;
  units: number;
}

export interface Treatment {
  type: "botulinum_toxin" | "surgery" | "drug" | "other";
  product: string | null;
  units_total: number | null;
  units_per_ml?: number | null;
  sites: Site[];
  drug: string | null;
  dose: string | null;
  from: string;
  to: string | null;
  operation: string | null;
  note: string;
}

export interface Visit {
  with: string | null;
  note: string;
  next: string | null;
  ratings?: Record<string, number>; // an examiner's own reading, by scale
}

interface Of<K extends string, D> {
  id: string;
  kind: K;
  at: string; // RFC 3339, UTC
  tz_offset_min: number; // of the person's clock, east of UTC
  updated_at: string;
  deleted: boolean;
  data: D;
  version?: number; // the server's number of the state that this was made from; missing or 0: the server has none
  others?: Other[]; // states that were written elsewhere without knowing of this one
}

/** A state of an entry beside the one that holds. */
export interface Other {
  kind: string;
  at: string;
  tz_offset_min: number;
  updated_at: string;
  received_at: string;
  deleted: boolean;
  data: unknown;
}

// asEntry is another state in the place of the one that holds: a change of it.
export function asEntry(e: Entry, o: Other, now = new Date()): Entry {
  return change(e, { data: o.data as never, at: o.at, deleted: o.deleted }, now);
}

export type Entry = Of<"attack", Attack> | Of<"day", Day> | Of<"treatment", Treatment> | Of<"visit", Visit>;
export type Kind = Entry["kind"];
export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>;

const iso = (d: Date) => d.toISOString();

// make begins a new entry.
export function make<K extends Kind>(kind: K, data: EntryOf<K>["data"], at = new Date(), now = new Date()): EntryOf<K> {
  return {
    id: ulid(now.getTime()),
    kind,
    at: iso(at),
    tz_offset_min: 0 - at.getTimezoneOffset(),
    updated_at: iso(now),
    deleted: false,
    data,
  } as EntryOf<K>;
}

// change is the entry with new data. Its time of change is always later than it
// was, even where this device's clock is behind.
export function change<E extends Entry>(e: E, to: Partial<Pick<E, "data" | "at" | "deleted">>, now = new Date()): E {
  const later = Math.max(now.getTime(), Date.parse(e.updated_at) + 1);
  return { ...e, ...to, updated_at: iso(new Date(later)) };
}

export const emptyDay = (date: string): Day => ({
  date,
  attacks: null,
  longest_s: null,
  interval_s: null,
  worst_region: null,
  triggers: [],
  sleep_h: null,
  sleep_quality: null,
  pain: null,
  headache: null,
  tinnitus: null,
  mood: null,
  taken_medicine: null,
  note: "",
});

export const emptyAttack = (): Attack => ({ end: null, worst_region: null, side: null, trigger: null, note: "" });

export const emptyTreatment = (type: Treatment["type"], from: string): Treatment => ({
  type,
  product: null,
  units_total: null,
  sites: [],
  drug: null,
  dose: null,
  from,
  to: null,
  operation: null,
  note: "",
});

// dateOf is the calendar day of a moment on the person's own clock then.
export function dateOf(at: string, tzOffsetMin: number): string {
  return new Date(Date.parse(at) + tzOffsetMin * 60_000).toISOString().slice(0, 10);
}

export function today(now = new Date()): string {
  return dateOf(now.toISOString(), -now.getTimezoneOffset());
}

// dayOf is the calendar day under which an entry stands.
export function dayOf(e: Entry): string {
  if (e.kind === "day") return e.data.date;
  if (e.kind === "treatment") return e.data.from.slice(0, 10);
  return dateOf(e.at, e.tz_offset_min);
}

// seconds of an attack, or null while it goes on.
export function lasted(e: EntryOf<"attack">): number | null {
  return e.data.end === null ? null : Math.max(0, (Date.parse(e.data.end) - Date.parse(e.at)) / 1000);
}

// running is the attack that goes on, the latest begun if there are several.
export function running(entries: Entry[]): EntryOf<"attack"> | undefined {
  return entries
    .filter((e): e is EntryOf<"attack"> => e.kind === "attack" && !e.deleted && e.data.end === null)
    .sort((a, b) => b.at.localeCompare(a.at))[0];
}

// attacksOn are a day's attacks as they were stopped with the button: how many,
// the longest, and the median time from one to the next, null where there is none.
export function attacksOn(
  entries: Entry[],
  date: string,
): { attacks: number; longest_s: number | null; interval_s: number | null } {
  const list = entries
    .filter((e): e is EntryOf<"attack"> => e.kind === "attack" && !e.deleted && dayOf(e) === date)
    .sort((a, b) => a.at.localeCompare(b.at));
  const lengths = list.map(lasted).filter((x) => x !== null);
  const gaps: number[] = [];
  for (let i = 1; i < list.length; i++) gaps.push((Date.parse(list[i]!.at) - Date.parse(list[i - 1]!.at)) / 1000);
  gaps.sort((a, b) => a - b);
  return {
    attacks: list.length,
    longest_s: lengths.length ? Math.round(Math.max(...lengths)) : null,
    interval_s: gaps.length ? Math.round((gaps[(gaps.length - 1) >> 1]! + gaps[gaps.length >> 1]!) / 2) : null,
  };
}

// merge takes what the server sent into what is here, but for entries that were
// changed here and wait to be sent: clocks decide nothing. It returns what has to
// be written.
export function merge(here: Map<string, Entry>, there: Entry[], waiting: Set<string> = new Set()): Entry[] {
  return there.filter((e) => !waiting.has(e.id) && (here.get(e.id)?.version ?? -1) !== (e.version ?? 0));
}
