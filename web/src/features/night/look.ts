// A look at one minute of a lying face, in this page: the program's own detector at
// each quarter turn of the picture, which it brightens as the program does.

import { faces, SIDE, toInput, wholeSquare, type Face } from "../record/detector";
import { load } from "../record/watch";

export interface Minute {
  looks: number;
  found: number;
  /** The face's width in pixels, the median of what was found. */
  width: number | null;
  /** Mean brightness of the face, 0 to 255. */
  light: number | null;
  /** How many looks showed more than one face. */
  several: number;
  /** Pictures a second, where the browser tells. */
  rate: number | null;
}

/** Limits that the page says something about; light and width as in the program (face.MinLuma, face.MinEyeSpanPx). */
export const limits = {
  looks: 20,
  fewShare: 0.8,
  width: 200,
  light: 45,
  rate: 14.5,
  litLuma: 110,
  mostGain: 4,
} as const;

const middle = (v: number[]): number | null =>
  v.length ? v.toSorted((a, b) => a - b)[Math.floor(v.length / 2)]! : null;

/** Looks at a film that a video element plays. */
export async function look(
  video: HTMLVideoElement,
  signal: AbortSignal,
  tell: (done: number) => void,
): Promise<Minute> {
  const run = await load();
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const g = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
  const input = new Float32Array(3 * SIDE * SIDE);
  const { videoWidth: w, videoHeight: h } = video;
  const q = wholeSquare(w, h);
  const k = SIDE / q.side;
  const out: Minute = { looks: 0, found: 0, width: null, light: null, several: 0, rate: await rate(video, signal) };
  const widths: number[] = [];
  const lights: number[] = [];
  let gain = 1;
  const length = Number.isFinite(video.duration) ? video.duration : 0;
  for (let i = 0; i < limits.looks && !signal.aborted; i++) {
    await seek(video, (length * (i + 0.5)) / limits.looks);
    let best: { face: Face; light: number; several: boolean } | null = null;
    for (let turn = 0; turn < 4; turn++) {
      g.setTransform(1, 0, 0, 1, 0, 0);
      g.filter = "none";
      g.fillStyle = "#000";
      g.fillRect(0, 0, SIDE, SIDE);
      g.filter = `brightness(${gain})`;
      g.translate(SIDE / 2, SIDE / 2);
      g.rotate((turn * Math.PI) / 2);
      g.drawImage(video, (-w * k) / 2, (-h * k) / 2, w * k, h * k);
      const { data } = g.getImageData(0, 0, SIDE, SIDE);
      toInput(data, input);
      const [boxes, scores] = await run(input);
      const found = faces(boxes, scores, q);
      const face = found[0];
      if (face && (!best || face.score > best.face.score))
        best = { face, light: brightness(data, face, q, k) / gain, several: found.length > 1 };
    }
    out.looks++;
    if (best) {
      out.found++;
      widths.push(Math.max(best.face.w, best.face.h));
      lights.push(best.light);
      if (best.several) out.several++;
      gain = Math.min(Math.max(limits.litLuma / Math.max(best.light, 1), 1), limits.mostGain);
    } else {
      gain = gain === 1 ? limits.mostGain / 2 : gain; // a dark picture may hide a face
    }
    tell(out.looks / limits.looks);
  }
  out.width = middle(widths);
  out.light = middle(lights);
  return out;
}

/** The mean of a face's middle, 0 to 255. */
function brightness(rgba: Uint8ClampedArray, f: Face, q: { x: number; y: number; side: number }, k: number): number {
  const at = (v: number, mid: number) => Math.round((v - mid) * k + SIDE / 2);
  let sum = 0;
  let n = 0;
  for (let y = Math.max(at(f.y - f.h / 4, q.y), 0); y < Math.min(at(f.y + f.h / 4, q.y), SIDE); y++)
    for (let x = Math.max(at(f.x - f.w / 4, q.x), 0); x < Math.min(at(f.x + f.w / 4, q.x), SIDE); x++) {
      const i = 4 * (y * SIDE + x);
      sum += 0.2126 * rgba[i]! + 0.7152 * rgba[i + 1]! + 0.0722 * rgba[i + 2]!;
      n++;
    }
  return n ? sum / n : 0;
}

function seek(video: HTMLVideoElement, at: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => resolve();
    video.addEventListener("seeked", done, { once: true });
    setTimeout(done, 3000); // a film that cannot be sought is looked at where it is
    video.currentTime = at;
  });
}

/** Pictures a second, by playing two seconds; null where the browser does not tell. */
async function rate(video: HTMLVideoElement, signal: AbortSignal): Promise<number | null> {
  if (!("requestVideoFrameCallback" in video)) return null;
  const times: number[] = [];
  await new Promise<void>((resolve) => {
    const end = setTimeout(resolve, 2500);
    const see = (_: number, meta: VideoFrameCallbackMetadata) => {
      times.push(meta.mediaTime);
      if (signal.aborted || times.length > 40) {
        clearTimeout(end);
        resolve();
      } else video.requestVideoFrameCallback(see);
    };
    video.requestVideoFrameCallback(see);
    video.play().catch(() => resolve());
  });
  video.pause();
  const steps = times
    .slice(1)
    .map((t, i) => t - times[i]!)
    .filter((d) => d > 0);
  const step = middle(steps);
  return step ? 1 / step : null;
}
