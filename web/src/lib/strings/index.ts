import own from "../../../../words/en/language.json";
import en from "../../../../words/en/pages-app.json";
import { area, speaker } from "../../i18n";

const { say } = speaker({ en });
const texts = area({ en }, "pages.app");

/** What stands below a page in a language that no clinician has read yet. */
export const { unreviewed } = area({ en: own }, "language");

/** The words of the frame. */
export const t = {
  ...texts,
  languages: texts.language as Record<string, string>,
  problem: { ...texts.problem, status: (n: number) => say("pages.app.problem.status", { Number: n }) },
};
