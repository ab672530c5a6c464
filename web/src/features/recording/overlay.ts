// What is drawn over the film: the face's lines out of the mesh, about ten a
// second and carried over between, and for every region an arrow of how far it
// is from where it rests.
import { get } from "../../api";
import { color } from "../../lib/color";
import { regions, type Analysis, type Mesh, type Recording, type TracePart } from "../../lib/types";

export const gains = [1, 3, 5, 10, 20] as const;
const stretch = 20; // s, asked for at once
const longest = 0.25; // s between two rows of the mesh with a face in between

interface Stretch {
  mesh: Mesh | null;
  moves: TracePart | null;
}

export interface Look {
  lines: boolean;
  arrows: boolean;
  gain: number;
  turn: number; // degrees clockwise by which the page turns the picture
}

/** Index of the last time that is not after t; -1 before all. */
function before(times: readonly number[], t: number): number {
  let [lo, hi] = [0, times.length];
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((times[mid] ?? 0) <= t) lo = mid + 1;
    else hi = mid;
  }
  return lo - 1;
}

/** The points at a moment, x and y in turn; null where no face was. */
export function pointsAt(mesh: Mesh, t: number): number[] | null {
  const i = before(mesh.t, t);
  const [a, b] = [mesh.frames[i] ?? null, mesh.frames[i + 1] ?? null];
  const [ta, tb] = [mesh.t[i] ?? -Infinity, mesh.t[i + 1] ?? Infinity];
  const whole = (f: (number | null)[] | null): f is number[] =>
    f !== null && f.length > 0 && f.every((x) => x !== null);
  if (whole(a) && whole(b) && tb - ta <= longest) {
    const share = (t - ta) / (tb - ta);
    return a.map((x, k) => x + share * ((b[k] ?? x) - x));
  }
  if (whole(a) && t - ta <= longest / 2) return a;
  if (whole(b) && tb - t <= longest / 2) return b;
  return null;
}

export class Overlay {
  private stretches = new Map<number, Stretch>();
  private asked = new Set<string>();

  constructor(
    private recording: Recording,
    private analysis: Analysis,
    private came: () => void,
  ) {}

  private at(t: number, arrows: boolean): Stretch {
    const k = Math.floor(Math.max(0, t) / stretch);
    let s = this.stretches.get(k);
    if (!s) {
      s = { mesh: null, moves: null };
      this.stretches.set(k, s);
      if (this.stretches.size > 12) this.stretches.delete(this.stretches.keys().next().value as number);
    }
    const into = s;
    const path = `/recordings/${this.recording.id}`;
    const span = { from_s: Math.max(0, k * stretch - 0.3), to_s: (k + 1) * stretch + 0.3 };
    if (!s.mesh) this.ask(`m${k}`, get<Mesh>(`${path}/mesh`, span), (m) => (into.mesh = m));
    if (arrows && !s.moves) {
      const names = regions.flatMap((r) =>
        ["right", "left"].flatMap((side) => [`out.${side}.${r}`, `up.${side}.${r}`]),
      );
      this.ask(
        `a${k}`,
        get<TracePart>(`${path}/trace`, { ...span, points: 20000, series: names.join(",") }),
        (m) => (into.moves = m),
      );
    }
    return s;
  }

  private ask<T>(key: string, answer: Promise<T>, then: (x: T) => void) {
    if (this.asked.has(key)) {
      answer.catch(() => {});
      return;
    }
    this.asked.add(key);
    answer.then(
      (x) => {
        then(x);
        this.asked.delete(key);
        this.came();
      },
      () => {
        // Asked again when this stretch is drawn next, but not at once.
        setTimeout(() => this.asked.delete(key), 5000);
      },
    );
  }

  draw(canvas: HTMLCanvasElement, video: HTMLVideoElement, t: number, look: Look) {
    const ratio = devicePixelRatio || 1;
    const [w, h] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const c = canvas.getContext("2d");
    if (!c) return;
    c.clearRect(0, 0, w, h);
    if (!look.lines && !look.arrows) return;
    const { mesh, moves } = this.at(t, look.arrows);
    if (!mesh) return;
    const at = pointsAt(mesh, t);
    if (!at) return;

    // Where the picture lies within the canvas: whole, centered.
    const shape =
      (video.videoWidth || this.analysis.recording.width) / (video.videoHeight || this.analysis.recording.height);
    const width = Math.min(w, h * shape);
    const [left, top] = [(w - width) / 2, (h - width / shape) / 2];
    const xy = (i: number): [number, number] => [
      left + (at[2 * i] ?? 0) * width,
      top + (at[2 * i + 1] ?? 0) * (width / shape),
    ];
    if (look.lines) lines(c, mesh.points, xy, ratio);
    const scale = this.analysis.tracking.mm_per_px;
    if (look.arrows && moves && scale) {
      const perMM = width / this.analysis.recording.width / scale;
      arrows(c, mesh.points, xy, moves, t, perMM * look.gain, ratio, look.turn);
      bar(c, perMM * look.gain, ratio, w, h, look.turn);
    }
  }
}

