// Names of what the program finds, as people say them; the report's words.
import { named as names } from "./strings/names";

export { names };

/** A name out of a table, or the name itself in readable form. */
export function name(table: Record<string, string>, key: string | null | undefined, none = ""): string {
  if (!key) return none;
  return table[key] ?? key.replaceAll("_", " ");
}
