// Numbers, times and dates as people read them. A figure that is missing is a
// dash with a word for those who listen, never a zero.
import { language, locale } from "../i18n";

export const dash = "–";

// The signs between a label and its value, between two remarks, and after a sentence.
const wide = language === "zh-Hans";
export const colon = wide ? "：" : ": ";
export const comma = wide ? "，" : ", ";
export const period = wide ? "。" : ". ";

/** A remark in brackets, after what it is about; nothing where there is no remark. */
export const aside = (text: string): string => (text ? (wide ? `（${text}）` : ` (${text})`) : "");

/** A number with at most the given decimals, and a true minus sign. */
export function number(value: number | null | undefined, decimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  return new Intl.NumberFormat(locale, { maximumFractionDigits: decimals }).format(value).replace("-", "−");
}

/** A figure to two digits that count: 0.24, 1.3, 12, 140. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  if (value === 0) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  return number(value, Math.max(0, Math.min(3, 1 - size)));
}

/** A number with exactly the given decimals, and a true minus sign. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  const format = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: false };
  return new Intl.NumberFormat(locale, format).format(value).replace("-", "−");
}

/** How far a region moved, mm, with the range in which the true size lies 95 times in 100 where it is known. */
export function millimeters(size: number | null | undefined, ci?: readonly number[] | null): string {
  if (size === null || size === undefined) return "";
  const text = `${number(Math.abs(size), 1)}\u00a0mm`;
  const ends = (ci ?? []).map(Math.abs).sort((a, b) => a - b);
  return ends.length === 2 ? `${text} (${number(ends[0], 1)}–${number(ends[1], 1)})` : text;
}

type Item = string | number | false | null | undefined;
const there = (items: readonly Item[]) =>
  items.filter((x) => x !== false && x !== 0 && x != null && x !== "").map(String);

/** Names that all hold, as the language lists them: eye, cheek and chin. */
export function list(items: readonly Item[]): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(there(items));
}

/** Short remarks on one thing. */
export function parts(...items: readonly Item[]): string {
  return there(items).join(comma);
}

/** Longer parts, which may hold commas of their own. */
export function clauses(items: readonly Item[]): string {
  return there(items).join(wide ? "；" : "; ");
}

/** Whole sentences, one after the other. */
export function sentences(items: readonly string[]): string {
  return items.join(wide ? "" : " ");
}

/** A sentence of the server with a number and its unit kept on one line. */
export function keep(text: string): string {
  return text.replace(/(\d) (%|mm|ms|s|min|h)(?!\p{L})/gu, "$1\u00a0$2");
}

/** Facts beside each other in a small line. */
export function facts(...items: readonly Item[]): string {
  return there(items).join(" · ");
}

const point = new Intl.NumberFormat(locale).formatToParts(1.5).find((p) => p.type === "decimal")?.value ?? ".";

/** How often in a minute: 39 /min. */
export function perMinute(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  return `${figure(value)}\u00a0/min`;
}

/** A change with its sign, in the way that show writes figures. What rounds to
    zero has none. */
export function signed(value: number, show: (size: number) => string): string {
  const size = show(Math.abs(value));
  return (/[1-9]/.test(size) ? (value > 0 ? "+" : "−") : "") + size;
}

export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  return `${figure(value * 100)}\u00a0%`;
}

/** A length of time: 0.25 s, 14 s, 3 min 20 s, 2 h 5 min. */
export function span(s: number | null | undefined): string {
  if (s === null || s === undefined || !Number.isFinite(s)) return dash;
  if (s < 1) return `${number(s, 2)}\u00a0s`;
  if (s < 10) return `${number(s, 1)}\u00a0s`;
  const n = Math.round(s);
  if (n < 60) return `${n}\u00a0s`;
  if (n < 3600) return n % 60 ? `${Math.floor(n / 60)}\u00a0min ${n % 60}\u00a0s` : `${n / 60}\u00a0min`;
  const minutes = Math.floor((n % 3600) / 60);
  return minutes ? `${Math.floor(n / 3600)}\u00a0h ${minutes}\u00a0min` : `${Math.floor(n / 3600)}\u00a0h`;
}

/** A moment of a recording: 0:05.3, 12:40.0, 1:02:03.5. */
export function clock(s: number, decimals = 1): string {
  if (!Number.isFinite(s)) return dash;
  const unit = 10 ** decimals;
  const ticks = Math.round(Math.max(0, s) * unit);
  const whole = Math.floor(ticks / unit);
  const h = Math.floor(whole / 3600);
  const m = Math.floor((whole % 3600) / 60);
  const seconds = String(whole % 60).padStart(2, "0");
  const rest = decimals ? point + String(ticks % unit).padStart(decimals, "0") : "";
  return h ? `${h}:${String(m).padStart(2, "0")}:${seconds}${rest}` : `${m}:${seconds}${rest}`;
}

/** Seconds out of what clock() writes, or a plain number of seconds. */
export function seconds(text: string): number | null {
  const match = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)$/.exec(text.trim());
  if (!match) return null;
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number((match[3] ?? "0").replace(",", "."));
}

export function date(at: string | null | undefined): string {
  if (!at) return dash;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(at));
}

export function dateTime(at: string | null | undefined): string {
  if (!at) return dash;
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(at));
}

export function bytes(n: number): string {
  for (const [unit, size] of [
    ["GB", 1e9],
    ["MB", 1e6],
    ["kB", 1e3],
  ] as const) {
    if (n >= size) return `${number(n / size, n / size < 10 ? 1 : 0)}\u00a0${unit}`;
  }
  return `${n}\u00a0B`;
}
