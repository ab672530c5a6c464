// What all charts have in common: how their axes look, and dates on them.
import type uPlot from "uplot";
import { locale } from "../i18n";
import { color } from "../lib/color";

/** All of a chart but its size. */
export type Options = Omit<uPlot.Options, "width" | "height">;

export const font = "14px system-ui, sans-serif";

/** An axis in the colors that hold now. */
export function axis(more: uPlot.Axis = {}): uPlot.Axis {
  const grid = { stroke: color("rule"), width: 1 };
  return { stroke: color("soft"), grid, ticks: grid, font, labelFont: font, labelGap: 2, ...more };
}

const day = 86_400;
const month = 30 * day; // by which uPlot knows that months are meant
const year = 365 * day;

/** Steps of an axis of days, in seconds: never less than a day. */
export const dayStepsS = [
  ...[1, 2, 3, 5, 7, 10, 15].map((n) => n * day),
  ...[1, 2, 3, 6].map((n) => n * month),
  ...[1, 2, 5, 10].map((n) => n * year),
];

/** Writes the dates of an axis as the reader's language does; the year stands where it begins and at the first. */
export function dates(splits: number[], step: number): string[] {
  const at = (s: number) => new Date(s * 1000);
  const write = (o: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, o);
  const short = write(step >= month ? { month: "short" } : { day: "numeric", month: "short" });
  return splits.map((s, i) => {
    if (step >= year) return String(at(s).getFullYear());
    const turns = i === 0 || at(s).getFullYear() !== at(splits[i - 1]!).getFullYear();
    return short.format(at(s)) + (turns ? `\n${at(s).getFullYear()}` : "");
  });
}
