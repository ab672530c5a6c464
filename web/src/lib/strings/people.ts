import en from "../../../../words/en/pages-people.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const peopleTexts = area({ en }, "pages.people");

export const people = {
  ...peopleTexts,
  importSent: (share: string) => say("pages.people.importSent", { Share: share }),
  imported: (name: string) => say("pages.people.imported", { Name: name }),
  importHereText: [peopleTexts.importHereText.apart, peopleTexts.importHereText.either],
  nobodyText: (q: string) => say("pages.people.nobodyText", { Query: q }),
  found: (n: number) => count("pages.people.found", n),
  spells: (n: number) => count("pages.people.spells", n),
  recordings: (n: number) => (n === 0 ? peopleTexts.recordingsNone : count("pages.people.recordings", n)),
  sexes: { ...peopleTexts.sexes, "": peopleTexts.sexes.none },
  sides: { ...peopleTexts.sides, "": peopleTexts.sides.none },
};
