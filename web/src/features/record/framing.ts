// What the live help says about the picture before and during a recording. The
// limits follow those by which an analysis later warns: a face too small, too
// dark, turned away, or too few pictures a second.

import { framing as t } from "../../lib/strings/record";
import type { Face } from "./detector";

export type CheckID = "face" | "alone" | "size" | "centered" | "straight" | "light" | "rate" | "still";

// A check is good, bad, or not known yet. Text is the one line shown, and what
// a screen reader says.
export interface Check {
  id: CheckID;
  state: "good" | "bad" | "wait";
  text: string;
}

// Light is the mean luma (0..255) of the face's box and of the rest.
export interface Light {
  face: number;
  around: number;
  clipped: number; // share of the face's pixels at the very top
}

export interface Look {
  width: number;
  height: number;
  faces: Face[];
  light: Light | null;
  rate: number | null; // pictures a second, measured
  shake: number | null; // how far the face wandered in the last seconds, share of its width
}

export const limits = {
  // The detector's box reaches from the brows to the chin: about 0.65 of the
  // head's height. The protocol wants a face of half the picture's height.
  minHeight: 0.3,
  maxHeight: 0.62,
  // An analysis warns below 60 px between the outer corners of the eyes, that
  // is about 40 px between the pupils; the help asks for twice that.
  minPupilsPx: 80,
  offX: 0.14, // of the picture's width
  offY: 0.16, // of the picture's height
  roll: 12, // degrees
  yaw: 0.22, // nose beside the middle of the eyes, of the distance of the eyes
  minLuma: 65, // an analysis warns below 45
  maxLuma: 225,
  maxClipped: 0.12,
  backlight: 1.7, // the rest brighter than the face by this factor
  minRate: 24, // an analysis warns below
  shake: 0.06,
};

const distance = (a: [number, number], b: [number, number]) => Math.hypot(a[0] - b[0], a[1] - b[1]);

const ok = (id: CheckID, text: string): Check => ({ id, state: "good", text });
const no = (id: CheckID, text: string): Check => ({ id, state: "bad", text });
const wait = (id: CheckID, text: string): Check => ({ id, state: "wait", text });

export function check(look: Look): Check[] {
  const face = look.faces[0];
  const out: Check[] = [face ? ok("face", t.face) : no("face", t.noFace)];
  out.push(checkRate(look.rate));
  if (!face) {
    out.push(
      wait("size", t.size),
      wait("centered", t.position),
      wait("straight", t.direction),
      wait("light", t.light),
      wait("still", t.stillness),
    );
    return out;
  }
  if (look.faces.length > 1) out.push(no("alone", t.many));
  out.push(checkSize(look, face), checkCenter(look, face), checkStraight(face), checkLight(look.light));
  if (look.shake === null) out.push(wait("still", t.stillness));
  else if (look.shake > limits.shake) out.push(no("still", t.keepStill));
  else out.push(ok("still", t.still));
  return out;
}

function checkRate(rate: number | null): Check {
  if (rate === null) return wait("rate", t.rate);
  const n = Math.round(rate);
  return rate < limits.minRate ? no("rate", t.slow(n)) : ok("rate", t.rateIs(n));
}

function checkSize(look: Look, face: Face): Check {
  const part = face.h / look.height;
  const pupils = distance(face.keys[0]!, face.keys[1]!);
  if (part > limits.maxHeight) return no("size", t.near);
  if (part < limits.minHeight || pupils < limits.minPupilsPx) return no("size", t.far);
  return ok("size", t.sizeGood);
}

function checkCenter(look: Look, face: Face): Check {
  const dx = face.x / look.width - 0.5;
  const dy = face.y / look.height - 0.5;
  // The picture is seen as others see you: its left is your right.
  if (Math.abs(dx) > limits.offX) return no("centered", dx < 0 ? t.goLeft : t.goRight);
  if (Math.abs(dy) > limits.offY) return no("centered", dy < 0 ? t.tooHigh : t.tooLow);
  return ok("centered", t.centered);
}

function checkStraight(face: Face): Check {
  const [right, left, nose] = [face.keys[0]!, face.keys[1]!, face.keys[2]!];
  const roll = (Math.atan2(left[1] - right[1], left[0] - right[0]) * 180) / Math.PI;
  if (Math.abs(roll) > limits.roll) return no("straight", t.holdStraight);
  const apart = distance(right, left) || 1;
  const aside = (nose[0] - (right[0] + left[0]) / 2) / apart;
  if (Math.abs(aside) > limits.yaw) return no("straight", t.lookStraight);
  return ok("straight", t.straight);
}

