import assert from "node:assert/strict";
import { test } from "node:test";
import type { Take } from "./takes";
import { Offline, Refused, send, type Server, type Upload } from "./upload";

const take = (size: number): Take => ({
  id: "01T",
  person_id: "p",
  kind: "camera",
  type: "video/mp4",
  started_at: "",
  recorded_at: null,
  protocol: null,
  tasks: [],
  mirrored: false,
  label: "",
  size,
  chunks: 1,
  closed: true,
  upload_id: null,
  sent: 0,
});

// A server that keeps what it gets, by client id, and fails as told.
class Fake implements Server {
  kept = new Map<string, { up: Upload; client: string; data: Uint8Array; finished: number }>();
  creates = 0;
  fail: (call: string, n: number) => "before" | "after" | number | undefined = () => undefined;
  #n = 0;

  async #may<T>(call: string, run: () => T | Promise<T>): Promise<T> {
    const f = this.fail(call, this.#n++);
    if (f === "before") throw new Offline();
    if (typeof f === "number") throw new Refused(f, "no");
    const out = await run();
    if (f === "after") throw new Offline(); // done, but the answer was lost
    return out;
  }

  create(t: Take) {
    return this.#may("create", () => {
      this.creates++;
      for (const k of this.kept.values()) if (k.client === t.id) return { ...k.up };
      const up = { id: `u${this.kept.size}`, offset: 0, size: t.size };
      this.kept.set(up.id, { up, client: t.id, data: new Uint8Array(t.size), finished: 0 });
      return { ...up };
    });
  }
  find(id: string) {
    return this.#may("find", () => (this.kept.has(id) ? { ...this.kept.get(id)!.up } : null));
  }
  put(id: string, offset: number, data: Blob) {
    return this.#may("put", async () => {
      const k = this.kept.get(id);
      if (!k) throw new Refused(404, "gone");
      if (offset === k.up.offset) {
        k.data.set(new Uint8Array(await data.arrayBuffer()), offset);
        k.up.offset += data.size;
      }
      return k.up.offset;
    });
  }
  finish(id: string) {
    return this.#may("finish", () => {
      const k = this.kept.get(id)!;
      assert.equal(k.up.offset, k.up.size);
      k.finished++;
      return { id: `rec-${k.client}` };
    });
  }
}

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 251);
const source = {
  read: async (_: string, from: number, length: number) => new Blob([bytes.slice(from, from + length)]),
  patch: async () => undefined,
};
const now = async () => {};

test("all bytes arrive, in order", async () => {
  const s = new Fake();
  const seen: number[] = [];
  const id = await send(take(1000), source, s, { chunk: 300, wait: now, progress: (p) => seen.push(p.sent) });
  assert.equal(id, "rec-01T");
  assert.deepEqual(s.kept.get("u0")!.data, bytes);
  assert.deepEqual(seen, [0, 300, 600, 900, 1000]);
});

// Whatever call fails, before or after the server did it, nothing is lost and
// there is one recording.
for (const how of ["before", "after"] as const)
  for (let n = 0; n < 7; n++)
    test(`call ${n} fails ${how} it was done`, async () => {
      const s = new Fake();
      s.fail = (_, k) => (k === n ? how : undefined);
      let waited = 0;
      await send(take(1000), source, s, { chunk: 300, wait: async () => void waited++ });
      assert.equal(s.kept.size, 1);
      assert.deepEqual(s.kept.get("u0")!.data, bytes);
      assert.equal(waited, n < 6 ? 1 : 0); // create, four chunks, finish
    });

test("a long outage is waited out with growing pauses", async () => {
  const s = new Fake();
  s.fail = (_, k) => (k >= 2 && k < 7 ? "before" : undefined);
  const tries: number[] = [];
  await send(take(1000), source, s, { chunk: 300, wait: async (n) => void tries.push(n) });
  assert.deepEqual(tries, [1, 2, 3, 4, 5]);
  assert.deepEqual(s.kept.get("u0")!.data, bytes);
});

test("another visit goes on where the server stands", async () => {
  const s = new Fake();
  const t = take(1000);
  const stop = new AbortController();
  await assert.rejects(
    send(t, source, s, {
      chunk: 300,
      wait: now,
      signal: stop.signal,
      progress: (p) => p.sent === 600 && stop.abort(new Error("closed")),
    }),
    /closed/,
  );
  const again = { ...take(1000), upload_id: t.upload_id };
  const seen: number[] = [];
  await send(again, source, s, { chunk: 300, wait: now, progress: (p) => seen.push(p.sent) });
  assert.deepEqual(seen, [600, 900, 1000]);
  assert.equal(s.creates, 1);
});

test("an upload that the server threw away is begun anew", async () => {
  const s = new Fake();
  const t = { ...take(1000), upload_id: "gone" };
  await send(t, source, s, { chunk: 300, wait: now });
  assert.deepEqual(s.kept.get("u0")!.data, bytes);
});

test("a refusal is told and not repeated", async () => {
  const s = new Fake();
  s.fail = (call) => (call === "create" ? 413 : undefined);
  await assert.rejects(send(take(1000), source, s, { wait: now }), (e) => e instanceof Refused && e.status === 413);
});

test("too many requests are waited out", async () => {
  const s = new Fake();
  s.fail = (_, k) => (k === 1 ? 429 : undefined);
  await send(take(1000), source, s, { wait: now });
  assert.deepEqual(s.kept.get("u0")!.data, bytes);
});
