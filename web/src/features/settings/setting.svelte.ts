// Where the question is asked, at home or in a clinic: it decides how common
// each disease is taken to be. Chosen once, it holds for every page and report.
import { session } from "../account/session.svelte";

export type Setting = "public" | "clinic";

const kept = "facialis.setting";
const read = (): Setting | null => {
  const value = localStorage.getItem(kept);
  return value === "public" || value === "clinic" ? value : null;
};

class Choice {
  #chosen = $state<Setting | null>(read());

  /** A clinician who has chosen nothing asks in a clinic. */
  get now(): Setting {
    return this.#chosen ?? (session.now?.accounts && session.now.account?.role === "clinician" ? "clinic" : "public");
  }
  set now(to: Setting) {
    this.#chosen = to;
    localStorage.setItem(kept, to);
  }
}

export const setting = new Choice();
