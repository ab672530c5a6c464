// Figures of the clinician's page, as in the printed one.

import { fixed, percent } from "../../lib/format";
import { result } from "../../lib/strings/result";

export const num = (x: number) => fixed(x, 2);
export const pct = (x: number) => percent(Math.round(100 * x) / 100);

export const words = (s: string) => s.replaceAll("_", " ");

/** The name of a fact that a scale looks at or lacks. */
export function fact(id: string): string {
  const short = id.replace(/^video\./, "");
  return result.facts[short] ?? words(short);
}

// top are the weighty reasons: up to six of 0.1 or more.
export function top<T extends { log10_lr: number }>(reasons: T[] | null): T[] {
  return (reasons ?? []).filter((r) => Math.abs(r.log10_lr) >= 0.1).slice(0, 6);
}
