import en from "../../../../words/en/pages-night.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const texts = area({ en }, "pages.night");

export const night = {
  ...texts,
  faceIn: (found: number, looks: number) => say("pages.night.faceIn", { Found: found, Looks: looks }),
  wide: (px: number) => say("pages.night.wide", { Pixels: px }),
  rateIs: (n: number) => say("pages.night.rateIs", { Rate: n }),
  films: (n: number) => count("pages.night.films", n),
  span: (from: string, to: string) => say("pages.night.span", { From: from, To: to }),
  gap: (minutes: number) => count("pages.night.gap", minutes),
  overlap: (minutes: number) => count("pages.night.overlap", minutes),
  looksNamed: (name: string) => say("pages.night.looksNamed", { Name: name }),
  reduced: (when: string) => say("pages.night.reduced", { When: when }),
  file: (name: string, when: string, size: string) => say("pages.night.file", { Name: name, When: when, Size: size }),
};

const course = area({ en }, "pages.nights");

export const nights = {
  ...course,
  between: (v: string, lo: string, hi: string) => say("pages.nights.between", { Value: v, Lo: lo, Hi: hi }),
  hours: (night: string) => say("pages.nights.hours", { Night: night }),
  of: (all: number, asleep: number) => say("pages.nights.of", { All: all, Asleep: asleep }),
};
