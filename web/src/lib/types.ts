// The shapes of the API under the names that the pages use.
export type Side = "right" | "left" | "both" | "unknown";
export type Kind = "blink" | "voluntary" | "spasm" | "synkinesis" | "other";
export type Form = "twitch" | "clonic" | "tonic";
export type Status = "machine" | "confirmed" | "rejected" | "moved" | "added" | "relabelled";

export const kinds: readonly Kind[] = ["spasm", "synkinesis", "voluntary", "blink", "other"];
export const forms: readonly Form[] = ["twitch", "clonic", "tonic"];
export const regions = ["frontalis", "orbicularis_oculi", "malar", "zygomaticus", "orbicularis_oris", "depressor", "mentalis", "platysma"] as const;
export type Region = (typeof regions)[number];

export interface Person {
  id: string;
  name: string;
  code: string;
  birth_year: number | null;
  sex: "f" | "m" | "x" | null;
  affected_side: Exclude<Side, "unknown"> | null;
  note: string;
  created_at: string;
  updated_at: string;
  recordings: number;
  last_recording_at: string | null;
  last_rate_per_min: number | null;
  last_spells: number | null;
}

/** What a start found on disk that the database does not know. */
export interface LostFiles {
  folder: string;
  lost: LostFile[];
  next: string;
}

export interface LostFile {
  name: string;
  kind: "film" | "upload" | "analysis" | "other";
  bytes: number;
  since: string;
  person: string;
  film: string;
  deleted: boolean;
  back: boolean;
  whose: boolean;
}

/** What was deleted and can still be brought back. */
export interface Deleted {
  id: string;
  kind: "person" | "recording";
  person_id: string;
  name: string;
  deleted_at: string;
  gone_at: string;
}

export type State = "queued" | "analysing" | "done" | "failed" | "cancelled";

export interface Recording {
  id: string;
  person_id: string;
  label: string;
  recorded_at: string | null;
  created_at: string;
  bytes: number;
  type: string;
  sha256: string;
  mirrored: boolean | null; // null: nobody could tell
  consent: { keep: boolean; research: boolean; by: string; at: string } | null; // null: it was not asked
  face: string | null;
  protocol: string | null;
  tasks: Task[];
  duration_s: number | null;
  width: number | null;
  height: number | null;
  frame_rate: number | null;
  state: State;
  progress: number | null;
  left_s: number | null;
  problem: string | null;
  attempts: number;
  usable: boolean | null;
  rate_per_min: number | null;
  spasms: number | null;
  spells: number | null; // of both eyes
  corrected: boolean;
}

export interface JobProgress {
  recording: string;
  person_id: string;
  state: State;
  progress: number | null;
  left_s: number | null;
  problem: string | null;
}

export interface Task {
  task: string;
  from_s: number;
  to_s: number;
}

export interface RegionMovement {
  region: Region;
  side: Side;
  onset_s: number;
  peak_mm: number | null;
  share_of_voluntary: number | null;
}

export interface Event {
  id: string;
  kind: Kind;
  side: Side;
  form: Form;
  onset_s: number;
  offset_s: number;
  lead: Region;
  lead_tied_with: Region[];
  regions: RegionMovement[];
  twitches: number;
  rate_hz: number | null;
  trigger: string | null;
  task: string | null;
  episode: number | null;
  attack: number | null;
  confidence: number;
  reasons: string[];
}

export interface CorrectedEvent extends Event {
  status: Status;
  machine: Event | null;
  by: string | null;
  at: string | null;
  note: string | null;
}

export interface Events {
  events: CorrectedEvent[];
  machine: number;
  corrections: number;
}

export interface Edit {
  op: "confirm" | "reject" | "move" | "add" | "relabel" | "undo";
  event_id?: string;
  onset_s?: number;
  offset_s?: number;
  side?: Side;
  kind?: Kind;
  form?: Form;
  lead?: Region;
  regions?: Region[];
  note?: string;
}

export interface Correction extends Edit {
  id: string;
  at: string;
  by: string;
  was: Event | null;
}

