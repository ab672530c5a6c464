// A time as people type it: 1:23.4 or seconds.

/** Seconds; null where it is empty, NaN where it is no time. */
export function typed(text: string): number | null {
  const s = text.trim().replace(",", ".");
  if (!s) return null;
  if (!/^(\d+:){0,2}\d+(\.\d*)?$/.test(s)) return NaN;
  return s.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
