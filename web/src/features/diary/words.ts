// The diary in words: choices of its forms, lengths, one line for an entry.

import { locale } from "../../i18n";
import { span } from "../../lib/format";
import { diary as t } from "../../lib/strings/diary";
import { places, shownAs } from "../../lib/places";
import { name, names } from "../../lib/words";
import { lasted, type Entry } from "./entry";

const options = <K extends string>(table: Record<K, string>) =>
  (Object.keys(table) as K[]).map((value) => ({ value, text: table[value] }));

export const place = (key: string): string => {
  const words = name(names.place, key);
  return words.slice(0, 1).toLocaleUpperCase(locale) + words.slice(1);
};

/** The places to choose from, and the one that an older entry has. */
export const placeChoices = (stored: string | null) =>
  [...places, ...(stored && !places.includes(shownAs(stored)) ? [stored] : [])].map((value) => ({
    value,
    text: place(value),
  }));
export const triggers = options(t.triggerNames);
export const operations = options(t.operations);

const known = (table: Record<string, string>, key: string): string => table[key] ?? key;

export const toxins = [
  "onabotulinumtoxinA",
  "abobotulinumtoxinA",
  "incobotulinumtoxinA",
  "prabotulinumtoxinA",
  "rimabotulinumtoxinB",
];

// watch is a running time: 0:07, 12:30, 1:02:03.
export function watch(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  return s < 3600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function dayName(date: string, today: string): string {
  if (date === today) return t.today;
  const days = (Date.parse(today) - Date.parse(date)) / 86_400_000;
  if (days === 1) return t.yesterday;
  return new Date(`${date}T12:00:00`).toLocaleDateString(locale, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(date.slice(0, 4) !== today.slice(0, 4) && { year: "numeric" }),
  });
}

// clock is the time of day of an entry on the person's own clock then.
export function clock(e: Entry): string {
  return new Date(Date.parse(e.at) + e.tz_offset_min * 60_000).toISOString().slice(11, 16);
}

export function title(e: Entry): string {
  const w = t.titles;
  switch (e.kind) {
    case "attack":
      return w.attack;
    case "day":
      return w.day;
    case "visit":
      return e.data.with ? w.visitWith(e.data.with) : w.visit;
    case "treatment":
      switch (e.data.type) {
        case "botulinum_toxin":
          return w.toxin;
        case "surgery":
          return w.surgery;
        case "drug":
          return e.data.drug ? w.drugIs(e.data.drug) : w.drug;
      }
      return w.other;
  }
}

// line tells the rest of an entry in a few words.
export function line(e: Entry): string {
  const w = t.line;
  const out: string[] = [];
  const add = (x: string | null | undefined | false) => x && out.push(x);
  switch (e.kind) {
    case "attack": {
      const s = lasted(e);
      add(s === null ? w.goesOn : span(s));
      add(e.data.side && w.sides[e.data.side]);
      add(e.data.worst_region && name(names.place, e.data.worst_region));
      add(e.data.trigger && known(w.triggers, e.data.trigger));
      break;
    }
    case "day": {
      const d = e.data;
      add(d.attacks !== null && w.attacks(d.attacks));
      add(d.longest_s !== null && w.longest(span(d.longest_s)));
      add(d.sleep_h !== null && w.sleep(d.sleep_h));
      add(d.pain !== null && w.pain(d.pain));
      add(d.headache !== null && w.headache(d.headache));
      add(d.tinnitus !== null && w.tinnitus(d.tinnitus));
      add(d.mood !== null && w.mood(d.mood));
      break;
    }
    case "treatment": {
      const d = e.data;
      add(d.product);
      add(d.units_total !== null && w.units(d.units_total));
      add(d.operation && known(t.operations, d.operation));
      add(d.dose);
      add(d.type === "drug" && d.to && w.until(d.to));
      break;
    }
    case "visit":
      add(e.data.next && w.next(e.data.next));
  }
  add(e.data.note);
  return out.join("\u00a0· ");
}
