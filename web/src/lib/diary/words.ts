// The diary in words: choices of its forms, lengths, one line for an entry.

import { regionName } from "../face/drawing";
import { lasted, type Entry, type Region } from "./entry";

export const regions: { value: Region; text: string }[] = [
  { value: "orbicularis_oculi", text: "Eye" },
  { value: "frontalis", text: "Brow" },
  { value: "zygomaticus", text: "Cheek" },
  { value: "orbicularis_oris", text: "Lips" },
  { value: "depressor", text: "Corner of the mouth" },
  { value: "mentalis", text: "Chin" },
  { value: "platysma", text: "Neck" },
];

export const triggers = [
  { value: "stress", text: "Stress or worry" },
  { value: "tired", text: "Tired" },
  { value: "light", text: "Bright light" },
  { value: "reading", text: "Reading or screens" },
  { value: "talking", text: "Talking" },
  { value: "chewing", text: "Eating or chewing" },
  { value: "caffeine", text: "Coffee or tea" },
  { value: "cold", text: "Cold or wind" },
  { value: "head", text: "Position of the head" },
];

export const triggerText = (v: string) => triggers.find((t) => t.value === v)?.text ?? v;

export const operations = [
  { value: "microvascular_decompression", text: "Microvascular decompression (the nerve was freed from a vessel)" },
  { value: "myectomy", text: "Removal of muscle" },
  { value: "other", text: "Another operation" },
];

export const toxins = ["onabotulinumtoxinA", "abobotulinumtoxinA", "incobotulinumtoxinA", "prabotulinumtoxinA", "rimabotulinumtoxinB"];

// span is a length in the words of a clock: 45 s, 2 min 5 s, 1 h 3 min.
export function span(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${s / 60} min`;
  const min = Math.round((s % 3600) / 60);
  return min ? `${Math.floor(s / 3600)} h ${min} min` : `${Math.floor(s / 3600)} h`;
}

// watch is a running time: 0:07, 12:30, 1:02:03.
export function watch(seconds: number): string {
  const s = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  return s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}` : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
}

export function dayName(date: string, today: string): string {
  if (date === today) return "Today";
  const days = (Date.parse(today) - Date.parse(date)) / 86_400_000;
  if (days === 1) return "Yesterday";
  return new Date(`${date}T12:00:00`).toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", ...(date.slice(0, 4) !== today.slice(0, 4) && { year: "numeric" }) });
}

// clock is the time of day of an entry on the person's own clock then.
export function clock(e: Entry): string {
  return new Date(Date.parse(e.at) + e.tz_offset_min * 60_000).toISOString().slice(11, 16);
}

export function title(e: Entry): string {
  switch (e.kind) {
    case "attack":
      return "Attack";
    case "day":
      return "Daily check";
    case "visit":
      return e.data.with ? `Visit: ${e.data.with}` : "Visit";
    case "treatment":
      switch (e.data.type) {
        case "botulinum_toxin":
          return "Botulinum toxin";
        case "surgery":
          return "Operation";
        case "drug":
          return e.data.drug ? `Medicine: ${e.data.drug}` : "Medicine";
      }
      return "Another treatment";
  }
}

// line tells the rest of an entry in a few words.
export function line(e: Entry): string {
  const out: string[] = [];
  const add = (x: string | null | undefined | false) => x && out.push(x);
  switch (e.kind) {
    case "attack": {
      const s = lasted(e);
      add(s === null ? "still going on" : span(s));
      add(e.data.side && `${e.data.side} side`);
      add(regionName(e.data.worst_region).toLowerCase());
      add(e.data.trigger && triggerText(e.data.trigger).toLowerCase());
      break;
    }
    case "day": {
      const d = e.data;
      add(d.attacks !== null && `${d.attacks} ${d.attacks === 1 ? "attack" : "attacks"}`);
      add(d.longest_s !== null && `longest ${span(d.longest_s)}`);
      add(d.sleep_h !== null && `${d.sleep_h} h of sleep`);
      add(d.pain !== null && `pain ${d.pain}`);
      add(d.headache !== null && `headache ${d.headache}`);
      add(d.tinnitus !== null && `noise in the ear ${d.tinnitus}`);
      add(d.mood !== null && `mood ${d.mood}`);
      break;
    }
    case "treatment": {
      const d = e.data;
      add(d.product);
      add(d.units_total !== null && `${d.units_total} units`);
      add(d.operation && (operations.find((o) => o.value === d.operation)?.text ?? d.operation));
      add(d.dose);
      add(d.type === "drug" && d.to && `until ${d.to}`);
      break;
    }
    case "visit":
      add(e.data.next && `next on ${e.data.next}`);
  }
  add(e.data.note);
  return out.join(" · ");
}
