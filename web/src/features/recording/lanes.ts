// What is drawn of the events over a stretch. An event that is a few pixels wide
// or more is a bar of its own; narrower ones are gathered in columns of a pixel,
// so that an hour of thousands of events costs as much as a minute of ten: at
// most a bar for every third pixel of a lane and kind.
import type { CorrectedEvent, Kind } from "../../lib/types";

export type How = "plain" | "chosen" | "rejected" | "own";

/** A bar in a lane: row 0 is the right side. share: how much of its time is event. */
export interface Bar {
  x: number; // px
  width: number; // px
  row: 0 | 1;
  kind: Kind;
  how: How;
  share: number; // 0..1; steps of a quarter where events were gathered
  many: boolean; // gathered
}

export interface Stretch {
  from: number; // s
  to: number; // s
  left: number; // px at from
  right: number; // px at to
}

const least = 3; // px that any event is wide
const rows = { right: [0], left: [1], both: [0, 1], unknown: [0, 1] } as const;

/** An event's ends as somebody drags them. */
export interface Drag {
  id: string;
  onset: number;
  offset: number;
}

/** The bars of a stretch: gathered ones first, the chosen event last. */
export function bars(
  events: readonly CorrectedEvent[],
  s: Stretch,
  chosen: string | null,
  drag: Drag | null = null,
): Bar[] {
  const perSecond = (s.right - s.left) / Math.max(1e-9, s.to - s.from);
  const x = (t: number) => s.left + (t - s.from) * perSecond;
  const wide = Math.max(1, Math.ceil(s.right - s.left));
  const columns = new Map<string, { row: 0 | 1; kind: Kind; how: How; time: Float32Array }>();
  const single: Bar[] = [];
  const last: Bar[] = [];

  const put = (into: Bar[], on: number, off: number, side: keyof typeof rows, kind: Kind, how: How) => {
    for (const row of rows[side])
      into.push({ x: x(on), width: Math.max(least, (off - on) * perSecond), row, kind, how, share: 1, many: false });
  };
  for (const e of events) {
    const moved = drag?.id === e.id ? drag : null;
    const [on, off] = moved ? [moved.onset, moved.offset] : [e.onset_s, e.offset_s];
    if (off < s.from || on > s.to) continue;
    const how: How = e.status === "rejected" ? "rejected" : e.id === chosen ? "chosen" : "plain";
    if (e.id === chosen || moved || (off - on) * perSecond >= least) {
      const m = e.machine;
      if (m && (m.onset_s !== on || m.offset_s !== off || m.kind !== e.kind || m.side !== e.side))
        put(single, m.onset_s, m.offset_s, m.side, m.kind, "own");
      put(e.id === chosen ? last : single, on, off, e.side, e.kind, how);
      continue;
    }
    for (const row of rows[e.side]) {
      const key = `${row}${e.kind}${how}`;
      let c = columns.get(key);
      if (!c) columns.set(key, (c = { row, kind: e.kind, how, time: new Float32Array(wide) }));
      const first = Math.max(0, Math.floor(x(on) - s.left));
      const share = Math.max(1e-6, ((off - on) * perSecond) / least);
      for (let i = first; i < Math.min(wide, first + least); i++) c.time[i] = (c.time[i] ?? 0) + share;
    }
  }
  return [...[...columns.values()].flatMap((c) => gathered(c, s.left)), ...single, ...last];
}

/** Neighboring columns that are as full as each other, as one bar. */
function gathered(c: { row: 0 | 1; kind: Kind; how: How; time: Float32Array }, left: number): Bar[] {
  const out: Bar[] = [];
  let bar: Bar | null = null;
  for (let i = 0; i < c.time.length; i++) {
    const time = c.time[i] ?? 0;
    if (time === 0) {
      bar = null;
      continue;
    }
    const share = Math.min(4, Math.ceil(time * 4)) / 4;
    if (bar && bar.share === share) bar.width++;
    else out.push((bar = { x: left + i, width: 1, row: c.row, kind: c.kind, how: c.how, share, many: true }));
  }
  return out;
}
