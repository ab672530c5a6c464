// Names of what the program finds, as people say them; the report's words.
import { parts } from "./format";
import { t } from "./strings";
import { named as names } from "./strings/names";
import type { Kind, Side } from "./types";

export { names };

/** What an event is, where there is little room: eyes that close together are not called a purpose. */
export function what(e: { kind: Kind; side: Side; lead: string | null; task?: string | null }): string {
  const asked = e.task && e.task !== "rest" && e.task !== "sleep";
  if (e.kind === "voluntary" && e.side === "both" && e.lead === "orbicularis_oculi" && !asked) return names.eyesClosed;
  return parts(name(names.kindShort, e.kind), e.lead && name(names.region, e.lead));
}

/** A name out of a table, or the name itself in readable form. */
export function name(table: Record<string, string>, key: string | null | undefined, none = ""): string {
  if (!key) return none;
  return table[key] ?? key.replaceAll("_", " ");
}

/** Who did something, as people say it: without accounts it was this computer. */
export const who = (by: string): string => (by === "this computer" ? t.thisComputer : by);
