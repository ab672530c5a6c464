// The words of the app stand in src/lib/strings/<language>/, a file for every
// part of the app. English is the one that is always there; another language
// is a file of the same shape beside it, given to pick().

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

/** For Intl: the reader's own way of writing dates and numbers, in English words. */
export const locale = wanted.find((tag) => tag.startsWith("en")) ?? "en-GB";
