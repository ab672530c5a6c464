// Holds to the server's own description what is still written by hand: what the server
// may send must be what the pages expect. Checked by svelte-check; nothing of it is built.
import type { components } from "../schema";
import type { Answers } from "../features/interview/flow";
import type { Session } from "../features/account/session.svelte";

type Sent = components["schemas"];
type Holds<From extends To, To> = [From, To];

/** A type as the description tells it: names as text. */
type Told<T> = T extends string
  ? string
  : T extends (infer U)[]
    ? Told<U>[]
    : T extends object
      ? { [K in keyof T]: Told<T[K]> }
      : T;

export type Checked = [
  Holds<Sent["SessionAnswer"], Told<Session>>, // its account may be null, which the description cannot say
  Holds<Sent["AnswersSoFar"], Told<Answers>>, // its values have the kinds of the questions
];
