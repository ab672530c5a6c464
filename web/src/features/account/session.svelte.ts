// Who is at the app, as the server says. Kept for the pages that also work
// without a network: what is kept holds no name.
import { get, Problem } from "../../api";

export type Role = "patient" | "clinician" | "admin" | "rater";

export interface Session {
  accounts: boolean; // switched on
  account: { id: string; name: string; role: Role; person_id: string | null; need: "" | "password" | "second" } | null;
  token_needed: boolean; // the one that was printed at the start
  phone: boolean; // one can be paired
  mail: boolean; // a link for a new password can be sent
  external: boolean; // the clinic's own sign-in service
  setup_needed: boolean;
  setup_here: boolean; // by this browser
  passkey_origin: string | null; // the one address that passkeys work at
  demo: boolean;
  version: string;
  chromium_pdf: boolean;
}

const kept = "facialis.session";

class State {
  now = $state<Session | null>(null);
  offline = $state(false);

  /** Whoever asks has been let in. */
  get inside() {
    return (
      !!this.now && !this.now.token_needed && (!this.now.accounts || (!!this.now.account && !this.now.account.need))
    );
  }
  /** May do everything with everybody. */
  get all() {
    return !this.now?.accounts || !["patient", "rater"].includes(this.now.account?.role ?? "");
  }
  get admin() {
    return !this.now?.accounts || this.now.account?.role === "admin";
  }
  /** Sees only the videos of the studies that they rate for. */
  get rater() {
    return !!this.now?.accounts && this.now.account?.role === "rater";
  }
  /** A patient's own person. */
  get own() {
    return this.now?.account?.role === "patient" ? this.now.account.person_id : null;
  }

  async load() {
    try {
      this.now = await get<Session>("/session");
      this.offline = false;
      localStorage.setItem(
        kept,
        JSON.stringify({ ...this.now, account: this.now.account && { ...this.now.account, name: "" } }),
      );
    } catch (error) {
      if (!(error instanceof Problem) || !error.offline) throw error;
      const last = localStorage.getItem(kept);
      if (!last) throw error;
      this.now = JSON.parse(last) as Session;
      this.offline = true;
    }
  }

  forget() {
    localStorage.removeItem(kept);
  }
}

export const session = new State();
