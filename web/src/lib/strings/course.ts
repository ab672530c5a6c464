import en from "../../../../words/en/pages-course.json";
import { number } from "../format";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.course");

export const course = {
  ...texts,
  series: {
    ...texts.series,
    burden: { ...texts.series.burden, diary: "" },
    mood: { ...texts.series.mood, recordings: "" },
  },
  chart: (title: string, n: number, said: string) => count("pages.course.chart", n, { Title: title, Said: said }),
  chartLine: (name: string, n: number, from: string, low: string, high: string) =>
    count("pages.course.chartLine", n, { Name: name, From: from, Low: low, High: high }),
  pairs: (n: number) => count("pages.course.values", n),
  measuredBy: (version: string) => say("pages.course.measuredBy", { Version: version }),
  leftOut: (n: number) => count("pages.course.leftOut", n),
  leftOutItem: (date: string, version: string) => say("pages.course.leftOutItem", { Date: date, Version: version }),
  queued: (n: number) => (n === 0 ? texts.queuedNone : count("pages.course.queued", n)),
  perDay: (x: string) => say("pages.course.perDay", { Number: x }),
  units: (n: number) => say("pages.course.units", { Number: number(n, 2) }),
  directions: texts.directions as Record<string, string>,
  names: texts.names as Record<string, string>,
  stepText: (name: string, from: string, a: string, b: string, date: string, between: [string, string] | null) =>
    between
      ? say("pages.course.stepTextAbout", {
          Name: name,
          Source: from,
          From: a,
          To: b,
          Date: date,
          Earliest: between[0],
          Latest: between[1],
        })
      : say("pages.course.stepText", { Name: name, Source: from, From: a, To: b, Date: date }),
  cycle: (date: string) => say("pages.course.cycle", { Date: date }),
  states: texts.states as Record<string, string>,
  dayN: (d: number) => say("pages.course.dayN", { Day: Math.round(d) }),
  range2: (a: string, b: string) => say("pages.course.range2", { From: a, To: b }),
  ofBefore: (s: number) => say("pages.course.ofBefore", { Share: Math.round(100 * s) }),
  predictedFrom: texts.predictedFrom as Record<string, string>,
  published: (o: number, d: number, sd: number) =>
    say("pages.course.published", { Onset: o, Length: Math.round(d), Spread: Math.round(sd) }),
  decStates: texts.decStates as Record<string, string>,
  perML: (n: number) => say("pages.course.perML", { Number: n }),
  lidGap: (side: string, before: string, after: string) =>
    say("pages.course.lidGap", { Side: side, Before: before, After: after }),
  ofPeople: (n: number) => say("pages.course.ofPeople", { Number: n }),
  pooled: (n: number, from: string, rate: string, low: string, high: string) =>
    say("pages.course.pooled", { Number: n, From: from, Rate: rate, Low: low, High: high }),
  since: (m: number) => say("pages.course.since", { Months: Math.round(m * 10) / 10 }),
  questions: texts.questions as Record<string, string>,
  verdicts: texts.verdicts as Record<string, string>,
};