function checkLight(light: Light | null): Check {
  if (!light) return wait("light", t.light);
  if (light.face < limits.minLuma) return no("light", light.around > light.face * limits.backlight ? t.behind : t.dark);
  if (light.around > light.face * limits.backlight) return no("light", t.behind);
  if (light.face > limits.maxLuma || light.clipped > limits.maxClipped) return no("light", t.bright);
  return ok("light", t.lightGood);
}

// measureLight reads the luma inside the face's box and outside it, from the
// pixels of a small square picture (RGBA) in which the picture takes the part
// given, in 0..1.
export function measureLight(
  rgba: Uint8ClampedArray,
  side: number,
  face: { x0: number; y0: number; x1: number; y1: number },
  picture: { x0: number; y0: number; x1: number; y1: number },
): Light {
  let inside = 0,
    nIn = 0,
    outside = 0,
    nOut = 0,
    clipped = 0;
  for (let y = Math.floor(picture.y0 * side); y < picture.y1 * side; y++)
    for (let x = Math.floor(picture.x0 * side); x < picture.x1 * side; x++) {
      const i = 4 * (y * side + x);
      const luma = 0.299 * rgba[i]! + 0.587 * rgba[i + 1]! + 0.114 * rgba[i + 2]!;
      const u = (x + 0.5) / side,
        v = (y + 0.5) / side;
      if (u > face.x0 && u < face.x1 && v > face.y0 && v < face.y1) {
        inside += luma;
        nIn++;
        if (luma >= 250) clipped++;
      } else {
        outside += luma;
        nOut++;
      }
    }
  return { face: nIn ? inside / nIn : 0, around: nOut ? outside / nOut : 0, clipped: nIn ? clipped / nIn : 0 };
}

// What is told while the camera runs, the most pressing first: a face that is lost,
// turned away, in the dark or not alone costs what is filmed then. Size and place are
// told before.
const pressing = ["face", "alone", "straight", "light", "size"] as const;
export type Pressing = (typeof pressing)[number];

// Warner tells what is wrong while the camera runs once it has been wrong for a second:
// a look may err, and a blink or a smile turns nobody away.
export class Warner {
  #since = new Map<Pressing, number>();
  readonly after: number; // s

  constructor(after = 1) {
    this.after = after;
  }

  add(t: number, checks: Check[]): Pressing | null {
    for (const id of pressing) {
      const bad = checks.some((c) => c.id === id && c.state === "bad");
      if (!bad) this.#since.delete(id);
      else if (!this.#since.has(id)) this.#since.set(id, t);
    }
    return pressing.find((id) => t - (this.#since.get(id) ?? Infinity) >= this.after) ?? null;
  }
}

// Rate measures pictures a second from their media times, over two seconds.
export class Rate {
  #times: number[] = [];

  add(t: number): void {
    const last = this.#times.at(-1);
    if (last !== undefined && t <= last) {
      if (t < last) this.#times = [t]; // another stream
      return;
    }
    this.#times.push(t);
    while (this.#times[0]! < t - 2) this.#times.shift();
  }

  value(): number | null {
    const n = this.#times.length;
    if (n < 8) return null;
    const span = this.#times[n - 1]! - this.#times[0]!;
    return span < 0.5 ? null : (n - 1) / span;
  }
}

// Shake measures how far the middle of the eyes wandered in the last two
// seconds: the standard deviation of its place, as a share of the face's width.
export class Shake {
  #places: { t: number; x: number; y: number; w: number }[] = [];

  add(t: number, face: Face | undefined): void {
    if (!face) {
      this.#places = [];
      return;
    }
    const [a, b] = [face.keys[0]!, face.keys[1]!];
    this.#places.push({ t, x: (a[0] + b[0]) / 2, y: (a[1] + b[1]) / 2, w: face.w });
    while (this.#places[0]!.t < t - 2) this.#places.shift();
  }

  value(): number | null {
    const p = this.#places;
    if (p.length < 4) return null;
    const mean = (get: (q: (typeof p)[0]) => number) => p.reduce((s, q) => s + get(q), 0) / p.length;
    const mx = mean((q) => q.x),
      my = mean((q) => q.y),
      w = mean((q) => q.w);
    return Math.sqrt(mean((q) => (q.x - mx) ** 2 + (q.y - my) ** 2)) / w;
  }
}
