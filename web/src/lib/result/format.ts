// Figures of the clinician's page, as in the printed one.

export const num = (x: number) => x.toFixed(2).replace("-", "−");
export const pct = (x: number) => `${Math.round(100 * x)} %`;

export const words = (s: string) => s.replaceAll("_", " ");
export const fact = (s: string) => words(s.replace(/^video\./, ""));

// top are the weighty reasons: up to six of 0.1 or more.
export function top<T extends { log10_lr: number }>(reasons: T[] | null): T[] {
  return (reasons ?? []).filter((r) => Math.abs(r.log10_lr) >= 0.1).slice(0, 6);
}
