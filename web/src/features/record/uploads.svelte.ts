// The recordings that are on their way to the server, for the whole app: they
// go on while other pages are looked at, and at the next visit.
import { call, Problem } from "../../api";
import { Takes, type Take } from "./takes";
import { Offline, Refused, send, type Server, type Upload } from "./upload";

async function ask<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (e) {
    if (e instanceof Problem) throw e.offline ? new Offline() : new Refused(e.status, e.message);
    throw e;
  }
}

export const server: Server = {
  create: (t) =>
    ask(() =>
      call<Upload>("POST", "/uploads", {
        body: {
          person_id: t.person_id,
          size: t.size,
          type: t.type,
          recorded_at: t.recorded_at,
          mirrored: t.mirrored,
          face: null,
          protocol: t.protocol,
          tasks: t.tasks,
          label: t.label,
          consent: t.consent ?? null,
          night: t.night ?? null,
          client_id: t.id,
        },
      }),
    ),
  find: (id) =>
    ask(() => call<Upload>("GET", `/uploads/${id}`)).catch((e) => {
      if (e instanceof Refused && e.status === 404) return null;
      throw e;
    }),
  put: (id, offset, data) =>
    ask(() => call<Upload>("PUT", `/uploads/${id}`, { query: { offset }, body: data }))
      .then((u) => u.offset)
      .catch(async (e) => {
        if (!(e instanceof Refused) || e.status !== 409) throw e;
        return (await ask(() => call<Upload>("GET", `/uploads/${id}`))).offset;
      }),
  finish: (id) => ask(() => call<{ id: string }>("POST", `/uploads/${id}/finish`)),
};

export interface Sending {
  take: Take;
  sent: number;
  waiting: boolean;
  problem: string;
  recording: string | null; // arrived
}

class Uploads {
  list = $state.raw<Sending[]>([]);
  unfinished = $state.raw<Take[]>([]); // of the camera, never closed
  #takes: Takes | null = null;
  #busy = new Set<string>();
  #stop = new Map<string, AbortController>();

  get takes(): Takes {
    return (this.#takes ??= new Takes());
  }

  // look finds what earlier visits left and goes on with it. Takes that a tab
  // is just recording hold a lock and are left alone.
  async look(): Promise<void> {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map((l) => l.name));
    const all = await this.takes.all();
    this.unfinished = all.filter((t) => !t.closed && !held.has(`take-${t.id}`));
    for (const t of this.unfinished) if (t.size === 0) await this.drop(t.id);
    for (const t of all) if (t.closed) void this.go(t);
  }

  #set(id: string, change: Partial<Sending>): void {
    this.list = this.list.map((s) => (s.take.id === id ? { ...s, ...change } : s));
  }

  // go sends one closed take; of several tabs only one does.
  async go(take: Take): Promise<void> {
    if (this.#busy.has(take.id)) return;
    this.#busy.add(take.id);
    this.list = [
      ...this.list.filter((s) => s.take.id !== take.id),
      { take, sent: take.sent, waiting: false, problem: "", recording: null },
    ];
    const stop = new AbortController();
    this.#stop.set(take.id, stop);
    const run = async () => {
      const fresh = await this.takes.get(take.id);
      if (!fresh) return this.#forget(take.id); // another tab has sent it
      try {
        const recording = await send(fresh, this.takes, server, {
          signal: stop.signal,
          progress: (p) => this.#set(take.id, { sent: p.sent, waiting: p.waiting, problem: "" }),
        });
        await this.takes.drop(take.id);
        this.#set(take.id, { recording, sent: take.size, waiting: false });
      } catch (e) {
        if (!stop.signal.aborted)
          this.#set(take.id, { problem: e instanceof Error ? e.message : String(e), waiting: false });
      }
    };
    try {
      await (navigator.locks ? navigator.locks.request(`upload-${take.id}`, { signal: stop.signal }, run) : run());
    } catch (e) {
      if (!stop.signal.aborted) throw e;
    } finally {
      this.#busy.delete(take.id);
      this.#stop.delete(take.id);
    }
  }

  // close ends an unfinished take and sends what there is of it.
  async close(id: string, change: Partial<Take> = {}): Promise<void> {
    const take = await this.takes.patch(id, { ...change, closed: true });
    this.unfinished = this.unfinished.filter((t) => t.id !== id);
    if (take) void this.go(take);
  }

  async drop(id: string): Promise<void> {
    this.#stop.get(id)?.abort();
    const take = await this.takes.get(id);
    await this.takes.drop(id);
    this.#forget(id);
    if (take?.upload_id) await call("DELETE", `/uploads/${take.upload_id}`).catch(() => undefined); // the server clears what is left lying
  }

  #forget(id: string): void {
    this.unfinished = this.unfinished.filter((t) => t.id !== id);
    this.list = this.list.filter((s) => s.take.id !== id);
  }
}

export const uploads = new Uploads();