function lines(
  c: CanvasRenderingContext2D,
  names: readonly string[],
  xy: (i: number) => [number, number],
  ratio: number,
) {
  c.lineWidth = 1.3 * ratio;
  c.strokeStyle = "rgb(255 255 255 / 0.85)";
  c.shadowColor = "rgb(0 0 0 / 0.8)";
  c.shadowBlur = 2 * ratio;
  let last = "";
  let first = 0;
  c.beginPath();
  names.forEach((name, i) => {
    const line = name.slice(0, name.lastIndexOf("."));
    if (line.startsWith("region.")) return;
    const [x, y] = xy(i);
    if (line !== last) {
      if (last.startsWith("iris")) c.lineTo(...xy(first));
      c.moveTo(x, y);
      [last, first] = [line, i];
    } else c.lineTo(x, y);
  });
  c.stroke();
  c.shadowBlur = 0;
}

function arrows(
  c: CanvasRenderingContext2D,
  names: readonly string[],
  xy: (i: number) => [number, number],
  moves: TracePart,
  t: number,
  perMM: number,
  ratio: number,
  turn: number,
) {
  const row = before(moves.t, t + 1e-3);
  if (row < 0) return;
  const value = (name: string) => moves.series.find((s) => s.name === name)?.max[row] ?? null;
  // The face's own axes: from one iris to the other, and at right angles to it.
  const [r, l] = ["right", "left"].map((side) => {
    const own = names.map((n, i) => (n.startsWith(`iris.${side}.`) ? i : -1)).filter((i) => i >= 0);
    const sum = own.map(xy).reduce((a, b) => [a[0] + b[0], a[1] + b[1]], [0, 0]);
    return [sum[0] / Math.max(1, own.length), sum[1] / Math.max(1, own.length)] as [number, number];
  }) as [[number, number], [number, number]];
  const far = Math.hypot(l[0] - r[0], l[1] - r[1]);
  if (!far) return;
  const toLeft: [number, number] = [(l[0] - r[0]) / far, (l[1] - r[1]) / far];
  // Up is at right angles to it, towards the top of the picture as it is turned.
  let up: [number, number] = [toLeft[1], -toLeft[0]];
  const angle = (turn * Math.PI) / 180;
  if (up[0] * Math.sin(angle) + up[1] * Math.cos(angle) > 0) up = [-up[0], -up[1]];

  for (const side of ["right", "left"] as const) {
    const out = side === "left" ? 1 : -1;
    c.strokeStyle = c.fillStyle = color(side);
    c.lineWidth = 2.4 * ratio;
    regions.forEach((region) => {
      const i = names.indexOf(`region.${side}.${region}`);
      const [dx, dy] = [value(`out.${side}.${region}`), value(`up.${side}.${region}`)];
      if (i < 0 || dx === null || dy === null) return;
      const [x, y] = xy(i);
      const [vx, vy] = [(toLeft[0] * out * dx + up[0] * dy) * perMM, (toLeft[1] * out * dx + up[1] * dy) * perMM];
      c.beginPath();
      c.arc(x, y, 2.5 * ratio, 0, 7);
      c.fill();
      const size = Math.hypot(vx, vy);
      if (size < 3 * ratio) return;
      const [ex, ey] = [x + vx, y + vy];
      const head = Math.min(9 * ratio, size * 0.5);
      const way = Math.atan2(vy, vx);
      c.beginPath();
      c.moveTo(x, y);
      c.lineTo(ex, ey);
      for (const bend of [2.6, -2.6]) {
        c.moveTo(ex, ey);
        c.lineTo(ex + head * Math.cos(way + bend), ey + head * Math.sin(way + bend));
      }
      c.stroke();
    });
  }
}

/** A bar that says how long a millimeter is drawn. */
function bar(c: CanvasRenderingContext2D, perMM: number, ratio: number, w: number, h: number, turn: number) {
  c.save();
  c.translate(w / 2, h / 2);
  c.rotate((-turn * Math.PI) / 180);
  if (turn % 180 !== 0) [w, h] = [h, w];
  c.translate(-w / 2, -h / 2);
  const mm = [0.5, 1, 2, 5, 10].find((x) => x * perMM >= 24 * ratio) ?? 10;
  const [x, y] = [14 * ratio, h - 16 * ratio];
  c.fillStyle = "rgb(0 0 0 / 0.6)";
  c.fillRect(x - 8 * ratio, y - 24 * ratio, Math.max(mm * perMM, 44 * ratio) + 16 * ratio, 34 * ratio);
  c.fillStyle = "#fff";
  c.fillRect(x, y, mm * perMM, 3 * ratio);
  c.font = `${13 * ratio}px system-ui, sans-serif`;
  c.fillText(`${mm}\u00a0mm`, x, y - 6 * ratio);
  c.restore();
}
