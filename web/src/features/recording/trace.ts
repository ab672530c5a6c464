// Traces at the detail that a view needs. The server thins a stretch to so many
// points, least and greatest of each; here stretches are kept in levels: level 0
// is the whole recording, each next one halves the tiles. A view is drawn from
// the tiles of its level that have come, else from a coarser one, so that zoom
// and pan never wait.
import { get } from "../../api";
import type { TracePart } from "../../lib/types";

const points = 1600; // of a tile
const kept = 120; // tiles

export interface Line {
  t: number[];
  y: (number | null)[];
}

/** Least and greatest of each point one after the other: the line's envelope. */
export function envelope(part: TracePart, name: string): Line {
  const s = part.series.find((x) => x.name === name);
  if (!s) return { t: [], y: [] };
  const t: number[] = [];
  const y: (number | null)[] = [];
  for (let i = 0; i < part.t.length; i++) {
    const at = part.t[i] ?? 0;
    const lo = s.min[i] ?? null;
    const hi = s.max[i] ?? null;
    t.push(at);
    y.push(lo);
    if (hi !== lo) {
      t.push(at);
      y.push(hi);
    }
  }
  return { t, y };
}

/** Level and tiles of a view: at least one tile's points over the view. */
export function tilesOf(
  duration: number,
  from: number,
  to: number,
  deepest: number,
): { level: number; first: number; last: number } {
  const want = Math.max(to - from, 1e-3);
  const level = Math.min(deepest, Math.max(0, Math.floor(Math.log2(duration / want))));
  const size = duration / 2 ** level;
  const top = 2 ** level - 1;
  const clamp = (i: number) => Math.min(top, Math.max(0, i));
  return { level, first: clamp(Math.floor(from / size)), last: clamp(Math.ceil(to / size - 1e-9) - 1) };
}

export class Traces {
  private tiles = new Map<string, TracePart>();
  private asked = new Set<string>();
  private deepest: number;

  constructor(
    private rec: string,
    private duration: number,
    frames: number,
    private came: () => void,
    private failed: (e: unknown) => void = () => {},
  ) {
    // Below this level a tile has every frame already.
    this.deepest = Math.max(0, Math.ceil(Math.log2(Math.max(1, frames / points))));
  }

  private key = (series: string, level: number, i: number) => `${series}/${level}/${i}`;

  private async ask(series: string, level: number, i: number) {
    const key = this.key(series, level, i);
    if (this.tiles.has(key) || this.asked.has(key)) return;
    this.asked.add(key);
    const size = this.duration / 2 ** level;
    try {
      const part = await get<TracePart>(`/recordings/${this.rec}/trace`, {
        from_s: i * size,
        to_s: (i + 1) * size,
        points,
        series,
      });
      this.tiles.set(key, part);
      if (this.tiles.size > kept) {
        for (const old of this.tiles.keys()) {
          if (old.includes("/0/")) continue;
          this.tiles.delete(old);
          break;
        }
      }
      this.came();
    } catch (e) {
      this.failed(e);
    } finally {
      this.asked.delete(key);
    }
  }

  /** The parts to draw a view from, in order of time; asks for what lacks. */
  parts(series: string, from: number, to: number): TracePart[] {
    const { level, first, last } = tilesOf(this.duration, from, to, this.deepest);
    const out: TracePart[] = [];
    void this.ask(series, 0, 0);
    for (let i = first; i <= last; i++) {
      void this.ask(series, level, i);
      const part = this.tiles.get(this.key(series, level, i));
      if (part) out.push(part);
    }
    if (out.length === last - first + 1) {
      // Panning on: the neighbors are there when they are needed.
      if (first > 0) void this.ask(series, level, first - 1);
      if (last < 2 ** level - 1) void this.ask(series, level, last + 1);
      return out;
    }
    for (let up = level - 1; up >= 0; up--) {
      const shift = level - up;
      const [a, b] = [first >> shift, last >> shift];
      const coarse: TracePart[] = [];
      for (let i = a; i <= b; i++) {
        const part = this.tiles.get(this.key(series, up, i));
        if (part) coarse.push(part);
      }
      if (coarse.length === b - a + 1) return coarse;
    }
    return [];
  }
}

/** The lines of several series over the same times, as a chart takes them. */
export function columns(parts: TracePart[], names: string[]): [number[], ...(number | null)[][]] {
  const t: number[] = [];
  const ys: (number | null)[][] = names.map(() => []);
  for (const part of parts) {
    const series = names.map((n) => part.series.find((s) => s.name === n));
    for (let i = 0; i < part.t.length; i++) {
      const at = part.t[i] ?? 0;
      if (t.length && at < (t[t.length - 1] ?? 0)) continue;
      const flat = series.every((s) => !s || s.min[i] === s.max[i]);
      t.push(at);
      series.forEach((s, k) => ys[k]?.push(s?.min[i] ?? null));
      if (flat) continue;
      t.push(at);
      series.forEach((s, k) => ys[k]?.push(s?.max[i] ?? null));
    }
  }
  return [t, ...ys];
}

/** Least and greatest of a line in each pixel column of a view; NaN: nothing there. */
export interface Envelope {
  low: Float32Array;
  high: Float32Array;
}

/**
 * A line as columns of a pixel, each as tall as the line goes in it and joined to
 * the one before. Every fourth column is left free where gaps are wanted, as
 * dashes are; what it holds is shown in the one before it, so that no peak goes.
 */
export function perPixel(
  t: ArrayLike<number>,
  y: ArrayLike<number | null | undefined>,
  from: number,
  to: number,
  width: number,
  gaps = false,
): Envelope {
  const n = Math.max(1, Math.floor(width));
  const low = new Float32Array(n).fill(NaN);
  const high = new Float32Array(n).fill(NaN);
  const scale = n / (to - from);
  let last: number | null = null;
  for (let i = 0; i < t.length; i++) {
    const at = t[i] as number;
    const v = y[i] ?? null;
    if (v === null) last = null;
    if (v === null || at < from || at > to) {
      if (v !== null) last = at > to ? null : v;
      continue;
    }
    let k = Math.min(n - 1, Math.floor((at - from) * scale));
    if (gaps && k % 4 === 3) k--;
    // Down or up from the column before, so that the line hangs together.
    const fresh = Number.isNaN(low[k] as number) && last !== null;
    const [a, b] = fresh ? [Math.min(v, last as number), Math.max(v, last as number)] : [v, v];
    low[k] = fresh ? a : Math.min(Number.isNaN(low[k] as number) ? a : (low[k] as number), a);
    high[k] = fresh ? b : Math.max(Number.isNaN(high[k] as number) ? b : (high[k] as number), b);
    last = v;
  }
  return { low, high };
}
