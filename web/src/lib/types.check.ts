// Holds types.ts to the server's own description: what the server may send must
// be what the pages expect. Checked by svelte-check; nothing of it is built.
import type { components } from "../schema";
import type { Answers } from "./interview/flow";
import type { Session } from "./session.svelte";
import type * as own from "./types";

type Sent = components["schemas"];
type Holds<From extends To, To> = [From, To];

/** A type as the description tells it: names as text, pairs as lists. */
type Told<T> = T extends string ? string : T extends [number, number] ? number[] : T extends (infer U)[] ? Told<U>[] : T extends object ? { [K in keyof T]: Told<T[K]> } : T;

export type Checked = [
  Holds<Sent["Person"], Told<own.Person>>,
  Holds<Sent["Recording"], Told<own.Recording>>,
  Holds<Sent["Progress"], Told<own.JobProgress>>,
  Holds<Sent["EventsAnswer"], Told<own.Events>>,
  Holds<Sent["CorrectionsAnswer"]["corrections"][number], Told<own.Correction>>,
  Holds<own.Edit, Sent["Edit"]>,
  Holds<Sent["MeasuresAnswer"], Told<own.Measures>>,
  Holds<Sent["ReportAnalysis"], Told<own.Analysis>>,
  Holds<Sent["TracePart"], Told<own.TracePart>>,
  Holds<Sent["Contours"], Told<own.Mesh>>,
  Holds<Sent["SessionAnswer"], Told<Session>>,
  Holds<Sent["AccountEntry"], Told<own.Account>>,
  Holds<Sent["AccountLine"], Told<own.AuditEntry>>,
  Holds<Sent["AccountPasskey"], Told<own.Passkey>>,
  Holds<Sent["AssessView"], Told<own.Assessment>>,
  Holds<Sent["AnswersSoFar"], Told<Answers>>,
];
