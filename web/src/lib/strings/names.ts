import { placeWords, regionWords, tappedWords } from "../places";
import en from "../../../../words/en/pages-names.json";
import { area } from "../../i18n";

const texts = area({ en }, "pages.names");

export const named = {
  ...texts,
  kind: texts.kind as Record<string, string>,
  kindShort: texts.kindShort as Record<string, string>,
  form: texts.form as Record<string, string>,
  region: regionWords,
  place: { ...placeWords, ...tappedWords } as Record<string, string>,
  trigger: texts.trigger as Record<string, string>,
  task: texts.task as Record<string, string>,
  refusal: texts.refusal as Record<string, string>,
  /** What spoke for (+) or against (-) a movement. */
  reason: texts.reason as Record<string, string>,
  state: texts.state as Record<string, string>,
};
