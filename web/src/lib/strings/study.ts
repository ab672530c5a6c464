import en from "../../../../words/en/pages-study.json";
import { area, speaker, table } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.study");

export const study = {
  ...texts,
  names: table({ en }, "pages.study.column"),
  locked: (date: string) => say("pages.study.locked", { Date: date }),
  sizes: (films: number, raters: number) => say("pages.study.sizes", { Films: films, Raters: raters }),
  rateAs: (name: string) => say("pages.study.rateAs", { Name: name }),
  progress: (name: string, done: number, of: number) => say("pages.study.progress", { Name: name, Done: done, Of: of }),
  otherVersion: (n: number) => count("pages.study.otherVersion", n),
  withdrawn: (n: number) => count("pages.study.withdrawn", n),
  and: (a: string, b: string) => say("pages.study.and", { A: a, B: b }),
  rate: (kind: string) => say("pages.study.rate", { Kind: kind }),
  total: (scale: string) => say("pages.study.total", { Scale: scale }),
  look: (n: number, of: number) => say("pages.study.look", { N: n, Of: of }),
  fromTo: (a: string, b: string) => say("pages.study.fromTo", { From: a, To: b }),
  timeline: (n: number) => say("pages.study.timeline", { N: n }),
  pairs: (n: number) => count("pages.study.pairs", n),
  videos: (n: number) => count("pages.study.videos", n),
  invite: {
    ...texts.invite,
    link: (name: string, date: string) => say("pages.study.invite.link", { Name: name, Date: date }),
  },
  without: (n: number) => count("pages.study.without", n),
  folder: {
    ...texts.folder,
    checked: (good: number, all: number, added: number) =>
      say("pages.study.folder.checked", { Good: good, All: all, New: added }),
    missing: (file: string) => say("pages.study.folder.missing", { File: file }),
    sent: (done: number, all: number) => say("pages.study.folder.sent", { Done: done, All: all }),
    line: (n: number, problem: string) => say("pages.study.folder.line", { N: n, Problem: problem }),
  },
  share: {
    ...texts.share,
    keySince: (date: string) => say("pages.study.share.keySince", { Date: date }),
  },
  import: {
    ...texts.import,
    set: (n: number) => say("pages.study.import.set", { N: n }),
    by: (rater: string, date: string) => say("pages.study.import.by", { Rater: rater, Date: date }),
  },
};
