import assert from "node:assert/strict";
import { test } from "node:test";
import type { TracePart } from "../../lib/types";
import { columns, perPixel, tilesOf } from "./trace";

test("a view is covered by its tiles and never by more than three", () => {
  const hour = 3600;
  for (let width = hour; width > 0.05; width *= 0.83) {
    for (const at of [0, 0.13, 0.5, 0.77, 1]) {
      const from = (hour - width) * at;
      const { level, first, last } = tilesOf(hour, from, from + width, 10);
      const size = hour / 2 ** level;
      assert.ok(first * size <= from + 1e-6 && (last + 1) * size >= from + width - 1e-6, `${from} ${width}`);
      assert.ok(last - first <= 2);
      assert.ok(level === 10 || size < 2 * width + 1e-6);
    }
  }
});

test("peaks stay, raw frames are drawn once, overlapping ends are not drawn twice", () => {
  const part = (t: number[], min: (number | null)[], max: (number | null)[]): TracePart => ({
    t,
    from_s: 0,
    to_s: 1,
    frames: 9,
    series: [{ name: "a", side: "", region: "", unit: "mm", min, max }],
  });
  const [t, a] = columns([part([0, 1], [0, -1], [0, 4]), part([0.5, 2], [9, null], [9, null])], ["a"]);
  assert.deepEqual(t, [0, 1, 1, 2]);
  assert.deepEqual(a, [0, -1, 4, null]);
});

test("columns of a pixel lose no peak, hang together and keep gaps gaps", () => {
  const n = 5000;
  const t = Array.from({ length: n }, (_, i) => i / 100);
  const y: (number | null)[] = t.map((x) => Math.sin(x));
  y[1234] = 9;
  y[3333] = -9;
  for (let i = 2000; i < 2500; i++) y[i] = null;
  for (const gaps of [false, true]) {
    const { low, high } = perPixel(t, y, 0, 50, 200, gaps);
    assert.equal(Math.max(...[...high].filter((x) => !Number.isNaN(x))), 9);
    assert.equal(Math.min(...[...low].filter((x) => !Number.isNaN(x))), -9);
    assert.ok([...low.slice(82, 98)].every(Number.isNaN));
    for (let k = 0; k < 200; k++) {
      const there = !Number.isNaN(low[k] as number);
      assert.equal(there, !(gaps && k % 4 === 3) && !(k >= 80 && k < 100), `column ${k}`);
      if (there) assert.ok((low[k] as number) <= (high[k] as number));
      if (there && !gaps && k > 0 && k !== 100)
        assert.ok(
          (low[k] as number) <= (high[k - 1] as number) && (high[k] as number) >= (low[k - 1] as number),
          `column ${k} hangs on the one before`,
        );
    }
  }
});
