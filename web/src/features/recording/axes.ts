// What lanes and curves share, so that they lie exactly below one another.
import { gutter, pad } from "../../kit/lanes";

export const lane = 48; // px of a side's lane

const steps = [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

/** Round moments for an axis, at least 70 px apart. */
export function ticks(from: number, to: number, width: number): number[] {
  const room = Math.max(1, Math.floor((width - gutter - pad) / 70));
  const step = steps.find((s) => (to - from) / s <= room) ?? 7200;
  const out: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + 1e-9; k++) out.push(k * step);
  return out;
}
