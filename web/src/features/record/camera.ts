// The camera and the recorder. The picture is never mirrored in the file; only
// the preview is, by the page's style.

import { camera as t } from "../../lib/strings/record";

export interface Device {
  id: string;
  name: string;
}

// formats in the order of preference: MP4 carries exact times and a length,
// WebM only milliseconds and none.
const formats = [
  "video/mp4;codecs=avc1.640028",
  "video/mp4;codecs=avc1",
  "video/mp4",
  "video/webm;codecs=vp9",
  "video/webm;codecs=vp8",
  "video/webm",
];

export function format(supported: (type: string) => boolean = (t) => MediaRecorder.isTypeSupported(t)): string | null {
  return formats.find(supported) ?? null;
}

// able says whether this browser can film here, and if not, why in plain words.
export function able(): string | null {
  if (!window.isSecureContext) return t.insecure;
  if (!navigator.mediaDevices?.getUserMedia || typeof MediaRecorder === "undefined" || !format()) return t.unable;
  return null;
}

// open asks for the camera: 1280 × 720 and sixty pictures a second where the camera has
// them; a twitch may be over in 40 ms.
export async function open(device: string | null): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: {
      ...(device ? { deviceId: { exact: device } } : { facingMode: "user" }),
      width: { ideal: 1280 },
      height: { ideal: 720 },
      frameRate: { ideal: 60 },
    },
  });
}

export async function devices(): Promise<Device[]> {
  const list = await navigator.mediaDevices.enumerateDevices();
  return list
    .filter((d) => d.kind === "videoinput" && d.deviceId)
    .map((d, i) => ({ id: d.deviceId, name: d.label || t.nth(i + 1) }));
}

// trouble puts a camera's refusal into words.
export function trouble(e: unknown): string {
  switch (e instanceof DOMException ? e.name : "") {
    case "NotAllowedError":
      return t.forbidden;
    case "NotFoundError":
    case "OverconstrainedError":
      return t.none;
    case "NotReadableError":
      return t.busy;
  }
  return t.failed;
}

export interface Recording {
  readonly type: string;
  pause(): void;
  resume(): void;
  stop(): Promise<void>; // after the last chunk was parked
}

// record writes the stream in chunks of a second. Park gets them in their
// order; begun is called when the recorder's own time starts. A failure of
// either ends the recording and is told.
export function record(
  stream: MediaStream,
  park: (chunk: Blob) => Promise<void>,
  begun: () => void,
  failed: (e: unknown) => void,
): Recording {
  const type = format()!;
  const recorder = new MediaRecorder(stream, { mimeType: type, videoBitsPerSecond: 6_000_000 });
  let queue = Promise.resolve();
  let ended!: () => void;
  const end = new Promise<void>((resolve) => (ended = resolve));
  recorder.ondataavailable = (e) => {
    if (e.data.size === 0) return;
    queue = queue
      .then(() => park(e.data))
      .catch((error) => {
        if (recorder.state !== "inactive") recorder.stop();
        failed(error);
      });
  };
  recorder.onstart = begun;
  recorder.onerror = (e) => failed((e as ErrorEvent).error ?? e);
  recorder.onstop = () => void queue.then(ended);
  recorder.start(1000);
  return {
    type: recorder.mimeType || type,
    pause: () => recorder.state === "recording" && recorder.pause(),
    resume: () => recorder.state === "paused" && recorder.resume(),
    stop: () => {
      if (recorder.state !== "inactive") recorder.stop();
      return end;
    },
  };
}
