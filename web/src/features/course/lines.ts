// What a chart draws: lines over days, and the treatments across them.

export interface Line {
  name: string;
  from: "diary" | "recordings";
  values: (number | null)[];
  axis: "left" | "right"; // by which it is read
  low: (number | null)[] | null; // of an interval
  high: (number | null)[] | null;
}

export interface Chart {
  id: string;
  title: string;
  unit: string;
  x: number[]; // seconds since 1970, noon of the day
  lines: Line[];
  points: number; // values in all
}

export const noon = (date: string): number => Date.parse(`${date}T12:00:00Z`) / 1000;

/** A treatment across a chart. */
export interface Mark {
  id: string;
  type: string;
  from: string;
  to: string | null;
  label: string;
  units_total: number | null;
}

// range of a chart's values from 0 up, intervals and a little air included.
export function top(lines: Line[]): number {
  const all = lines.flatMap((l) => [...l.values, ...(l.high ?? [])]).filter((v) => v !== null);
  const max = Math.max(0, ...all);
  return max > 0 ? max * 1.08 : 1;
}
