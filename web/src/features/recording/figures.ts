// The figures of a recording as rows of a table.
import { aside, dash, percent, perMinute, span } from "../../lib/format";
import { compare, recording } from "../../lib/strings/recording";
import { t } from "../../lib/strings";
import { sideUnseen, type Estimate, type Summary } from "../../lib/types";

const f = recording.fig;

export interface Row {
  key: string;
  name: string;
  of: (m: Summary) => Estimate;
  show: (x: number | null) => string;
  side?: "right" | "left";
}

const plain = (value: number | null): Estimate => ({ value, ci95: null });

/** Every figure that is shown, with how it is written. */
export const rows: Row[] = [
  { key: "spasms", name: f.spasms, of: (m) => plain(m.spasms), show: (x) => (x === null ? dash : String(x)) },
  { key: "rate", name: f.rate, of: (m) => m.rate_per_min, show: perMinute },
  { key: "rest", name: f.rest, of: (m) => m.rest_rate_per_min, show: perMinute },
  {
    key: "right",
    name: f.right,
    of: (m) => m.sides?.right.rate_per_min ?? plain(null),
    show: perMinute,
    side: "right",
  },
  { key: "left", name: f.left, of: (m) => m.sides?.left.rate_per_min ?? plain(null), show: perMinute, side: "left" },
  {
    key: "duration",
    name: f.duration,
    of: (m) => ({ value: m.duration_s.median, ci95: m.duration_s.median_ci95 }),
    show: span,
  },
  { key: "longest", name: f.longest, of: (m) => plain(m.duration_s.max), show: span },
  {
    key: "interval",
    name: f.interval,
    of: (m) => ({ value: m.interval_s.median, ci95: m.interval_s.median_ci95 }),
    show: span,
  },
  { key: "burden", name: f.burden, of: (m) => plain(m.burden), show: percent },
  { key: "tonic", name: f.tonic, of: (m) => plain(m.tonic_fraction), show: percent },
  { key: "episodes", name: f.episodes, of: (m) => plain(m.episodes), show: (x) => (x === null ? dash : String(x)) },
  { key: "attacks", name: f.attacks, of: (m) => plain(m.attacks), show: (x) => (x === null ? dash : String(x)) },
  { key: "brow", name: f.brow, of: (m) => ({ value: m.brow_lift_share, ci95: m.brow_lift_share_ci95 }), show: percent },
  { key: "blinks", name: f.blinks, of: (m) => m.blink_rate_per_min, show: perMinute },
  { key: "spells", name: f.spells, of: (m) => plain(m.lids.spells), show: (x) => (x === null ? dash : String(x)) },
  { key: "long", name: f.long, of: (m) => m.lids.long_rate_per_min, show: perMinute },
  { key: "shutLongest", name: f.shutLongest, of: (m) => plain(m.lids.duration_s.max), show: span },
  { key: "shut", name: f.shut, of: (m) => plain(m.lids.shut_share), show: percent },
  { key: "usable", name: f.usable, of: (m) => plain(m.usable_s), show: span },
];

/** The ends of a range; a unit that both have stands at the second alone. */
export function ends(from: string, to: string): [string, string] {
  const unit = /\u00a0\D+$/.exec(to)?.[0];
  return [unit && from.endsWith(unit) ? from.slice(0, -unit.length) : from, to];
}

/** A figure with its range. */
export function written(row: Row, m: Summary): string {
  const { value, ci95 } = row.of(m);
  if (row.side && m.sides && sideUnseen(m.sides[row.side])) return t.notSeen;
  if (value === null) return dash;
  return row.show(value) + (ci95 ? aside(compare.fromTo(...ends(row.show(ci95[0]), row.show(ci95[1])))) : "");
}
