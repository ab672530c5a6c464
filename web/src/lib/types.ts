// The shapes of the API under the names that the pages use.
export type Side = "right" | "left" | "both";

export interface Person {
  id: string;
  name: string;
  code: string;
  birth_year: number | null;
  sex: "f" | "m" | "x" | null;
  affected_side: Side | null;
  note: string;
  created_at: string;
  updated_at: string;
  recordings: number;
  last_recording_at: string | null;
  last_rate_per_min: number | null;
}
