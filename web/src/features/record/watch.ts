// The live look at the preview: the detector a few times a second, the picture
// rate all the time. onnxruntime and the model are fetched only here.

import { faces, SIDE, toInput, wholeSquare, type Face } from "./detector";
import { check, measureLight, Rate, Shake, type Check } from "./framing";

export interface Seen {
  checks: Check[];
  face: Face | null;
  width: number;
  height: number;
}

type Run = (input: Float32Array) => Promise<[Float32Array, Float32Array]>;

let loading: Promise<Run> | null = null;

// load fetches the runtime and the model once a visit.
export function load(): Promise<Run> {
  loading ??= make().catch((e) => {
    loading = null; // the next visit may try again
    throw e;
  });
  return loading;
}

async function make(): Promise<Run> {
  const [ort, { default: wasm }, model] = await Promise.all([
    import("onnxruntime-web/wasm"),
    import("onnxruntime-web/ort-wasm-simd-threaded.wasm?url"),
    fetch("/models/detector.onnx").then((r) => {
      if (!r.ok) throw new Error(`the model could not be had: ${r.status}`);
      return r.arrayBuffer();
    }),
  ]);
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm };
  const session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
  return async (input: Float32Array) => {
    const out = await session.run({ [session.inputNames[0]!]: new ort.Tensor("float32", input, [1, 3, SIDE, SIDE]) });
    return [out[session.outputNames[0]!]!.data, out[session.outputNames[1]!]!.data] as [Float32Array, Float32Array];
  };
}

// watch looks at a playing video until the signal is aborted, every so many ms and more
// seldom where a look is slow.
export async function watch(
  video: HTMLVideoElement,
  tell: (s: Seen) => void,
  signal: AbortSignal,
  every = 200,
): Promise<void> {
  const run = await load();
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const g = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
  const input = new Float32Array(3 * SIDE * SIDE);
  const rate = new Rate();
  const shake = new Shake();

  const count = (_: number, meta: VideoFrameCallbackMetadata) => {
    rate.add(meta.mediaTime);
    if (!signal.aborted) video.requestVideoFrameCallback(count);
  };
  if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(count);

  while (!signal.aborted) {
    const begun = performance.now();
    const { videoWidth: w, videoHeight: h } = video;
    if (w && h && video.readyState >= 2 && !document.hidden) {
      const q = wholeSquare(w, h);
      const k = SIDE / q.side;
      g.fillStyle = "#000";
      g.fillRect(0, 0, SIDE, SIDE);
      g.imageSmoothingQuality = "medium";
      g.drawImage(video, (SIDE - w * k) / 2, (SIDE - h * k) / 2, w * k, h * k);
      const { data } = g.getImageData(0, 0, SIDE, SIDE);
      toInput(data, input);
      const [boxes, scores] = await run(input);
      const found = faces(boxes, scores, q);
      const face = found[0];
      shake.add(begun / 1000, face);
      const at = (x: number, y: number) => [(x - q.x) / q.side + 0.5, (y - q.y) / q.side + 0.5] as const;
      const light = face
        ? (() => {
            const [x0, y0] = at(face.x - face.w / 2, face.y - face.h / 2);
            const [x1, y1] = at(face.x + face.w / 2, face.y + face.h / 2);
            const [px0, py0] = at(0, 0);
            const [px1, py1] = at(w, h);
            return measureLight(data, SIDE, { x0, y0, x1, y1 }, { x0: px0, y0: py0, x1: px1, y1: py1 });
          })()
        : null;
      if (signal.aborted) return;
      tell({
        checks: check({ width: w, height: h, faces: found, light, rate: rate.value(), shake: shake.value() }),
        face: face ?? null,
        width: w,
        height: h,
      });
    }
    await new Promise((r) => setTimeout(r, Math.max(every / 2, every - (performance.now() - begun))));
  }
}
