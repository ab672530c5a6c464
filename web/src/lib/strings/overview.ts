import en from "../../../../words/en/pages-overview.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });

const overviewTexts = area({ en }, "pages.overview");

export const overview = {
  ...overviewTexts,
  born: (y: number) => say("pages.overview.born", { Year: y }),
  between: (a: string, b: string) => say("pages.overview.between", { From: a, To: b }),
  longest: (s: string) => say("pages.overview.longest", { Length: s }),
  of: (s: string) => say("pages.overview.of", { Length: s }),
  count: (n: number) => count("pages.overview.count", n),
  sides: (r: string, l: string) => say("pages.overview.sides", { Right: r, Left: l }),
  spells: (n: number) => count("pages.overview.spells", n),
  spellsNote: (longest: string) => say("pages.overview.spellsNote", { Longest: longest }),
  along: (n: number) => count("pages.overview.along", n),
  notNewest: (when: string) => say("pages.overview.notNewest", { When: when }),
  steps: {
    ...overviewTexts.steps,
    film: [overviewTexts.steps.film.title, overviewTexts.steps.film.text],
    wait: [overviewTexts.steps.wait.title, overviewTexts.steps.wait.text],
    failed: [overviewTexts.steps.failed.title, overviewTexts.steps.failed.text],
    questions: [overviewTexts.steps.questions.title, overviewTexts.steps.questions.text],
    questionsMore: (n: number) => count("pages.overview.steps.questionsMore", n),
    diary: [overviewTexts.steps.diary.title, overviewTexts.steps.diary.text],
    review: [overviewTexts.steps.review.title, overviewTexts.steps.review.text],
    course: [overviewTexts.steps.course.title, overviewTexts.steps.course.text],
    again: [overviewTexts.steps.again.title, (days: number) => say("pages.overview.steps.again.text", { Days: days })],
  },
  deleteTitle: (name: string) => say("pages.overview.deleteTitle", { Name: name }),
  deleteType: (word: string) => say("pages.overview.deleteType", { Word: word }),
};

const recordingsTexts = area({ en }, "pages.recordings");

export const recordings = {
  ...recordingsTexts,
  spasms: (n: number) => count("pages.recordings.spasms", n),
  length: (s: string) => say("pages.recordings.length", { Length: s }),
  left: (s: string) => say("pages.recordings.left", { Length: s }),
  share: (p: string) => say("pages.recordings.share", { Share: p }),
  chosen: (n: number) => say("pages.recordings.chosen", { Number: n }),
  choose: (what: string) => say("pages.recordings.choose", { What: what }),
};
