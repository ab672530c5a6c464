// Names of what the program finds, as people say them; the report's words.
import { pick } from "../i18n";
import { named } from "./strings/en/names";

export const names = pick({ en: named });

/** A name out of a table, or the name itself in readable form. */
export function name(table: Record<string, string>, key: string | null | undefined, none = ""): string {
  if (!key) return none;
  return table[key] ?? key.replaceAll("_", " ");
}
