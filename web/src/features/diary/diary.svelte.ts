// The diary as the page sees it: what is on this device, brought to the server
// whenever there is one.
import { call, Problem } from "../../api";
import { change, running, type Entry, type EntryOf } from "./entry";
import { Diary, type Server } from "./store";

const server: Server = {
  sync: (person, entries, since) => call("POST", `/people/${person}/sync`, { body: { entries, since } }),
};

export type SyncState = "idle" | "syncing" | "offline" | "refused";

const every = 5 * 60_000;

export class DiaryState {
  entries = $state.raw<Entry[]>([]);
  waiting = $state(0);
  state = $state<SyncState>("idle");
  loaded = $state(false);
  problem = $state("");
  aheadS = $state(0);
  readonly person: string;
  #diary: Diary;

  constructor(person: string, account: string | null) {
    this.person = person;
    this.#diary = new Diary(`facialis-diary-${account ?? "local"}`);
  }

  get running(): EntryOf<"attack"> | undefined {
    return running(this.entries);
  }

  // start reads what is here, then syncs now and whenever there is a reason to.
  start(): () => void {
    void this.#read().then(() => this.sync());
    const wake = () => {
      if (document.visibilityState === "visible") void this.sync();
    };
    const off = () => (this.state = "offline");
    addEventListener("online", wake);
    addEventListener("offline", off);
    document.addEventListener("visibilitychange", wake);
    const timer = setInterval(wake, every);
    return () => {
      removeEventListener("online", wake);
      removeEventListener("offline", off);
      document.removeEventListener("visibilitychange", wake);
      clearInterval(timer);
    };
  }

  async #read(): Promise<void> {
    this.entries = await this.#diary.list(this.person);
    this.waiting = await this.#diary.waiting(this.person);
    this.loaded = true;
  }

  async save(entry: Entry): Promise<void> {
    await this.#diary.put(this.person, $state.snapshot(entry) as Entry);
    await this.#read();
    void this.sync();
  }

  remove(entry: Entry): Promise<void> {
    return this.save(change(entry, { deleted: true }));
  }

  // restore undoes a removal: the entry as it was, changed last.
  restore(entry: Entry): Promise<void> {
    const gone = change(entry, { deleted: true });
    return this.save(change(gone, { deleted: false }));
  }

  async sync(): Promise<void> {
    if (!navigator.onLine) {
      this.state = "offline";
      return;
    }
    this.state = "syncing";
    try {
      await this.#diary.sync(this.person, server);
      this.state = "idle";
      this.aheadS = this.#diary.aheadS;
      this.problem = "";
    } catch (e) {
      const refused = e instanceof Problem && !e.offline;
      this.state = refused ? "refused" : "offline";
      this.problem = refused ? e.message : "";
    }
    await this.#read();
  }

  // forget takes the diary off this device.
  async forget(): Promise<void> {
    await this.#diary.forget(this.person);
    await this.#read();
  }
}
