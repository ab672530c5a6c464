// The true times of a film's frames, which are seldom even, for stepping.
import { get } from "../../api";
import type { TracePart } from "../../lib/types";

const stretch = 20; // s, asked for at once
const most = 20000; // frames that the server gives one by one

/** The frame that is shown at t, by its index; -1 before the first. */
export function shownAt(times: readonly number[], t: number): number {
  let [lo, hi] = [0, times.length];
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((times[mid] ?? 0) <= t + 1e-4) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

/** Where to send a player so that a frame is shown: a little after its time. */
export function inside(times: readonly number[], i: number): number {
  const at = times[i] ?? 0;
  const next = times[i + 1];
  return at + (next === undefined ? 0.001 : Math.min(0.008, (next - at) * 0.4));
}

export class Frames {
  private stretches = new Map<number, Promise<number[]>>();

  constructor(
    private rec: string,
    private duration: number,
  ) {}

  private load(k: number): Promise<number[]> {
    let p = this.stretches.get(k);
    if (!p) {
      p = get<TracePart>(`/recordings/${this.rec}/trace`, {
        from_s: k * stretch,
        to_s: (k + 1) * stretch,
        points: most,
        series: "quality",
      }).then((part) => part.t);
      p.catch(() => this.stretches.delete(k));
      this.stretches.set(k, p);
    }
    return p;
  }

  /** The place to seek to for n frames on from t. */
  async step(t: number, n: number): Promise<number> {
    const k = Math.floor(t / stretch);
    const around = await Promise.all(
      [k - 1, k, k + 1].filter((x) => x >= 0 && x * stretch < this.duration).map((x) => this.load(x)),
    );
    const times = around.flat().filter((x, i, all) => i === 0 || x > (all[i - 1] ?? 0) + 1e-6);
    if (times.length === 0) return t;
    const i = Math.max(0, Math.min(times.length - 1, Math.max(0, shownAt(times, t)) + n));
    return inside(times, i);
  }
}
