// A calendar file (RFC 5545): what phones and mail programs import. Times are the
// reader's own clock, wherever they are, as reminders are meant.

export interface Appointment {
  id: string; // the same one again replaces it
  day: string; // 2026-01-31, the first
  time?: string; // 19:30; left out: the whole day
  minutes?: number; // how long
  title: string;
  text?: string;
  every?: { unit: "DAILY" | "WEEKLY"; times?: number }; // every so many days or weeks
  alarms?: number[]; // minutes before
}

const lineOctets = 75; // RFC 5545, 3.1

const escaped = (s: string) => s.replace(/[\\;,]/g, "\\$&").replace(/\r\n|\r|\n/g, "\\n");

/** A line broken as the format asks, never within a character. */
export function folded(line: string): string {
  const bytes = new TextEncoder();
  const out: string[] = [];
  let [part, size] = ["", 0];
  for (const c of line) {
    const n = bytes.encode(c).length;
    if (size + n > lineOctets - (out.length ? 1 : 0)) {
      out.push(part);
      [part, size] = ["", 0];
    }
    part += c;
    size += n;
  }
  return [...out, part].join("\r\n ");
}

const digits = (s: string) => s.replace(/[-:]/g, "");
const moment = (day: string, time: string) => `${digits(day)}T${digits(time)}00`;

/** The day after, for events that last whole days. */
const next = (day: string) => new Date(Date.parse(`${day}T12:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

function event(a: Appointment, stamp: string): string[] {
  const lines = ["BEGIN:VEVENT", `UID:${a.id}@facialis`, `DTSTAMP:${stamp}`];
  if (a.time) lines.push(`DTSTART:${moment(a.day, a.time)}`, `DURATION:PT${a.minutes ?? 10}M`);
  else lines.push(`DTSTART;VALUE=DATE:${digits(a.day)}`, `DTEND;VALUE=DATE:${digits(next(a.day))}`);
  if (a.every) lines.push(`RRULE:FREQ=${a.every.unit};INTERVAL=${a.every.times ?? 1}`);
  lines.push(`SUMMARY:${escaped(a.title)}`);
  if (a.text) lines.push(`DESCRIPTION:${escaped(a.text)}`);
  lines.push("CLASS:PRIVATE", "TRANSP:TRANSPARENT");
  for (const before of a.alarms ?? [])
    lines.push(
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      `DESCRIPTION:${escaped(a.title)}`,
      `TRIGGER:-PT${before}M`,
      "END:VALARM",
    );
  return [...lines, "END:VEVENT"];
}

/** The file of some appointments. */
export function calendar(all: Appointment[], now = new Date()): string {
  const stamp = `${digits(now.toISOString().slice(0, 19))}Z`;
  return (
    [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Facialis//Diary//EN",
      "CALSCALE:GREGORIAN",
      ...all.flatMap((a) => event(a, stamp)),
      "END:VCALENDAR",
    ]
      .map(folded)
      .join("\r\n") + "\r\n"
  );
}
