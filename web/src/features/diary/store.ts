// The diary on this device. Entries are written here first and brought to the
// server when there is one; what has not arrived there yet is marked.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { merge, type Entry } from "./entry";

interface Row {
  id: string;
  person: string;
  waiting: 0 | 1; // 1: the server does not have this state yet
  entry: Entry;
}

interface Schema extends DBSchema {
  entries: { key: [string, string]; value: Row; indexes: { person: string; waiting: [string, number] } };
  since: { key: string; value: string };
}

export interface Server {
  // sync sends entries and returns those changed since; null asks for all.
  sync(
    person: string,
    entries: Entry[],
    since: string | null,
  ): Promise<{ entries: Entry[]; server_time: string; ahead_s?: number; more?: boolean }>;
}

const batch = 200;

export class Diary {
  #db: Promise<IDBPDatabase<Schema>>;
  #syncing = new Map<string, Promise<void>>();
  #again = new Set<string>();
  aheadS = 0; // by how much this device's clock is ahead, as the server said last

  constructor(name: string) {
    this.#db = openDB<Schema>(name, 1, {
      upgrade(db) {
        const entries = db.createObjectStore("entries", { keyPath: ["person", "id"] });
        entries.createIndex("person", "person");
        entries.createIndex("waiting", ["person", "waiting"]);
        db.createObjectStore("since");
      },
    });
  }

  // list gives a person's entries that are not deleted, the latest first.
  async list(person: string): Promise<Entry[]> {
    const rows = await (await this.#db).getAllFromIndex("entries", "person", person);
    return rows
      .map((r) => r.entry)
      .filter((e) => !e.deleted)
      .sort((a, b) => b.at.localeCompare(a.at));
  }

  async waiting(person: string): Promise<number> {
    return (await this.#db).countFromIndex("entries", "waiting", [person, 1]);
  }

  async put(person: string, entry: Entry): Promise<void> {
    await (await this.#db).put("entries", { id: entry.id, person, waiting: 1, entry });
  }

  // sync brings the two sides together. Calls that meet share one run, and what
  // was written while it ran goes in another right after.
  sync(person: string, server: Server): Promise<void> {
    const running = this.#syncing.get(person);
    if (running) {
      this.#again.add(person);
      return running;
    }
    const run = (async () => {
      do {
        this.#again.delete(person);
        await this.#once(person, server);
      } while (this.#again.has(person));
    })().finally(() => this.#syncing.delete(person));
    this.#syncing.set(person, run);
    return run;
  }

  async #once(person: string, server: Server): Promise<void> {
    const db = await this.#db;
    let mine = await db.getAllFromIndex("entries", "waiting", [person, 1]);
    let more: boolean; // the server has more to bring
    do {
      const part = mine.slice(0, batch);
      mine = mine.slice(batch);
      const since = (await db.get("since", person)) ?? null;
      const got = await server.sync(
        person,
        part.map((r) => ({ ...r.entry, others: [] })),
        since,
      );
      more = got.more ?? false;
      if (part.length) this.aheadS = got.ahead_s ?? 0;

      const tx = db.transaction(["entries", "since"], "readwrite");
      const entries = tx.objectStore("entries");
      for (const sent of part) {
        const now = await entries.get([person, sent.id]);
        // Changed again meanwhile: that state still waits.
        if (now && now.entry.updated_at === sent.entry.updated_at) await entries.put({ ...now, waiting: 0 });
      }
      const here = new Map<string, Entry>();
      const waits = new Set<string>();
      const mineSent = new Map(part.map((r) => [r.id, r.entry]));
      for (const e of got.entries) {
        const row = await entries.get([person, e.id]);
        if (!row) continue;
        here.set(e.id, row.entry);
        if (!row.waiting) continue;
        waits.add(e.id);
        // Changed again while it was sent: the server has the state that this one
        // was made from, unless somebody else's stands beside it.
        if (mineSent.get(e.id)?.updated_at === e.updated_at && !e.others?.length)
          await entries.put({ ...row, entry: { ...row.entry, version: e.version } });
      }
      for (const e of merge(here, got.entries, waits)) await entries.put({ id: e.id, person, waiting: 0, entry: e });
      await tx.objectStore("since").put(got.server_time, person);
      await tx.done;
    } while (mine.length > 0 || more);
  }

  // forget takes everything of a person off this device, also what has not
  // reached the server.
  async forget(person: string): Promise<void> {
    const tx = (await this.#db).transaction(["entries", "since"], "readwrite");
    let cursor = await tx.objectStore("entries").index("person").openCursor(person);
    while (cursor) {
      await cursor.delete();
      cursor = await cursor.continue();
    }
    await tx.objectStore("since").delete(person);
    await tx.done;
  }

  async close(): Promise<void> {
    (await this.#db).close();
  }
}
