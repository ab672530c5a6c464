import en from "../../../../words/en/pages-result.json";
import { area, speaker, table } from "../../i18n";

const { say } = speaker({ en });
const texts = area({ en }, "pages.result");

export const result = {
  ...texts,
  settings: texts.settings as Record<string, string>,
  ids: texts.ids as Record<string, string>,
  facts: table({ en }, "pages.result.facts"),
  fromTo: (a: string, b: string) => say("pages.result.fromTo", { From: a, To: b }),
  headText: (setting: string, side: string) => say("pages.result.headText", { Setting: setting, Side: side }),
  verdicts: texts.verdicts as Record<string, string>,
  counts: (when: string) => say("pages.result.counts", { When: when }),
  uses: (when: string) => say("pages.result.uses", { When: when }),
  named: (when: string) => say("pages.result.named", { When: when }),
  rated: (value: number, by: string, date: string) =>
    by
      ? say("pages.result.ratedBy", { Value: value, By: by, Date: date })
      : say("pages.result.rated", { Value: value, Date: date }),
  known: (n: number) => say("pages.result.known", { Number: n }),
  prior: (p: string, all: string) => say("pages.result.prior", { Prior: p, All: all }),
  readings: (first: number, all: number) => say("pages.result.readings", { First: first, All: all }),
  typeScore: (score: string, limit: number) => say("pages.result.typeScore", { Score: score, Limit: limit }),
};
