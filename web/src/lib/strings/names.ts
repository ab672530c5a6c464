import { shownAs, tappedWords } from "../places";
import en from "../../../../words/en/pages-names.json";
import { area } from "../../i18n";

const texts = area({ en }, "pages.names");

const region = texts.region as Record<string, string>;
const place = texts.place as Record<string, string>;

/** What the diary's buttons said when they stored a region for a place. */
const tapped = Object.fromEntries(Object.keys(tappedWords).map((r) => [r, place[shownAs(r)] ?? region[r] ?? r]));

export const named = {
  ...texts,
  kind: texts.kind as Record<string, string>,
  kindShort: texts.kindShort as Record<string, string>,
  form: texts.form as Record<string, string>,
  region,
  place: { ...tapped, ...place } as Record<string, string>,
  trigger: texts.trigger as Record<string, string>,
  task: texts.task as Record<string, string>,
  refusal: texts.refusal as Record<string, string>,
  /** What spoke for (+) or against (-) a movement. */
  reason: texts.reason as Record<string, string>,
  state: texts.state as Record<string, string>,
};
