// A month of the diary as weeks of days, Monday first.
import { dayOf, type Entry } from "./entry";

export interface Cell {
  date: string;
  attacks: number | null; // null: nothing noted
  treated: boolean; // a treatment began that day
  entries: number;
  heat: number; // 0..4
}

const two = (n: number) => String(n).padStart(2, "0");

// weeks are the rows of a month (2026-01); days of other months are null.
export function weeks(month: string, entries: Entry[]): (Cell | null)[][] {
  const [year, m] = month.split("-").map(Number) as [number, number];
  const first = new Date(Date.UTC(year, m - 1, 1));
  const length = new Date(Date.UTC(year, m, 0)).getUTCDate();
  const cells: (Cell | null)[] = Array((first.getUTCDay() + 6) % 7).fill(null);
  for (let day = 1; day <= length; day++) {
    const date = `${month}-${two(day)}`;
    const here = entries.filter((e) => dayOf(e) === date);
    const buttons = here.filter((e) => e.kind === "attack").length;
    const noted = here.flatMap((e) => (e.kind === "day" && e.data.attacks !== null ? [e.data.attacks] : []));
    // The person's own number, or, where it is higher, what they started.
    const attacks = noted.length || buttons ? Math.max(buttons, ...noted) : null;
    const heat = !attacks ? 0 : attacks < 3 ? 1 : attacks < 8 ? 2 : attacks < 20 ? 3 : 4;
    cells.push({ date, attacks, treated: here.some((e) => e.kind === "treatment"), entries: here.length, heat });
  }
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(7 * i, 7 * i + 7));
}

// shift goes from a month to another.
export function shift(month: string, by: number): string {
  const [year, m] = month.split("-").map(Number) as [number, number];
  const d = new Date(Date.UTC(year, m - 1 + by, 1));
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}`;
}
