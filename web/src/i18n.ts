// The words of the app stand in src/lib/strings/<language>/, a file for every
// part of the app. English is the one that is always there; another language
// is a folder of the same files beside it, each given to pick() in the file of
// its part in src/lib/strings. A test holds that no words stand elsewhere.

export type Languages<T> = { en: T } & Partial<Record<string, T>>;

const wanted = typeof navigator === "undefined" ? ["en"] : navigator.languages;

/** The words in the first of the reader's languages that there is. */
export function pick<T>(languages: Languages<T>): T {
  for (const tag of wanted) {
    const words = languages[tag] ?? languages[tag.split("-")[0] ?? ""];
    if (words) return words;
  }
  return languages.en;
}

// The languages that every part has.
const spoken = ["en"];

/** For Intl: the reader's own way of writing dates and numbers, in a language that the words are in. */
export const locale = wanted.find((tag) => spoken.includes(tag.split("-")[0] ?? "")) ?? "en-GB";
