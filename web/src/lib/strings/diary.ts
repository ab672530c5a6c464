import en from "../../../../words/en/pages-diary.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.diary");

export const diary = {
  ...texts,
  waiting: (n: number) => say("pages.diary.waiting", { Number: n }),
  forgetAsk: (n: number) => (n ? count("pages.diary.forgetAskLost", n) : texts.forgetAsk),
  attacksCounted: (n: number) => count("pages.diary.attacksCounted", n),
  totalOf: (n: number) => say("pages.diary.totalOf", { Number: n }),
  picture: (text: string) => say("pages.diary.picture", { Text: text }),
  month: (name: string, n: number) => say("pages.diary.month", { Name: name, Number: n }),
  dayLabel: (day: string, attacks: number | null, treated: boolean) => {
    if (attacks === null)
      return treated
        ? say("pages.diary.dayLabelTreatedNothing", { Day: day })
        : say("pages.diary.dayLabelNothing", { Day: day });
    return treated
      ? count("pages.diary.dayLabelTreated", attacks, { Day: day })
      : count("pages.diary.dayLabel", attacks, { Day: day });
  },
  siteUnits: (place: string, side: string) => say("pages.diary.siteUnits", { Place: place, Side: side }),
  titles: {
    ...texts.titles,
    visitWith: (who: string) => say("pages.diary.titles.visitWith", { Who: who }),
    drugIs: (name: string) => say("pages.diary.titles.drugIs", { Name: name }),
  },
  line: {
    ...texts.line,
    triggers: texts.line.triggers as Record<string, string>,
    attacks: (n: number) => count("pages.diary.line.attacks", n),
    longest: (s: string) => say("pages.diary.line.longest", { Length: s }),
    sleep: (h: number) => say("pages.diary.line.sleep", { Hours: h }),
    pain: (n: number) => say("pages.diary.line.pain", { Number: n }),
    headache: (n: number) => say("pages.diary.line.headache", { Number: n }),
    tinnitus: (n: number) => say("pages.diary.line.tinnitus", { Number: n }),
    mood: (n: number) => say("pages.diary.line.mood", { Number: n }),
    units: (n: number) => say("pages.diary.line.units", { Number: n }),
    until: (day: string) => say("pages.diary.line.until", { Day: day }),
    next: (day: string) => say("pages.diary.line.next", { Day: day }),
  },
};
