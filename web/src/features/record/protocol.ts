// A guided recording as a row of steps, and the clock by which it runs. The
// clock is the recorder's: what is paused does not count, so that a step's
// times are times in the file.

export interface Step {
  task: string;
  seconds: number;
  screen: string;
  voice: string;
  repeat?: number;
  beep_s?: number;
  why: string;
}

export interface Protocol {
  id: string;
  title: string;
  setup: string[];
  tasks: Step[];
}

export interface TaskTime {
  task: string;
  from_s: number;
  to_s: number;
}

// Clock counts the seconds that a recorder has written.
export class Clock {
  #now: () => number; // ms
  #startedAt: number | null = null;
  #before = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  run(): void {
    this.#startedAt ??= this.#now();
  }

  hold(): void {
    if (this.#startedAt === null) return;
    this.#before += this.#now() - this.#startedAt;
    this.#startedAt = null;
  }

  get running(): boolean {
    return this.#startedAt !== null;
  }

  seconds(): number {
    return (this.#before + (this.#startedAt === null ? 0 : this.#now() - this.#startedAt)) / 1000;
  }
}

// What the guide shows at one moment.
export interface Moment {
  index: number; // of the step; equal to the number of steps when all is done
  step: Step | null;
  next: Step | null;
  phase: "ready" | "do" | "done"; // ready: the prompt is read, the countdown runs
  left: number; // seconds to the end of the phase, rounded up
  part: number; // of the phase, 0..1
  cue: { n: number; text: string } | null; // what to do just now, in a step with repeats
}

// cueAt is what is to be done at a time of a step with repeats: the sentences of
// its voice in turn ("Smile." "And let go."), each for its share of a round.
export function cueAt(step: Step, t: number): { n: number; text: string } | null {
  if (!step.repeat) return null;
  const sentences = step.voice.split(/(?<=[.!?])\s+/);
  const each = step.seconds / step.repeat / sentences.length;
  const n = Math.min(Math.floor(t / each + 1e-9), step.repeat * sentences.length - 1);
  return { n, text: sentences[n % sentences.length]! };
}

// Guide walks through the steps by a recorder's clock. Before each step there
// are a few seconds in which the prompt is shown and spoken; they are recorded
// too but belong to no task.
export class Guide {
  readonly protocol: Protocol;
  readonly lead: number;
  tasks: TaskTime[] = [];
  #clock: Clock;
  #index = 0;
  #from = 0; // where the present phase began, by the clock
  #phase: "ready" | "do" | "done" = "ready";

  constructor(protocol: Protocol, clock: Clock, lead = 5) {
    this.protocol = protocol;
    this.lead = lead;
    this.#clock = clock;
    this.#from = clock.seconds();
  }

  get index(): number {
    return this.#index;
  }

  // tick carries on from phase to phase and returns the moment.
  tick(): Moment {
    const t = this.#clock.seconds();
    for (;;) {
      const step = this.protocol.tasks[this.#index];
      if (!step) {
        this.#phase = "done";
        break;
      }
      const length = this.#phase === "ready" ? this.lead : step.seconds;
      if (t - this.#from < length) break;
      this.#from += length;
      if (this.#phase === "ready") this.#phase = "do";
      else {
        this.#end(this.#from, step.seconds);
        this.#index++;
        this.#phase = "ready";
      }
    }
    return this.moment(t);
  }

  moment(t = this.#clock.seconds()): Moment {
    const step = this.protocol.tasks[this.#index] ?? null;
    const length = !step ? 0 : this.#phase === "ready" ? this.lead : step.seconds;
    const gone = Math.min(length, Math.max(0, t - this.#from));
    return {
      index: this.#index,
      step,
      next: this.protocol.tasks[this.#index + (this.#phase === "ready" ? 0 : 1)] ?? null,
      phase: this.#phase,
      left: Math.ceil(length - gone - 1e-9),
      part: length ? gone / length : 1,
      cue: step && this.#phase === "do" ? cueAt(step, gone) : null,
    };
  }

  // left is how long the rest takes, s, prompts included.
  left(): number {
    const t = this.#clock.seconds();
    const rest = this.protocol.tasks.slice(this.#index);
    const whole = rest.reduce((s, x) => s + x.seconds + this.lead, 0);
    const gone = t - this.#from + (this.#phase === "do" ? this.lead : 0);
    return rest.length ? Math.max(0, whole - gone) : 0;
  }

  #end(at: number, seconds: number): void {
    const from = Math.max(0, at - seconds);
    this.tasks.push({ task: this.protocol.tasks[this.#index]!.task, from_s: round(from), to_s: round(at) });
  }

  // skip leaves the step. What was done of it, if at least two seconds, is kept
  // as a task.
  skip(): void {
    const t = this.#clock.seconds();
    if (this.#phase === "do" && t - this.#from >= 2) this.#end(t, t - this.#from);
    this.#move(this.#index + 1, t);
  }

  // again starts the step from its beginning; the earlier try is not kept. In the first
  // seconds of a step it goes back to the one before.
  again(): void {
    const t = this.#clock.seconds();
    this.#move(this.#phase === "ready" && this.#index > 0 ? this.#index - 1 : this.#index, t);
  }

  // stop ends the recording now, wherever it is.
  stop(): void {
    const t = this.#clock.seconds();
    if (this.#phase === "do" && t - this.#from >= 2) this.#end(t, t - this.#from);
    this.#index = this.protocol.tasks.length;
    this.#phase = "done";
  }

  #move(index: number, t: number): void {
    if (index < this.#index) {
      const task = this.protocol.tasks[index]!.task;
      if (this.tasks.at(-1)?.task === task) this.tasks.pop();
    }
    this.#index = index;
    this.#from = t;
    this.#phase = index >= this.protocol.tasks.length ? "done" : "ready";
  }
}

const round = (x: number) => Math.round(x * 1000) / 1000;

// length of the whole recording in seconds, prompts included.
export function length(p: Protocol, lead = 5): number {
  return p.tasks.reduce((s, t) => s + t.seconds + lead, 0);
}

export function minutes(seconds: number): string {
  const m = Math.floor(seconds / 60);
  const s = Math.round(seconds % 60);
  return `${m}:${String(s).padStart(2, "0")}`;
}
