// One recording from its start to the moment it is handed over: recorder,
// clock, guide and the parked chunks.
import { ulid } from "../../lib/ulid";
import { record, type Recording } from "./camera";
import { Clock, Guide, type Moment, type Protocol, type TaskTime } from "./protocol";
import { Warner, type Pressing } from "./framing";
import { framing } from "../../lib/strings/record";
import type { Seen } from "./watch";
import { uploads } from "./uploads.svelte";
import type { Consent } from "./takes";
import { Voice } from "./voice";

export class Session {
  readonly id = ulid();
  readonly protocol: Protocol | null;
  readonly voice = new Voice();
  moment = $state.raw<Moment | null>(null);
  seconds = $state(0);
  paused = $state(false);
  over = $state(false); // by itself: the protocol's end, or a failure
  problem = $state("");
  left = $state(0); // s to the end of the protocol
  warning = $state.raw<Pressing | null>(null); // what is wrong with the picture just now
  seen = $state.raw<Seen | null>(null);
  looks = 0; // at the picture while the recorder ran
  faces = 0; // of them with a face
  #warner = new Warner();
  #warned = -Infinity; // when a warning was spoken last, s
  #clock = new Clock(() => performance.now());
  #guide: Guide | null;
  #recording: Recording | null = null;
  #stopped: Promise<void> | null = null;
  #release: () => void = () => undefined;
  #said = "";
  #cue = -1;
  #beeps = 0;

  private constructor(protocol: Protocol | null, muted: boolean) {
    this.protocol = protocol;
    this.voice.muted = muted;
    this.#guide = protocol ? new Guide(protocol, this.#clock) : null;
  }

  static async begin(
    person: string,
    protocol: Protocol | null,
    stream: MediaStream,
    muted: boolean,
    consent: Consent,
  ): Promise<Session> {
    const s = new Session(protocol, muted);
    s.voice.wake();
    const now = new Date().toISOString();
    await uploads.takes.begin({
      id: s.id,
      person_id: person,
      kind: "camera",
      type: "video/mp4",
      started_at: now,
      recorded_at: now,
      protocol: protocol?.id ?? null,
      tasks: [],
      mirrored: false,
      label: "",
      consent,
    });
    // The lock tells other tabs that this take is not left over.
    await new Promise<void>((held) => {
      if (!navigator.locks) return held();
      void navigator.locks.request(`take-${s.id}`, () => {
        held();
        return new Promise<void>((release) => (s.#release = release));
      });
    });
    // The browser shall not clear the chunks when room gets short.
    void navigator.storage?.persist?.();
    s.#recording = record(
      stream,
      async (chunk) => {
        await uploads.takes.add(s.id, chunk);
        // The tasks so far go along, for the case that the tab is closed.
        await uploads.takes.patch(s.id, { tasks: s.tasks });
      },
      () => s.#clock.run(),
      (e) => {
        s.problem = e instanceof Error ? e.message : String(e);
        s.over = true;
      },
    );
    await uploads.takes.patch(s.id, { type: s.#recording.type.split(";")[0] });
    return s;
  }

  get tasks(): TaskTime[] {
    return this.#guide?.tasks ?? [];
  }

  // tick carries the guide on, and speaks; called some ten times a second.
  tick(): void {
    if (this.#stopped) return;
    this.seconds = this.#clock.seconds();
    this.left = this.#guide?.left() ?? 0;
    if (!this.#guide || !this.#clock.running) return;
    const m = this.#guide.tick();
    this.moment = m;
    if (m.phase === "done") {
      this.over = true;
      return;
    }
    const said = `${m.index} ${m.phase}`;
    if (said !== this.#said) {
      this.#said = said;
      this.#cue = -1;
      this.#beeps = 0;
      if (m.phase === "ready") this.voice.say(m.step!.voice);
      else if (!m.step!.beep_s && !m.cue) this.voice.beep();
    }
    if (m.phase === "do" && m.cue && m.cue.n !== this.#cue) {
      this.#cue = m.cue.n;
      this.voice.beep(m.cue.n % 2 === 0);
      this.voice.say(m.cue.text);
    }
    if (m.phase === "do" && m.step!.beep_s) {
      const n = Math.floor((m.part * m.step!.seconds) / m.step!.beep_s) + 1;
      if (n > this.#beeps) {
        this.#beeps = n;
        this.voice.beep();
      }
    }
  }

  // look takes what the live look at the picture sees: what has been wrong for a second
  // is shown, and spoken at most every six.
  look(seen: Seen): void {
    this.seen = seen;
    if (this.paused || this.over) return;
    this.looks++;
    if (seen.face) this.faces++;
    const now = performance.now() / 1000;
    const wrong = this.#warner.add(now, seen.checks);
    if (wrong && wrong !== this.warning && now - this.#warned > 6) {
      this.#warned = now;
      this.voice.say(framing.warn[wrong]);
    }
    this.warning = wrong;
  }

  pause(): void {
    this.#recording?.pause();
    this.#clock.hold();
    this.voice.hush();
    this.paused = true;
  }

  resume(): void {
    this.#recording?.resume();
    this.#clock.run();
    this.paused = false;
  }

  skip(): void {
    this.#guide?.skip();
    this.#said = "";
    this.tick();
  }

  again(): void {
    this.#guide?.again();
    this.#said = "";
    this.tick();
  }

  // stop ends the recorder; the last chunk is parked when it returns.
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#guide?.stop();
      this.seconds = this.#clock.seconds();
      this.#clock.hold();
      this.voice.close();
      await this.#recording?.stop();
      await uploads.takes.patch(this.id, { tasks: this.tasks });
      this.#release();
    })();
    return this.#stopped;
  }

  // hand gives the take to the uploads, which send it.
  async hand(label: string): Promise<void> {
    await this.stop();
    await uploads.close(this.id, { label, tasks: this.tasks });
  }
}
