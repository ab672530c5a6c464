import assert from "node:assert/strict";
import { test } from "node:test";
import { hasPicture } from "./picture";

class Film extends EventTarget {
  readyState = 1;
  seeking = false;
  error: MediaError | null = null;

  becomes(type: string, change: Partial<Pick<Film, "readyState" | "seeking" | "error">>) {
    Object.assign(this, change);
    this.dispatchEvent(new Event(type));
  }
}

const waits = (film: Film, signal = new AbortController().signal) => {
  let answer: boolean | Error | null = null;
  void hasPicture(film, signal, "cannot").then(
    (a) => (answer = a),
    (e: Error) => (answer = e),
  );
  return async () => {
    await new Promise((r) => setTimeout(r));
    return answer;
  };
};

test("a picture that comes later is waited for", async () => {
  const film = new Film();
  const answer = waits(film);
  assert.equal(await answer(), null);
  film.becomes("loadeddata", { readyState: 2, seeking: true });
  assert.equal(await answer(), null, "the picture of another time");
  film.becomes("seeked", { seeking: false });
  assert.equal(await answer(), true);
});

test("a video at hand is not waited for", async () => {
  const film = new Film();
  film.readyState = 4;
  assert.equal(await waits(film)(), true);
});

test("what the browser cannot play is said, then and later", async () => {
  const later = new Film();
  const answer = waits(later);
  assert.equal(await answer(), null);
  const error = { code: 4 } as MediaError;
  later.becomes("error", { error });
  assert.equal(String(await answer()), "Error: cannot");
  const before = new Film();
  before.error = error;
  assert.equal(String(await waits(before)()), "Error: cannot");
});

test("who goes away waits no longer", async () => {
  const film = new Film();
  const gone = new AbortController();
  const answer = waits(film, gone.signal);
  gone.abort();
  assert.equal(await answer(), false);
});
