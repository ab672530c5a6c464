// What GET /people/{person}/course gives: package course, type Course. What
// could not be had is null; lists are never null.

export interface Estimate { value: number | null; ci95: [number, number] | null }
export interface DayPoint {
  date: string; attacks: number | null; attacks_from: string | null; longest_s: number | null; interval_s: number | null; worst_region: string | null;
  stage: number | null; triggers: string[]; sleep_h: number | null; sleep_quality: number | null; pain: number | null; headache: number | null;
  tinnitus: number | null; mood: number | null; taken_medicine: boolean | null; treated: boolean;
}
export interface RecordingPoint {
  id: string; label: string; at: string; date: string; usable_s: number; spasms: number; side: string | null; rate_per_min: Estimate; rest_rate_per_min: Estimate;
  version: string; burden: number | null; duration_s: Estimate; attack_s: Estimate; longest_s: number | null; interval_s: Estimate; stage: number | null; treated: boolean;
}
export interface TreatmentMark { id: string; type: string; from: string; to: string | null; label: string; units_total: number | null }
export interface VisitMark { id: string; date: string; with: string | null; note: string }
export interface Trend {
  series: string; from: "diary" | "recordings"; over: "all" | "untreated"; unit: string; n: number; span_days: number; slope_per_30_days: number | null;
  ci95: [number, number] | null; p: number | null; direction: string; better: boolean | null;
}
export interface Step { series: string; from: string; date: string; between: [string, string]; before: number; after: number; better: boolean; near_treatment: string | null }
export interface SiteEffect { region: string; side: string; units: number; measured_region: string | null; peak_before_mm: number | null; peak_after_mm: number | null; rate_before_per_min: Estimate; rate_after_per_min: Estimate }
export interface LidEffect { side: string; before_mm: Estimate; after_mm: Estimate; change_mm: Estimate }
export interface Pooled { recordings: number; from: string; to: string; usable_s: number; spasms: number; rate_per_min: Estimate; scatter: number }
export interface Cycle {
  id: string; date: string; label: string; units_total: number | null; product: string | null; units_per_ml: number | null; sites: SiteEffect[]; lids: LidEffect[]; figure: string | null; baseline: number | null; points: number;
  onset_day: number | null; onset_between: [number, number] | null; nadir_day: number | null; nadir_share: number | null; return_day: number | null;
  return_between: [number, number] | null; effect_days: number | null; at_least_days: number | null; area_days: number | null; state: string;
  predicted_return: { date: string; earliest: string; latest: string; from: string } | null; flags: { code: string; text: string }[]; curve: { day: number; share: number }[];
}
export interface Decompression {
  id: string; date: string; days: number; months: number; state: string; free_since: string | null; before: number | null; now: number | null; figure: string | null;
  share_of_before: number | null; published_share: number | null; published_final_share: number; published_text: string; outcomes: { id: string; share: number; of: number; text: string; source: string }[]; free_from: string | null; free_to: string | null; too_early: boolean; text: string;
}
export interface Statement {
  id: string; claim: string; literature: string; source: string; verdict: string; text: string; needs: string;
  figures: { name: string; value: number | null; ci95: [number, number] | null; p: number | null; n: number; unit: string }[];
}
/** By which version the recordings were measured; those of other versions are left out. */
export interface Measured {
  version: string | null; versions: { version: string; recordings: number }[]; left_out: { id: string; label: string; date: string; version: string }[];
}
export interface Course {
  measured: Measured;
  from: string | null; to: string | null; today: string; days: DayPoint[]; recordings: RecordingPoint[]; treatments: TreatmentMark[]; visits: VisitMark[];
  trends: Trend[]; steps: Step[];
  toxin: { cycles: Cycle[]; median_duration_days: number | null; range_days: [number, number] | null; completed: number; published: { onset_days: number; duration_days: number; duration_sd: number } };
  decompression: Decompression[]; statements: Statement[]; persistence_days: number | null; adherence: { days: number; taken: number; share: number | null };
  pooled: Pooled | null; summary: string[]; parameters: { id: string; value: number; unit: string; tag: string; source: string; text: string }[];
}
