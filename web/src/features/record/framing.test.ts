import assert from "node:assert/strict";
import { test } from "node:test";
import { faces, SIDE, toInput, wholeSquare, type Face } from "./detector";
import { check, measureLight, Rate, Shake, type Look, Warner } from "./framing";

const logit = (p: number) => Math.log(p / (1 - p));

// A network's output with the faces given at anchors.
function output(list: { anchor: number; dx: number; dy: number; w: number; h: number; p: number }[]) {
  const boxes = new Float32Array(896 * 16);
  const scores = new Float32Array(896).fill(-20);
  for (const f of list) {
    scores[f.anchor] = logit(f.p);
    boxes.set([f.dx, f.dy, f.w, f.h, -10, -8, 10, -8, 0, 2, 0, 10, -20, 0, 20, 0], f.anchor * 16);
  }
  return { boxes, scores };
}

test("a face lies where its anchor and its offset say, in pixels of the picture", () => {
  // Anchor 0 of the fine grid is at 4, 4; of the second cell at 12, 4.
  const { boxes, scores } = output([{ anchor: 2, dx: 1, dy: 2, w: 20, h: 30, p: 0.9 }]);
  const [f] = faces(boxes, scores, wholeSquare(1280, 720));
  assert.ok(f);
  const k = 1280 / SIDE;
  assert.ok(Math.abs(f.x - 13 * k) < 1e-6);
  assert.ok(Math.abs(f.y - (6 * k - 280)) < 1e-6); // the square stands 280 px over the picture
  assert.ok(Math.abs(f.w - 20 * k) < 1e-6 && Math.abs(f.h - 30 * k) < 1e-6);
  assert.ok(Math.abs(f.keys[1]![0] - 22 * k) < 1e-6);
});

test("the second grid begins after the 512 anchors of the first", () => {
  const { boxes, scores } = output([{ anchor: 512 + 6 * 9, dx: 0, dy: 0, w: 40, h: 40, p: 0.8 }]);
  const [f] = faces(boxes, scores, { x: 64, y: 64, side: 128 });
  assert.deepEqual([Math.round(f!.x), Math.round(f!.y)], [24, 24]); // row 1, column 1 of 16-pixel cells
});

test("boxes that overlap are one face, others are not, the largest comes first", () => {
  const { boxes, scores } = output([
    { anchor: 0, dx: 20, dy: 20, w: 20, h: 20, p: 0.9 },
    { anchor: 1, dx: 22, dy: 20, w: 20, h: 20, p: 0.6 },
    { anchor: 2, dx: 80, dy: 80, w: 40, h: 40, p: 0.7 },
    { anchor: 3, dx: 40, dy: 40, w: 20, h: 20, p: 0.4 }, // too unsure
  ]);
  const f = faces(boxes, scores, { x: 64, y: 64, side: 128 });
  assert.equal(f.length, 2);
  assert.equal(f[0]!.w, 40);
  assert.ok(f[1]!.x > 24 && f[1]!.x < 26); // the mean by score: 24 × 0.9 and 26 × 0.6
});

test("the network sees planes of −1..1", () => {
  const rgba = new Uint8ClampedArray(4 * SIDE * SIDE);
  rgba.set([255, 0, 51, 255], 4);
  const out = new Float32Array(3 * SIDE * SIDE);
  toInput(rgba, out);
  assert.equal(out[1], 1);
  assert.equal(out[SIDE * SIDE + 1], -1);
  assert.ok(Math.abs(out[2 * SIDE * SIDE + 1]! - -0.6) < 1e-6);
});

const good = (): Look => {
  const face: Face = {
    x: 640,
    y: 370,
    w: 300,
    h: 300,
    score: 0.9,
    keys: [
      [580, 320],
      [700, 320],
      [640, 380],
      [640, 430],
      [510, 340],
      [770, 340],
    ],
  };
  return {
    width: 1280,
    height: 720,
    faces: [face],
    light: { face: 130, around: 110, clipped: 0 },
    rate: 30,
    shake: 0.01,
  };
};

test("a good picture has nothing to complain about", () => {
  assert.deepEqual(
    check(good()).filter((c) => c.state !== "good"),
    [],
  );
});

