// The course's figures as lines to draw: one axis of days for the diary and the
// recordings together, nothing where nothing was noted.
import { course as t } from "../../lib/strings/course";
import { noon, type Chart, type Line } from "./lines";
import type { Course, Estimate } from "./types";

type Get = {
  diary?: (d: Course["days"][0]) => number | null;
  recordings?: (r: Course["recordings"][0]) => number | null | Estimate;
};

// What a chart holds of the diary's days and of the recordings; its words stand under its id.
const charts: { id: keyof typeof t.series; get: Get; scale?: number; two?: true }[] = [
  // Diary and recordings in one picture; they count different things, so each has its axis.
  { id: "often", two: true, get: { diary: (d) => d.attacks, recordings: (r) => r.rate_per_min } },
  { id: "burden", get: { recordings: (r) => (r.burden === null ? null : 100 * r.burden) } },
  { id: "duration", get: { diary: (d) => d.longest_s, recordings: (r) => r.duration_s } },
  { id: "interval", scale: 1 / 60, get: { diary: (d) => d.interval_s, recordings: (r) => r.interval_s } },
  { id: "spread", get: { diary: (d) => d.stage, recordings: (r) => r.stage } },
  { id: "mood", get: { diary: (d) => d.mood } },
];

// build makes the charts for which there is at least one value.
export function build(c: Course): Chart[] {
  const dates = [...new Set([...c.days.map((d) => d.date), ...c.recordings.map((r) => r.date)])].sort();
  const at = new Map(dates.map((d, i) => [d, i]));
  const x = dates.map(noon);
  const out: Chart[] = [];
  for (const { id, get, scale = 1, two } of charts) {
    const { title, unit, diary, recordings } = t.series[id];
    const lines: Line[] = [];
    const blank = () => dates.map(() => null as number | null);
    if (get.diary) {
      const values = blank();
      for (const d of c.days) {
        const v = get.diary(d);
        if (v !== null) values[at.get(d.date)!] = v * scale;
      }
      lines.push({ name: diary, from: "diary", axis: "left", values, low: null, high: null });
    }
    if (get.recordings) {
      const [values, low, high] = [blank(), blank(), blank()];
      let intervals = false;
      for (const r of c.recordings) {
        const v = get.recordings(r);
        const i = at.get(r.date)!;
        // Of several recordings of a day the last stands.
        if (v === null || typeof v === "number") values[i] = v === null ? values[i]! : v * scale;
        else if (v.value !== null) {
          values[i] = v.value * scale;
          low[i] = v.ci95 ? v.ci95[0] * scale : null;
          high[i] = v.ci95 ? v.ci95[1] * scale : null;
          intervals ||= v.ci95 !== null;
        }
      }
      lines.push({
        name: recordings,
        from: "recordings",
        axis: two ? "right" : "left",
        values,
        low: intervals ? low : null,
        high: intervals ? high : null,
      });
    }
    const kept = lines.filter((l) => l.values.some((v) => v !== null));
    const points = kept.reduce((n, l) => n + l.values.filter((v) => v !== null).length, 0);
    if (kept.length === 1) for (const l of kept) l.axis = "left";
    if (points) out.push({ id, title, unit, x, lines: kept, points });
  }
  return out;
}
