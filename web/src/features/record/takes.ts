// Recordings that are not yet on the server, parked in the browser: every chunk
// as soon as the recorder gives it, so that a closed tab loses nothing.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { TaskTime } from "./protocol";

// Take is one recording, or one chosen file, on its way to the server. Its id
// is the upload's client_id: sent twice, it is still one recording.
export interface Take {
  id: string;
  person_id: string;
  kind: "camera" | "file";
  type: string; // MIME type
  started_at: string; // RFC 3339; also recorded_at of a camera's take
  recorded_at: string | null;
  protocol: string | null;
  tasks: TaskTime[];
  mirrored: boolean | null;
  label: string;
  consent?: Consent | null; // left out in takes of older versions
  night?: NightFilm | null; // of the film of a night
  size: number; // bytes parked
  chunks: number;
  closed: boolean; // the recorder ended, or the file is whole
  upload_id: string | null;
  sent: number; // bytes that the server has
}

/** What was allowed for a recording. */
export interface Consent {
  keep: boolean;
  research: boolean;
  by: "self" | "guardian" | "clinician";
  at: string;
}

/** Who may look at the film of a night, and what is kept of it. */
export interface NightFilm {
  look: "self" | "clinic" | "named";
  name: string;
  keep: "moments" | "all";
}

interface Schema extends DBSchema {
  takes: { key: string; value: Take };
  chunks: { key: [string, number]; value: { take: string; n: number; at: number; data: Blob } };
}

export class Takes {
  #db: Promise<IDBPDatabase<Schema>>;

  constructor(name = "facialis-recordings") {
    this.#db = openDB<Schema>(name, 1, {
      upgrade(db) {
        db.createObjectStore("takes", { keyPath: "id" });
        db.createObjectStore("chunks", { keyPath: ["take", "n"] });
      },
    });
  }

  async begin(take: Omit<Take, "size" | "chunks" | "closed" | "upload_id" | "sent">): Promise<Take> {
    const full: Take = { ...take, size: 0, chunks: 0, closed: false, upload_id: null, sent: 0 };
    await (await this.#db).put("takes", full);
    return full;
  }

  // add parks one more chunk; the take's count and the chunk are written
  // together or not at all.
  async add(id: string, data: Blob): Promise<void> {
    const tx = (await this.#db).transaction(["takes", "chunks"], "readwrite");
    const take = await tx.objectStore("takes").get(id);
    if (take) {
      await tx.objectStore("chunks").put({ take: id, n: take.chunks, at: take.size, data });
      take.chunks++;
      take.size += data.size;
      await tx.objectStore("takes").put(take);
    }
    await tx.done;
  }

  async patch(id: string, change: Partial<Take>): Promise<Take | undefined> {
    const tx = (await this.#db).transaction("takes", "readwrite");
    const take = await tx.store.get(id);
    if (take) await tx.store.put(Object.assign(take, change));
    await tx.done;
    return take;
  }

  async get(id: string): Promise<Take | undefined> {
    return (await this.#db).get("takes", id);
  }

  // all lists the takes, the oldest first.
  async all(): Promise<Take[]> {
    return (await (await this.#db).getAll("takes")).sort((a, b) => a.started_at.localeCompare(b.started_at));
  }

  // read gives length bytes from an offset, or fewer at the end.
  async read(id: string, from: number, length: number): Promise<Blob> {
    const db = await this.#db;
    const parts: Blob[] = [];
    let cursor = await db.transaction("chunks").store.openCursor(IDBKeyRange.bound([id, 0], [id, Infinity]));
    while (cursor) {
      const { at, data } = cursor.value;
      if (at >= from + length) break;
      if (at + data.size > from)
        parts.push(data.slice(Math.max(0, from - at), Math.min(data.size, from + length - at)));
      cursor = await cursor.continue();
    }
    return new Blob(parts);
  }

  async whole(id: string): Promise<Blob> {
    const take = await this.get(id);
    return new Blob([await this.read(id, 0, Infinity)], { type: take?.type ?? "" });
  }

  async drop(id: string): Promise<void> {
    const tx = (await this.#db).transaction(["takes", "chunks"], "readwrite");
    await tx.objectStore("takes").delete(id);
    await tx.objectStore("chunks").delete(IDBKeyRange.bound([id, 0], [id, Infinity]));
    await tx.done;
  }
}
