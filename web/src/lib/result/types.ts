// What GET /people/{person}/assessment gives: package assess, type View.

export interface Flag { id: string; level: string; title: string; do: string; why: string; source: string }
export interface Reason { finding: string; plain: string; status: string; log10_lr: number; p: number; tag: string; source: string; counted: boolean }
export interface Settle { film?: string; ask?: string; test?: string }
export interface Candidate {
  id: string; name: string; plain: string; icd10cm: string[]; share: number; first_in: number; three_in: number; log10: number; log10_prior: number;
  prior_tag: string; prior_source: string; for: Reason[] | null; against: Reason[] | null;
  settle: { finding: string; plain: string; moves: number; settle: Settle }[] | null; tests: string[] | null;
  excluded: boolean; no_sign: boolean;
}
export interface Finding { id: string; name: string; plain: string; definition: string; status: string; from: string[]; conflict?: boolean; value: number | null; ci95: [number, number] | null }
export interface Term { id: string; text: string; applies: string; weight: number; tag: string; source: string }
export interface Grade { id: string; name: string; low: number; high: number; text: string; rule: string; tag: string; source: string; smallest_important_change?: number; missing?: string[]; figures?: Record<string, number>; rated: { value: number; by: string; at: string } | null }
export interface Lock { movement: string; movements: number; followed: number; chance: number; p: number }
export interface May { plain: string; about: string; for: string; against: string; lacks: string }
export interface Note { id: string; seed: string; literature: string; source: string }
export interface Picture { id: string; title: string; entity: string; may: May; note: Note; else: string[]; film: string[]; watch: string[]; ask: string[] }
export interface Person {
  urgent: Flag[]; advice: Flag[]; clear: boolean; seen: string[]; told: string[]; differ: string[]; fits: string; first: string;
  may: May[]; pictures: Picture[]; notes: Note[];
  type_text: string; basis: string; limits: string[]; do: string; settle: string[]; speak: string; say: string[]; ask: string[]; living: string; mood: string; crisis: string;
  for_child: boolean; note: string; contradictions: string[];
}
export interface View {
  purpose: "compare" | "measure"; recording: { id: string; label: string; at: string } | null;
  setting: string; side: string | null; level: string; flags: Flag[]; unchecked_flags: string[]; unchecked_texts: string[];
  type: { verdict: string; applicable: boolean; score: number; limit: number; terms: Term[]; seed_verdict: string; seed_text: string; literature_text: string };
  differential: { verdict: string; known_findings: number; readings: number; candidates: Candidate[] };
  findings: Finding[]; locks: Lock[]; grades: Grade[];
  disagreements: Note[]; pictures: Picture[];
  facts: Record<string, number>; answered: Record<string, unknown>;
  person: Person; sources: Record<string, string>;
}
