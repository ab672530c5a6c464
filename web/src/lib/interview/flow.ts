// The interview as it is shown: which questions stand together on one page, how
// far one is, and what an answer looks like on its way to the server. Which
// questions are asked at all the server decides, by the answers so far.

import { locale } from "../../i18n";
import { interview as t } from "../strings/interview";
import type { Flag } from "../types";

export interface Option {
  value: string;
  text: string;
}

export interface Question {
  id: string;
  section: string;
  text: string;
  help?: string;
  type: "yesno" | "choice" | "multi" | "number" | "month";
  options?: Option[];
  min?: number;
  max?: number;
  unit?: string;
}

export interface Answers {
  values: Record<string, unknown>;
  skipped: Record<string, string>;
  authored: string | null;
  done: boolean;
  open: string[];
  emergencies: Flag[];
}

const together = 4;

// group is the first page of the open questions: one question, or up to four in
// a row of one section that are answered the same way at a glance.
export function group(questions: Question[], open: string[]): Question[] {
  const list = open.map((id) => questions.find((q) => q.id === id)).filter((q) => q !== undefined);
  const first = list[0];
  if (!first) return [];
  const out = [first];
  for (const q of list.slice(1)) {
    if (out.length === together || !alike(first, q)) break;
    out.push(q);
  }
  return out;
}

// alike questions have the same section and the same short answers.
function alike(a: Question, b: Question): boolean {
  if (a.section !== b.section || a.type !== b.type) return false;
  if (a.type === "yesno") return true;
  if (a.type !== "choice" || !a.options || !b.options || a.options.length !== b.options.length) return false;
  return a.options.every((o, i) => o.value === b.options![i]!.value && o.text === b.options![i]!.text);
}

// progress is the share of what has been asked, of all that is to be asked by
// today's answers.
export function progress(a: Answers): number {
  const asked = Object.keys(a.values).length + Object.keys(a.skipped).length;
  const all = asked + a.open.length;
  return all ? asked / all : 0;
}

// minutesLeft is a rough guess: about six seconds a question.
export function minutesLeft(a: Answers): number {
  return Math.max(1, Math.round((a.open.length * 6) / 60));
}

// choose adds or takes away an option of a question of many answers. "None of
// these" and the others exclude each other.
export function choose(chosen: string[], value: string, on: boolean): string[] {
  if (!on) return chosen.filter((v) => v !== value);
  if (value === "none") return ["none"];
  return [...chosen.filter((v) => v !== "none" && v !== value), value];
}

// problem says in words why an answer cannot be taken, or "".
export function problem(q: Question, value: unknown): string {
  if (q.type === "number") {
    const x = Number(value);
    if (value === "" || Number.isNaN(x)) return t.number;
    if (q.min !== undefined && x < q.min) return t.numberFrom(q.min);
    if (q.max !== undefined && x > q.max) return t.numberTo(q.max);
  }
  if (q.type === "month" && !/^(19|20)\d\d(-(0[1-9]|1[0-2]))?$/.test(String(value))) return t.needYear;
  return "";
}

// words is an answer as it is read back.
export function words(q: Question, value: unknown): string {
  const text = (v: unknown) => q.options?.find((o) => o.value === v)?.text ?? String(v);
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(text).join("; ");
  if (q.type === "month") {
    const [y, m] = String(value).split("-");
    return m ? new Date(Number(y), Number(m) - 1, 1).toLocaleDateString(locale, { month: "long", year: "numeric" }) : y!;
  }
  if (q.type === "number") return q.unit ? `${value} ${q.unit}` : String(value);
  return text(value);
}
