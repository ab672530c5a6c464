// What the server says of studies and of the table over everybody.
import type { Estimate, Kind, Side } from "../../lib/types";

export interface Plan {
  title: string;
  films: string[];
  raters: string[];
  kinds: Kind[];
  scales: string[];
  statistics: string[];
  tolerance_s: number;
  repeat_share: number;
  second_round: boolean;
  version?: string;
  seed?: number;
}

export interface StudyLine {
  id: string;
  title: string;
  locked_at: string | null;
  films: number;
  raters: string[];
  mine: string[];
}

export interface Study {
  id: string;
  created_at: string;
  created_by: string;
  plan: Plan;
  locked_at: string | null;
  hash: string;
  intact: boolean;
  mine: string[];
  log: {
    id: string;
    at: string;
    by: string;
    what: "made" | "changed" | "locked" | "amended" | "rated";
    detail: string;
  }[];
}

export interface Level {
  value: number;
  text: string;
}

export interface Scale {
  id: string;
  name: string;
  about: string;
  source: string;
  groups: { id: string; name: string; factor: number; items: { id: string; name: string; levels: Level[] }[] }[];
}

export interface Mark {
  kind: Kind;
  side: Side;
  onset_s: number;
  offset_s: number;
}

export interface Look {
  n: number;
  of: number;
  round: number;
  title: string;
  duration_s: number;
  frame_rate: number | null;
  mirrored: boolean | null;
  kinds: Kind[];
  scales: Scale[];
  program: Mark[];
  marks: Mark[];
  answers: Record<string, Record<string, number>>;
}

interface Differences {
  n: number;
  sd: number | null;
  bias: Estimate;
  low: Estimate;
  high: Estimate;
}

export interface Round {
  films: number;
  raters: string[];
  round: number;
  amounts: {
    id: string;
    films: number;
    icc: Estimate;
    pairs: { a: string; b: string; films: number; icc: Estimate; limits: Differences }[];
    retest: { pairs: number; icc: Estimate; error: { n: number; sw: Estimate; change: Estimate } } | null;
  }[];
  items: {
    scale: string;
    item: string;
    films: number;
    light: Estimate;
    pairs: { a: string; b: string; films: number; kappa: Estimate }[];
    retest: Estimate;
    looks: number;
  }[];
  events: { kind: Kind; a: string; b: string; films: number; share: Estimate }[];
}

export interface Report {
  intact: boolean;
  finished: Record<string, number>;
  looks: number;
  other_version: string[];
  withdrawn: string[];
  rounds: Round[];
  methods: string;
}

export interface Cohort {
  all: string[];
  numeric: string[];
  columns: string[];
  ids: string[];
  rows: (string | number | null)[][];
  next: string;
}

export interface Paired {
  measure: string;
  pairs: {
    code: string;
    person_id: string;
    before_id: string;
    after_id: string;
    before: number;
    after: number;
    days: number;
  }[];
  before: number | null;
  after: number | null;
  change: Estimate;
  less: Estimate;
  without_one: number;
}

export interface FilmRow {
  file: string;
  code: string;
  person_id: string;
  recorded_at: string | null;
  visit: string;
  side: string;
  protocol: string;
  problem: string;
}

export interface MarkSet {
  id: string;
  rater: string;
  at: string;
  by: string;
  marks: { kind: Kind; side: Side; onset_s: number; offset_s: number }[];
}

export interface Comparison {
  kinds: {
    kind: Kind;
    both: number;
    only_marks: number;
    only_found: number;
    f1: number | null;
    f1_ci95: [number, number] | null;
  }[];
  notes: string[];
}
