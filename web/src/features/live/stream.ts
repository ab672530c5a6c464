// Sends the camera's pictures to this computer's server, one at a time: the next goes
// when the answer to the last has come, so the newest picture is always the one that is
// measured and none waits. Nothing of it is kept.
import { call, post, Problem, remove } from "../../api";
import type { Sharp } from "../../lib/types";
import type { components } from "../../schema";

export type State = Sharp<components["schemas"]["State"]>;

export interface Answer {
  state: State;
  delayMS: number; // from the picture to its answer
  rate: number; // pictures a second, over the last ones
  steady: boolean; // whether the rate is over enough of them to be judged
}

const mostSide = 640; // px: as much as measuring needs of a face that fills the picture
const quality = 0.92;
const rateOver = 20; // pictures
const mostLost = 5; // pictures in a row that nothing was said of, before the view ends
const pauseMS = 200; // after a lost picture

const jpeg = (canvas: OffscreenCanvas) => canvas.convertToBlob({ type: "image/jpeg", quality });

// A picture that got lost, came twice or could not be read is no reason to end the view;
// a session that the server does not know is.
const passes = (e: unknown) => e instanceof Problem && (e.offline || e.status === 409 || e.status === 422);

/** Runs until the signal ends it. */
export async function stream(video: HTMLVideoElement, tell: (a: Answer) => void, signal: AbortSignal): Promise<void> {
  const { id } = await post<{ id: string }>("/live");
  const canvas = new OffscreenCanvas(2, 2);
  const g = canvas.getContext("2d", { alpha: false });
  if (!g) return;
  const came: number[] = [];
  const begun = performance.now();
  let last = -1;
  let lost = 0;
  try {
    while (!signal.aborted) {
      // A picture that the camera has not renewed is not sent again.
      const at = await new Promise<number>((found) => video.requestVideoFrameCallback((now) => found(now)));
      if (signal.aborted) break;
      const k = Math.min(1, mostSide / Math.max(video.videoWidth, video.videoHeight));
      const [w, h] = [Math.round(video.videoWidth * k), Math.round(video.videoHeight * k)];
      if (!w || !h) continue;
      if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
      g.drawImage(video, 0, 0, w, h);
      const t = Math.max(last + 0.001, (at - begun) / 1000);
      last = t;
      let state: State;
      try {
        state = await call<State>("POST", `/live/${id}/picture`, {
          query: { t: t.toFixed(4) },
          body: await jpeg(canvas),
          headers: { "Content-Type": "image/jpeg" },
          signal,
        });
        lost = 0;
      } catch (e) {
        if (signal.aborted || !passes(e) || ++lost >= mostLost) throw e;
        await new Promise((go) => setTimeout(go, pauseMS));
        continue;
      }
      const now = performance.now();
      came.push(now);
      if (came.length > rateOver) came.shift();
      const over = now - (came[0] ?? now);
      tell({
        state,
        delayMS: now - at,
        rate: over > 0 ? ((came.length - 1) * 1000) / over : 0,
        steady: came.length === rateOver,
      });
    }
  } catch (e) {
    if (!signal.aborted) throw e;
  } finally {
    await remove(`/live/${id}`).catch(() => {}); // it ends by itself
  }
}
