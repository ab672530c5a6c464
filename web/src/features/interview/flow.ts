// The interview as it is shown: which questions stand together on one page, how
// far one is, and what an answer looks like on its way to the server. Which
// questions are asked at all the server decides, by the answers so far.

import { clauses } from "../../lib/format";
import { locale } from "../../i18n";
import { interview as t } from "../../lib/strings/interview";
import type { components } from "../../schema";

type Sent = components["schemas"];
export type Question = Omit<Sent["Question"], "when" | "for_doctor"> & { when?: unknown; for_doctor?: boolean };
export type Answers = Sent["AnswersSoFar"];

const together = 4;

/** The question that offers the second half: the page asks it by two buttons at the end. */
export const offer = "more";

/** What has to be asked: the offer is not. */
export const left = (a: Answers): string[] => a.open.filter((id) => id !== offer);

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

/** A question in which the person ticks what applies, and nothing else of it does. */
export const ticked = (q: Question): boolean => q.list === true;

/** What a list says where nothing of it is ticked. */
export const nothing = (q: Question): unknown => (q.type === "multi" ? ["none"] : "none");

// alike questions have the same section and the same short answers, or are lists to
// tick.
function alike(a: Question, b: Question): boolean {
  if (a.section !== b.section) return false;
  if (ticked(a) && ticked(b)) return true;
  if (a.type !== b.type || ticked(a) || ticked(b)) return false;
  if (a.type === "yesno") return true;
  if (a.type !== "choice" || !a.options || !b.options || a.options.length !== b.options.length) return false;
  return a.options.every((o, i) => o.value === b.options![i]!.value && o.text === b.options![i]!.text);
}

// goesOn says whether a page goes on by itself once each of its questions is answered:
// one press decides each of them.
export const goesOn = (page: Question[]): boolean =>
  page.every((q) => q.type === "yesno" || q.type === "choice") && !page.some(ticked);

// before lists the pages that were answered in earlier visits, so that Back leads there.
export function before(questions: Question[], a: Answers): string[][] {
  return questions.filter((q) => q.id !== offer && (q.id in a.values || q.id in a.skipped)).map((q) => [q.id]);
}

// regionOf is the place of today that a first place most often means.
const regionOf: Record<string, string[]> = {
  lower_lid: ["eye"],
  eye: ["eye"],
  both_eyes: ["eye"],
  eye_mouth: ["eye", "mouth"],
};

// suggested is what a question begins with: the place where it began is most often one
// of today's. It is shown, and can be taken away.
export function suggested(q: Question, values: Record<string, unknown>): string[] {
  const first = values["first_place"];
  if (q.id !== "places" || typeof first !== "string") return [];
  const places = regionOf[first] ?? [first];
  return places.filter((p) => q.options?.some((o) => o.value === p));
}

// progress is the share of what has been asked, of all that is to be asked by
// today's answers.
export function progress(a: Answers): number {
  const asked = Object.keys(a.values).length + Object.keys(a.skipped).length;
  const all = asked + left(a).length;
  return all ? asked / all : 0;
}

// minutesLeft is a rough guess: about six seconds a question.
export function minutesLeft(a: Answers): number {
  return Math.max(1, Math.round((left(a).length * 6) / 60));
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
  if (Array.isArray(value)) return clauses(value.map(text));
  if (q.type === "month") {
    const [y, m] = String(value).split("-");
    return m
      ? new Date(Number(y), Number(m) - 1, 1).toLocaleDateString(locale, { month: "long", year: "numeric" })
      : y!;
  }
  if (q.type === "number") return q.unit ? `${value} ${q.unit}` : String(value);
  return text(value);
}
