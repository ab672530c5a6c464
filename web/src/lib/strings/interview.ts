import en from "../../../../words/en/pages-interview.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.interview");

export const interview = {
  ...texts,
  begun: (n: number) => count("pages.interview.begun", n),
  left: (min: number) => count("pages.interview.left", min),
  numberFrom: (n: number) => say("pages.interview.numberFrom", { Number: n }),
  numberTo: (n: number) => say("pages.interview.numberTo", { Number: n }),
};
