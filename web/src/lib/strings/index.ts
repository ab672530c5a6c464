import en from "../../../../words/en/pages-app.json";
import { area, speaker } from "../../i18n";

const { say } = speaker({ en });
const texts = area({ en }, "pages.app");

/** The words of the frame. */
export const t = {
  ...texts,
  problem: { ...texts.problem, status: (n: number) => say("pages.app.problem.status", { Number: n }) },
};
