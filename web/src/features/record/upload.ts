// Sending a take to the server in chunks. A dropped connection is waited out, a
// chunk that arrived but whose answer was lost is not sent again, and an upload
// begun in another visit goes on where the server says it stands.

import { upload as t } from "../../lib/strings/record";
import type { Take } from "./takes";

export interface Upload {
  id: string;
  offset: number;
  size: number;
}

// What the uploader needs of the server. Each throws Offline if there was no
// answer, and Refused with the status if there was a bad one.
export interface Server {
  create(take: Take): Promise<Upload>;
  find(id: string): Promise<Upload | null>; // null: the server knows it no more
  put(id: string, offset: number, data: Blob): Promise<number>; // the new offset; on 409 the true one
  finish(id: string): Promise<{ id: string }>;
}

export interface Source {
  read(id: string, from: number, length: number): Promise<Blob>;
  patch(id: string, change: Partial<Take>): Promise<Take | undefined>;
}

export class Offline extends Error {}

export class Refused extends Error {
  status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Progress {
  sent: number;
  size: number;
  waiting: boolean; // for the connection
}

export interface Options {
  chunk?: number; // bytes, at most 8 MiB
  wait?: (tries: number, signal?: AbortSignal) => Promise<void>;
  signal?: AbortSignal;
  progress?: (p: Progress) => void;
}

// pause is how long to wait after a number of failures in a row: 1, 2, 4 … 30
// seconds, cut short as soon as the browser says it is online.
export function pause(tries: number, signal?: AbortSignal): Promise<void> {
  const ms = Math.min(30_000, 1000 * 2 ** (tries - 1));
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      signal?.removeEventListener("abort", stop);
      resolve();
    };
    const stop = () => {
      end();
      reject(signal!.reason);
    };
    const timer = setTimeout(end, ms);
    addEventListener("online", end);
    signal?.addEventListener("abort", stop);
  });
}

// send brings a closed take to the server and returns the recording's id. It
// throws Refused if the server does not want it, and the signal's reason if it
// was stopped; both leave the take as it is.
export async function send(take: Take, source: Source, server: Server, o: Options = {}): Promise<string> {
  const chunk = o.chunk ?? 2 << 20;
  const wait = o.wait ?? pause;
  let tries = 0;
  let up: Upload | null = null;
  const tell = (waiting: boolean) => o.progress?.({ sent: up?.offset ?? take.sent, size: take.size, waiting });

  for (;;) {
    o.signal?.throwIfAborted();
    try {
      if (!up && take.upload_id) up = await server.find(take.upload_id);
      if (!up) {
        up = await server.create(take);
        take.upload_id = up.id;
        await source.patch(take.id, { upload_id: up.id });
      }
      tell(false);
      while (up.offset < take.size) {
        o.signal?.throwIfAborted();
        const data = await source.read(take.id, up.offset, chunk);
        if (data.size === 0) throw new Refused(0, t.partMissing);
        up.offset = await server.put(up.id, up.offset, data);
        tries = 0;
        take.sent = up.offset;
        await source.patch(take.id, { sent: up.offset });
        tell(false);
      }
      const recording = await server.finish(up.id);
      return recording.id;
    } catch (e) {
      const passing = e instanceof Offline || (e instanceof Refused && (e.status === 429 || e.status >= 502));
      if (e instanceof Refused && e.status === 404 && up && tries < 3) {
        // The server threw the upload away; begin it again.
        up = null;
        take.upload_id = null;
        tries++;
        continue;
      }
      if (!passing) throw e;
      up = null; // ask again where it stands
      tries++;
      tell(true);
      await wait(tries, o.signal);
    }
  }
}