const wrong: [string, string, (l: Look) => void][] = [
  ["face", "No face", (l) => (l.faces = [])],
  ["alone", "More than one", (l) => l.faces.push({ ...l.faces[0]!, x: 200 })],
  ["size", "nearer", (l) => (l.faces[0]!.h = 150)],
  ["size", "nearer", (l) => (l.faces[0]!.keys[0] = [630, 320])],
  ["size", "back", (l) => (l.faces[0]!.h = 500)],
  // Their face at the picture's left: they moved to their own right.
  ["centered", "to your left", (l) => (l.faces[0]!.x = 300)],
  ["centered", "to your right", (l) => (l.faces[0]!.x = 1000)],
  ["centered", "up", (l) => (l.faces[0]!.y = 150)],
  ["straight", "straight", (l) => (l.faces[0]!.keys[1] = [700, 360])],
  ["straight", "at the camera", (l) => (l.faces[0]!.keys[2] = [680, 380])],
  ["light", "dark", (l) => (l.light = { face: 40, around: 50, clipped: 0 })],
  ["light", "behind", (l) => (l.light = { face: 90, around: 200, clipped: 0 })],
  ["light", "bright", (l) => (l.light = { face: 180, around: 120, clipped: 0.3 })],
  ["rate", "Only 15", (l) => (l.rate = 15)],
  ["still", "still", (l) => (l.shake = 0.2)],
];
for (const [id, words, spoil] of wrong)
  test(`${id}: ${words}`, () => {
    const look = good();
    spoil(look);
    const bad = check(look).find((c) => c.id === id);
    assert.equal(bad?.state, "bad");
    assert.match(bad!.text, new RegExp(words));
  });

test("what is not measured yet is neither good nor bad", () => {
  const states = check({ ...good(), light: null, rate: null, shake: null });
  for (const id of ["light", "rate", "still"]) assert.equal(states.find((c) => c.id === id)?.state, "wait");
});

test("light is told apart inside and outside the face, and only in the picture", () => {
  const n = 8;
  const rgba = new Uint8ClampedArray(4 * n * n);
  for (let y = 2; y < 6; y++)
    for (let x = 0; x < n; x++) rgba.fill(x >= 2 && x < 6 ? 255 : 100, 4 * (y * n + x), 4 * (y * n + x) + 4);
  const light = measureLight(rgba, n, { x0: 0.25, y0: 0.25, x1: 0.75, y1: 0.75 }, { x0: 0, y0: 0.25, x1: 1, y1: 0.75 });
  assert.equal(Math.round(light.face), 255);
  assert.equal(Math.round(light.around), 100);
  assert.equal(light.clipped, 1);
});

test("the picture rate comes from the pictures' own times", () => {
  const r = new Rate();
  for (let i = 0; i < 5; i++) r.add(i / 25);
  assert.equal(r.value(), null);
  for (let i = 5; i < 80; i++) r.add(i / 25);
  assert.ok(Math.abs(r.value()! - 25) < 1e-6);
  r.add(0); // another stream
  assert.equal(r.value(), null);
});

test("shake is what the eyes' middle wanders", () => {
  const face = (dx: number): Face => ({
    x: 0,
    y: 0,
    w: 100,
    h: 100,
    score: 1,
    keys: [
      [dx, 0],
      [dx + 40, 0],
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
  });
  const s = new Shake();
  for (let i = 0; i < 6; i++) s.add(i * 0.2, face(i % 2 ? 10 : -10));
  assert.ok(Math.abs(s.value()! - 0.1) < 1e-9);
  s.add(1.3, undefined);
  assert.equal(s.value(), null);
});

test("while the camera runs it is told what has been wrong for a second", () => {
  const w = new Warner();
  const lost = () => check({ ...good(), faces: [] });
  assert.equal(w.add(0, check(good())), null);
  assert.equal(w.add(0.4, lost()), null);
  assert.equal(w.add(0.8, check(good())), null); // it was there again
  assert.equal(w.add(1.2, lost()), null);
  assert.equal(w.add(2.3, lost()), "face");
  assert.equal(w.add(2.7, check(good())), null);
  const dark = () => check({ ...good(), light: { face: 30, around: 30, clipped: 0 } });
  w.add(3, dark());
  assert.equal(w.add(4.1, dark()), "light");
  // The face that is lost comes before the light.
  w.add(4.2, lost());
  assert.equal(w.add(5.5, lost()), "face");
});
