// How far apart two figures are, and how sure that is.
import type { Estimate } from "../../lib/types";

/**
 * The difference b − a of two independent estimates with an interval that is
 * put together from theirs (the method of variance estimates recovery: Zou and
 * Donner, Stat Med 2008;27:1693). Null where one of them is missing.
 */
export function difference(a: Estimate, b: Estimate): Estimate {
  if (a.value === null || b.value === null) return { value: null, ci95: null };
  const d = b.value - a.value;
  if (!a.ci95 || !b.ci95) return { value: d, ci95: null };
  const lower = Math.hypot(b.value - b.ci95[0], a.ci95[1] - a.value);
  const upper = Math.hypot(b.ci95[1] - b.value, a.value - a.ci95[0]);
  return { value: d, ci95: [d - lower, d + upper] };
}

/** Whether chance alone could have made the difference; null: not known. */
export function couldBeChance(d: Estimate): boolean | null {
  return d.ci95 ? d.ci95[0] <= 0 && d.ci95[1] >= 0 : null;
}