export interface Estimate {
  value: number | null;
  ci95: [number, number] | null;
}

export interface Quantiles {
  n: number;
  median: number | null;
  median_ci95: [number, number] | null;
  p5: number | null;
  p95: number | null;
  max: number | null;
}

export interface RegionShare {
  region: Region;
  share: number;
  median_lag_ms: number | null;
  peak_mm: number | null;
}

/** What both eyes did together without being asked to. */
export interface Lids {
  watched_s: number;
  closures: number;
  duration_s: Quantiles;
  long_rate_per_min: Estimate;
  spells: number; // long ones, and three or more in a row
  shut_share: number | null;
}

export interface SideSummary {
  seen_s?: number | null; // s; null or absent in analyses of older versions
  spasms: number;
  rate_per_min: Estimate;
  burden: number | null;
  spread: RegionShare[];
}

/** What of a side was not seen has no count and no rate. */
export const sideUnseen = (s: SideSummary): boolean => s.seen_s === 0;

export interface Summary {
  side: Side | null;
  usable_s: number;
  spasms: number;
  rate_per_min: Estimate;
  rest_rate_per_min: Estimate;
  burden: number | null;
  episodes: number;
  attacks: number;
  duration_s: Quantiles;
  interval_s: Quantiles & { cv: number | null; cv2: number | null };
  tonic_fraction: number | null;
  spread: RegionShare[];
  bilateral_overlap: number | null;
  bilateral_overlap_ci95: [number, number] | null;
  brow_lift_share: number | null;
  brow_lift_share_ci95: [number, number] | null;
  blink_rate_per_min: Estimate;
  lids: Lids;
  sides?: { right: SideSummary; left: SideSummary }; // absent where the side is not known
}

export interface Measures {
  corrected: boolean;
  measures: Summary;
  machine: Summary;
}

export interface Warning {
  code: string;
  text: string;
  from_s: number | null;
  to_s: number | null;
}

export interface RegionSeen {
  seconds: number;
  smallest_mm: number | null; // of movements from this size on nine in ten are found
}

export interface Analysis {
  recording: { duration_s: number; frames: number; frame_rate: number; variable_rate: boolean; width: number; height: number; mirrored: boolean | null };
  tracking: { face_fraction: number; mm_per_px: number | null; scale_uncertainty: number | null; seen?: { right: Record<string, RegionSeen>; left: Record<string, RegionSeen> } };
  quality: { usable: boolean; usable_regions?: { right: Region[]; left: Region[] }; warnings: Warning[] };
  tasks: Task[];
  measures: Summary;
  provenance: { version: string };
}

/** Whether the person's own right and left can be told apart in a recording. */
export const sideKnown = (a: Analysis): boolean => a.recording.mirrored !== null && !a.quality.warnings.some((w) => w.code === "side_unknown");

export interface Series {
  name: string;
  side: string;
  region: string;
  unit: string;
  min: (number | null)[];
  max: (number | null)[];
}

export interface TracePart {
  t: number[];
  series: Series[];
  from_s: number;
  to_s: number;
  frames: number;
}

export interface Mesh {
  t: number[];
  points: string[];
  frames: (number | null)[][];
}

export interface Flag {
  id: string;
  level: string;
  title: string;
  do: string;
  why: string;
  source: string;
}

export interface Assessment {
  level: string;
  flags: Flag[];
  person: { urgent: Flag[]; advice: Flag[]; clear: boolean; first: string; seen: string[]; told: string[] };
  differential: { verdict: string };
  recording: { id: string; label: string; at: string } | null; // the one that counts
}

export interface Account {
  id: string;
  name: string;
  role: "patient" | "clinician" | "admin";
  person_id: string | null;
  person: string | null;
  created_at: string;
  passkeys: number;
  codes: boolean;
  email: string;
  invited: boolean;
  external: boolean;
}

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}

export interface AuditEntry {
  id: string;
  at: string;
  account: string;
  action: string;
  object: string;
  object_name: string | null;
  person_id: string | null;
  person: string | null;
  detail: string;
  address: string;
  before: string;
  after: string;
}
