// The people that this page has met, so that a name is asked for once.
import { get } from "../../api";
import type { Person } from "../../lib/types";

class People {
  known = $state<Record<string, Person>>({});

  put(...list: Person[]) {
    for (const p of list) this.known[p.id] = p;
  }

  /** Makes sure that a person is known; without a network they stay unknown. */
  async load(id: string, anew = false) {
    if (this.known[id] && !anew) return;
    try {
      this.put(await get<Person>(`/people/${id}`));
    } catch {
      // The page itself says what is wrong.
    }
  }
}

export const people = new People();
