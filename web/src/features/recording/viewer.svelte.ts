// What the parts of a recording's page share: the moment, the stretch that is
// looked at, the events and what is done to them.
import { get, post } from "../../api";
import {
  sideKnown,
  type Analysis,
  type CorrectedEvent,
  type Correction,
  type Edit,
  type Events,
  type Kind,
  type Measures,
  type Recording,
} from "../../lib/types";
import { Frames } from "./frames";

export const speeds = [0.1, 0.25, 0.5, 1, 1.5, 2] as const;
const least = 0.2; // s, of a view

/** What is shown from the start; other movements are folded. */
export const contractions: readonly Kind[] = ["spasm", "synkinesis"];

export class Viewer {
  recording = $state.raw<Recording>() as Recording;
  analysis = $state.raw<Analysis>() as Analysis;
  events = $state.raw<CorrectedEvent[]>([]);
  corrections = $state(0);
  measures = $state.raw<Measures | null>(null);
  history = $state.raw<Correction[] | null>(null);

  t = $state(0);
  playing = $state(false);
  speed = $state(1);
  from = $state(0);
  to = $state(1);
  chosen = $state<string | null>(null);
  shown = $state<Kind[]>([...contractions]);
  /** Degrees clockwise by which the picture is turned on the page. */
  turn = $state(0);
  busy = $state(false);
  error = $state.raw<unknown>(null);

  duration: number;
  frames: Frames;
  video: HTMLVideoElement | null = null;

  constructor(recording: Recording, analysis: Analysis, events: Events, measures: Measures | null) {
    this.recording = recording;
    this.analysis = analysis;
    this.take(events);
    this.measures = measures;
    this.duration = Math.max(0.1, analysis.recording.duration_s);
    this.to = this.duration;
    this.frames = new Frames(recording.id, this.duration);
    this.turn = analysis.recording.turned_deg ?? 0;
    // The first spasm is what people come for; without one the video begins at its start.
    const first = this.events.find((e) => e.kind === "spasm" && e.status !== "rejected");
    if (first) [this.chosen, this.t] = [first.id, Math.max(0, first.onset_s)];
  }

  private take(e: Events) {
    this.events = e.events;
    this.corrections = e.corrections;
  }

  /** Whether right and left can be told apart. */
  sided = $derived(sideKnown(this.analysis));
  visible = $derived(this.events.filter((e) => this.shown.includes(e.kind)));
  event = $derived(this.events.find((e) => e.id === this.chosen) ?? null);

  seek(t: number) {
    this.t = Math.max(0, Math.min(this.duration, t));
    if (this.video) this.video.currentTime = this.t;
    this.keep(this.t);
  }

  /** Moves the view so that a moment is in it. */
  keep(t: number) {
    const width = this.to - this.from;
    if (t < this.from || t > this.to) this.look(t - width * 0.15, t + width * 0.85);
  }

  look(from: number, to: number) {
    const width = Math.min(this.duration, Math.max(least, to - from));
    const start = Math.max(0, Math.min(this.duration - width, from));
    this.from = start;
    this.to = start + width;
  }

  zoom(factor: number, around = this.t >= this.from && this.t <= this.to ? this.t : (this.from + this.to) / 2) {
    const width = Math.min(this.duration, Math.max(least, (this.to - this.from) * factor));
    const share = (around - this.from) / (this.to - this.from);
    this.look(around - width * share, around + width * (1 - share));
  }

  pan(share: number) {
    const width = this.to - this.from;
    this.look(this.from + share * width, this.to + share * width);
  }

  async step(n: number) {
    this.video?.pause();
    this.seek(await this.frames.step(this.t, n));
  }

  toggle() {
    const v = this.video;
    if (!v) return;
    if (v.paused) void v.play().catch((e) => (this.error = e));
    else v.pause();
  }

  faster(by: 1 | -1) {
    const i = speeds.findIndex((s) => s >= this.speed - 1e-9);
    this.setSpeed(speeds[Math.max(0, Math.min(speeds.length - 1, i + by))] ?? 1);
  }

  setSpeed(s: number) {
    this.speed = s;
    if (this.video) this.video.playbackRate = s;
  }

  choose(id: string | null, jump = true) {
    this.chosen = id;
    const e = this.event;
    if (e && jump) {
      this.video?.pause();
      this.seek(e.onset_s);
      if (e.offset_s > this.to) this.keep(e.offset_s);
    }
  }

  /** The event before or after the chosen one, else the moment. */
  go(by: 1 | -1) {
    const list = this.visible;
    let i = list.findIndex((e) => e.id === this.chosen);
    if (i < 0) {
      const after = list.findIndex((e) => e.onset_s > this.t + 1e-3);
      i = by > 0 ? (after < 0 ? list.length : after) - 1 : after < 0 ? list.length : after;
    }
    const next = list[i + by];
    if (next) this.choose(next.id);
  }

  /** Makes corrections one after the other; the figures follow. */
  async correct(...edits: Edit[]): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    try {
      for (const edit of edits) {
        const before = new Set(this.events.map((e) => e.id));
        this.take(await post<Events>(`/recordings/${this.recording.id}/corrections`, edit));
        if (edit.op === "add") this.chosen = this.events.find((e) => !before.has(e.id))?.id ?? this.chosen;
      }
      if (this.chosen && !this.events.some((e) => e.id === this.chosen)) this.chosen = null;
      return true;
    } catch (e) {
      this.error = e;
      return false;
    } finally {
      this.busy = false;
      void this.follow();
    }
  }

  private async follow() {
    try {
      this.measures = await get<Measures>(`/recordings/${this.recording.id}/measures`);
      if (this.history) await this.remember();
    } catch (e) {
      this.error = e;
    }
  }

  async remember() {
    this.history = (
      await get<{ corrections: Correction[] }>(`/recordings/${this.recording.id}/corrections`)
    ).corrections;
  }
}
