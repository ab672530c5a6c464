// What people read stands in words/<language>/*.json, beside the sentences of the
// program itself. i18next reads the files here. src/lib/strings gives each part of
// the app its texts as fields and functions, so that the compiler finds a wrong
// name. Another language is a folder of the same files, fetched before the first page.
import { createInstance } from "i18next";

/** The texts of one file by key; a text that depends on a number has several forms. */
type Texts = Record<string, string | Record<string, string>>;
type Languages<T extends Texts> = { en: T }; // learn() brings the others
type Values = Record<string, string | number>;

type Rest<K, P extends string> = K extends `${P}.${infer R}` ? R : never;
type Head<K> = K extends `${infer H}.${string}` ? H : K;
/** The texts below a key as fields: those of "a" for "a.title" and "a.side.left" are { title, side: { left } }. */
type Tree<T, P extends string> = {
  [H in Head<Rest<keyof T, P>> & string]: `${P}.${H}` extends keyof T ? string : Tree<T, `${P}.${H}`>;
};

/** The languages that the program speaks, English first; the folders of words. */
export const spoken = ["en", "de", "es", "zh-Hans"] as const;
export type Spoken = (typeof spoken)[number];

const kept = "facialis.language";
const wanted = typeof navigator === "undefined" ? ["en"] : navigator.languages;

/** The language of a browser's tag: de for de-AT, zh-Hans for zh-CN. */
export function nearest(tag: string): Spoken | undefined {
  const own = (s: string) => new Intl.Locale(s).maximize();
  try {
    const asked = own(tag);
    return spoken.find((s) => own(s).language === asked.language && own(s).script === asked.script);
  } catch {
    return undefined; // no tag at all
  }
}

function stored(): Spoken | undefined {
  try {
    return spoken.find((tag) => tag === localStorage.getItem(kept));
  } catch {
    return undefined; // no storage, as in a test
  }
}

/** The language of the pages: what was chosen, else the browser's first that is spoken. */
export const language: Spoken = stored() ?? wanted.map(nearest).find((tag) => tag !== undefined) ?? "en";

/** For Intl: the reader's own way of writing dates and numbers, in the language of the words. */
export const locale = wanted.find((tag) => nearest(tag) === language) ?? (language === "en" ? "en-GB" : language);

/** Speaks another language from now on; the page begins anew. */
export function speak(tag: Spoken): void {
  localStorage.setItem(kept, tag);
  location.reload();
}

export const i18n = createInstance();
void i18n.init({
  lng: language,
  fallbackLng: "en",
  resources: {},
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { prefix: "{{.", suffix: "}}", escapeValue: false }, // Svelte escapes
});

const words = {
  de: () => import("./lib/languages/de"),
  es: () => import("./lib/languages/es"),
  "zh-Hans": () => import("./lib/languages/zh-Hans"),
};

/** Fetches the texts of the language, before anything is shown; English comes with each part. */
export async function learn(): Promise<void> {
  if (language === "en") return;
  const { default: files } = await words[language]();
  for (const texts of Object.values(files)) i18n.addResources(language, "translation", flat(texts));
}

/** i18next wants every form of a text under a key of its own: a.title_one, a.title_other. */
function flat(texts: Texts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) =>
      typeof text === "string" ? [[key, text]] : Object.entries(text).map(([form, t]) => [`${key}_${form}`, t]),
    ),
  );
}

function add(languages: Languages<Texts>): void {
  i18n.addResources("en", "translation", flat(languages.en));
}

/** Texts by key, with values for their placeholders; count also chooses the form for a number. */
export function speaker<T extends Texts>(languages: Languages<T>) {
  add(languages);
  const say = (key: keyof T & string, values: Values = {}): string => i18n.t(key as string, { ...values, nest: false });
  const count = (key: keyof T & string, n: number, values: Values = {}): string =>
    say(key, { ...values, count: n, Count: n });
  return { say, count };
}

/** All texts below a key that need no value, as fields. */
export function area<T extends Texts, P extends string>(languages: Languages<T>, below: P): Tree<T, P> {
  add(languages);
  type Node = { [name: string]: string | Node };
  const tree: Node = {};
  for (const [key, text] of Object.entries(languages.en as Texts)) {
    if (!key.startsWith(`${below}.`) || typeof text !== "string" || text.includes("{{")) continue;
    const path = key.slice(below.length + 1).split(".");
    const last = path.pop() as string;
    let at = tree;
    for (const name of path) at = (at[name] ??= {}) as Node;
    at[last] = i18n.t(key, { nest: false });
  }
  return tree as Tree<T, P>;
}

/** The texts below a key by the rest of the key, which may hold dots: names of files. */
export function table<T extends Texts>(languages: Languages<T>, below: string): Record<string, string> {
  add(languages);
  const keys = Object.keys(languages.en).filter((key) => key.startsWith(`${below}.`));
  return Object.fromEntries(keys.map((key) => [key.slice(below.length + 1), i18n.t(key, { nest: false })]));
}
