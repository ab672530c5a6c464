import assert from "node:assert/strict";
import { test } from "node:test";
import { Fingers } from "./fingers";

test("two fingers that part zoom in around what is between them", () => {
  const f = new Fingers();
  f.down(1, 100, 50);
  f.down(2, 200, 50);
  const a = f.move(1, 50, 50);
  const b = f.move(2, 250, 50);
  assert.equal((a?.factor ?? 0) * (b?.factor ?? 0), 2);
  assert.equal(b?.at, 150);
  assert.equal((a?.shift ?? 0) + (b?.shift ?? 0), 0);
});

test("one finger pans sideways, and only after it has left its place", () => {
  const f = new Fingers();
  f.down(1, 100, 50);
  assert.equal(f.move(1, 104, 50), null);
  const m = f.move(1, 130, 55);
  assert.equal(m?.factor, 1);
  assert.equal(m?.shift, 30);
  assert.equal(f.move(1, 120, 55)?.shift, -10);
});

test("a tap and a way up or down do nothing", () => {
  const f = new Fingers();
  f.down(1, 100, 50);
  assert.equal(f.move(1, 103, 120), null);
  f.up(1);
  assert.equal(f.move(1, 300, 50), null);
  assert.equal(f.count, 0);
});

test("fingers that meet do not make the zoom jump", () => {
  const f = new Fingers();
  f.down(1, 100, 50);
  f.down(2, 130, 50);
  assert.equal(f.move(2, 110, 50)?.factor, 1);
  assert.equal(f.move(2, 100, 50)?.factor, 1);
});
