// Times between what a field of the browser holds and what the diary keeps.

const two = (n: number) => String(n).padStart(2, "0");

// toLocal is a moment as a datetime-local field wants it, on this clock.
export function toLocal(at: string): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

// fromLocal is the moment of a field, or null.
export function fromLocal(text: string): string | null {
  const ms = text ? new Date(text).getTime() : NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

// number of a field, or null; a comma is a point.
export function number(text: unknown): number | null {
  if (text === null || text === undefined || text === "") return null;
  const x = Number(String(text).replace(",", "."));
  return Number.isFinite(x) ? x : null;
}

export const filled = (text: string | null): string | null => (text && text.trim() !== "" ? text.trim() : null);
