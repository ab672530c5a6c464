// The films of a night, in order of their clock, by the same table of cameras as the
// program's own (package night). A browser does not say what a file's header holds, so
// the page goes by names and folders.

import table from "../../../../night/cameras.json";

export interface Film {
  /** Its path as chosen: folders count. */
  name: string;
  /** When its first picture was taken, ms since 1970. */
  begin: number;
  /** Its length, seconds; null where this page cannot play it. */
  length: number | null;
}

export interface Joined extends Film {
  /** Minutes that no film shows before this one. */
  gap: number;
  /** Minutes that the films before it show too. */
  overlap: number;
}

const cameras = table.cameras.map((c) => {
  const match = Object.entries(table.parts).reduce((m, [part, is]) => m.replaceAll(part, is), c.match);
  return { ...c, match: new RegExp(match, "g") };
});

const earliest = Date.UTC(2010, 0, 1); // a clock before this was never set
const ahead = 26 * 3600_000; // a clock further ahead than this is wrong

/** The time in what a camera's pattern found, ms since 1970; null where there is no such moment. */
function time(clock: string, part: Record<string, string | undefined>): number | null {
  if (part.epoch) return Number(part.epoch) * 1000;
  let hour = Number(part.h);
  if (part.ap) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (part.ap === "p" ? 12 : 0);
  }
  const [month, day] = [Number(part.mo) - 1, Number(part.d)];
  const at = [Number(part.y), month, day, hour, Number(part.mi), Number(part.s ?? 0)] as const;
  const utc = Date.UTC(...at);
  const real = new Date(utc);
  if (real.getUTCMonth() !== month || real.getUTCDate() !== day) return null;
  if (clock === "utc" || part.off === "Z") return utc;
  if (!part.off) return new Date(...at).getTime();
  const off = (Number(part.off.slice(1, 3)) * 60 + Number(part.off.slice(-2))) * 60_000;
  return part.off.startsWith("-") ? utc + off : utc - off;
}

/** When a film began, by its name and folders as cameras write them, ms since 1970; null where they do not say. */
export function byPath(path: string, now = Date.now()): number | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const whole = path.slice(0, path.length - (name.includes(".") ? name.length - name.lastIndexOf(".") : 0));
  for (const c of cameras) {
    const text = c.name_only ? whole.slice(whole.lastIndexOf("/") + 1) : whole;
    for (const m of text.matchAll(c.match)) {
      const at = time(c.clock, m.groups ?? {});
      if (at !== null && at >= earliest && at - now <= ahead) return at;
    }
  }
  return null;
}

/** When a film began, by its name and folders, else by when the file was written less its length. */
export function begin(path: string, written: number, length: number | null): number {
  return byPath(path) ?? written - (length ?? 0) * 1000;
}

/** Films in order, with the gaps and overlaps between them, in whole minutes. */
export function join(films: readonly Film[]): Joined[] {
  let end: number | null = null;
  return films
    .toSorted((a, b) => a.begin - b.begin || a.name.localeCompare(b.name))
    .map((f) => {
      const off = end === null ? 0 : (f.begin - end) / 60000;
      end = Math.max(end ?? f.begin, f.begin + (f.length ?? 0) * 1000);
      return { ...f, gap: Math.max(Math.round(off), 0), overlap: Math.max(Math.round(-off), 0) };
    });
}
