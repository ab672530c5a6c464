// The program's own face detector, read the way the Go side reads it: 896
// anchors on two grids of a 128 × 128 picture, six key points a face.

export const SIDE = 128;
// The key points: right eye, left eye, nose, mouth, right ear, left ear.
const keys = [0, 1, 2, 3, 4, 5];

// A face in pixels of the picture: middle and size of the box, and the key
// points. Sides are the person's own; the picture is not mirrored.
export interface Face {
  x: number;
  y: number;
  w: number;
  h: number;
  score: number;
  keys: [number, number][];
}

// The square of the picture that the network sees.
export interface Square {
  x: number;
  y: number;
  side: number;
}

// The whole picture in the smallest square about its middle.
export function wholeSquare(width: number, height: number): Square {
  return { x: width / 2, y: height / 2, side: Math.max(width, height) };
}

function makeAnchors(): Float32Array {
  const out = new Float32Array(896 * 2);
  let i = 0;
  for (const [cells, each] of [
    [16, 2],
    [8, 6],
  ] as const) {
    const step = SIDE / cells;
    for (let y = 0; y < cells; y++)
      for (let x = 0; x < cells; x++)
        for (let k = 0; k < each; k++) {
          out[i++] = (x + 0.5) * step;
          out[i++] = (y + 0.5) * step;
        }
  }
  return out;
}

const anchors = makeAnchors();

// toInput turns the pixels of a 128 × 128 canvas (RGBA) into the network's
// input: a red, a green and a blue plane in −1..1.
export function toInput(rgba: Uint8ClampedArray, out: Float32Array): void {
  const n = SIDE * SIDE;
  for (let i = 0; i < n; i++) {
    out[i] = (rgba[4 * i]! * 2) / 255 - 1;
    out[n + i] = (rgba[4 * i + 1]! * 2) / 255 - 1;
    out[2 * n + i] = (rgba[4 * i + 2]! * 2) / 255 - 1;
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

// faces decodes the network's two outputs, the largest face first. Boxes that
// overlap are one face: their mean, weighted by score.
export function faces(boxes: Float32Array, scores: Float32Array, q: Square, least = 0.5): Face[] {
  const scale = q.side / SIDE;
  const left = q.x - q.side / 2;
  const top = q.y - q.side / 2;
  const raw: Face[] = [];
  for (let i = 0; i < scores.length; i++) {
    const score = sigmoid(scores[i]!);
    if (!(score >= least)) continue;
    const ax = anchors[2 * i]!;
    const ay = anchors[2 * i + 1]!;
    const b = (k: number) => boxes[16 * i + k]!;
    const face: Face = {
      x: left + (ax + b(0)) * scale,
      y: top + (ay + b(1)) * scale,
      w: b(2) * scale,
      h: b(3) * scale,
      score,
      keys: keys.map((k) => [left + (ax + b(4 + 2 * k)) * scale, top + (ay + b(5 + 2 * k)) * scale]),
    };
    if (face.w > 0 && face.h > 0) raw.push(face);
  }
  return merge(raw);
}

function merge(raw: Face[]): Face[] {
  let rest = raw.sort((a, b) => b.score - a.score);
  const out: Face[] = [];
  while (rest.length > 0) {
    const best = rest[0]!;
    const same = rest.filter((r) => overlap(best, r) >= 0.3);
    rest = rest.filter((r) => overlap(best, r) < 0.3);
    const total = same.reduce((s, r) => s + r.score, 0);
    const mean = (get: (f: Face) => number) => same.reduce((s, r) => s + r.score * get(r), 0) / total;
    out.push({
      x: mean((f) => f.x),
      y: mean((f) => f.y),
      w: mean((f) => f.w),
      h: mean((f) => f.h),
      score: best.score,
      keys: keys.map((k) => [mean((f) => f.keys[k]![0]), mean((f) => f.keys[k]![1])]),
    });
  }
  return out.sort((a, b) => b.w * b.h - a.w * a.h);
}

// The shared area of two boxes over that of the smaller one.
function overlap(a: Face, b: Face): number {
  const w = Math.min(a.x + a.w / 2, b.x + b.w / 2) - Math.max(a.x - a.w / 2, b.x - b.w / 2);
  const h = Math.min(a.y + a.h / 2, b.y + b.h / 2) - Math.max(a.y - a.h / 2, b.y - b.h / 2);
  return w <= 0 || h <= 0 ? 0 : (w * h) / Math.min(a.w * a.h, b.w * b.h);
}
