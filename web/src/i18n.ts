// What people read stands in words/<language>/*.json, beside the sentences of the
// program itself. i18next reads the files here. src/lib/strings gives each part of
// the app its texts as fields and functions, so that the compiler finds a wrong
// name. Another language is a folder of the same files, added in those modules.
import { createInstance } from "i18next";

/** The texts of one file by key; a text that depends on a number has several forms. */
type Texts = Record<string, string | Record<string, string>>;
type Languages<T extends Texts> = { en: T } & Partial<Record<string, Texts>>;
type Values = Record<string, string | number>;

type Rest<K, P extends string> = K extends `${P}.${infer R}` ? R : never;
type Head<K> = K extends `${infer H}.${string}` ? H : K;
/** The texts below a key as fields: those of "a" for "a.title" and "a.side.left" are { title, side: { left } }. */
type Tree<T, P extends string> = { [H in Head<Rest<keyof T, P>> & string]: `${P}.${H}` extends keyof T ? string : Tree<T, `${P}.${H}`> };

const wanted = typeof navigator === "undefined" ? ["en"] : navigator.languages;

// The languages that every part has.
const spoken = ["en"];
const base = (tag: string) => tag.split("-")[0] ?? "";

/** For Intl: the reader's own way of writing dates and numbers, in a language that the words are in. */
export const locale = wanted.find((tag) => spoken.includes(base(tag))) ?? "en-GB";

export const i18n = createInstance();
void i18n.init({
  lng: wanted.map((tag) => (spoken.includes(tag) ? tag : base(tag))).find((tag) => spoken.includes(tag)) ?? "en",
  fallbackLng: "en",
  resources: {},
  initAsync: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { prefix: "{{.", suffix: "}}", escapeValue: false }, // Svelte escapes
});

/** i18next wants every form of a text under a key of its own: a.title_one, a.title_other. */
function flat(texts: Texts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([key, text]) => (typeof text === "string" ? [[key, text]] : Object.entries(text).map(([form, t]) => [`${key}_${form}`, t]))),
  );
}

function add(languages: Languages<Texts>): void {
  for (const [tag, texts] of Object.entries(languages)) if (texts) i18n.addResources(tag, "translation", flat(texts));
}

/** Texts by key, with values for their placeholders; count also chooses the form for a number. */
export function speaker<T extends Texts>(languages: Languages<T>) {
  add(languages);
  const say = (key: keyof T & string, values: Values = {}): string => i18n.t(key as string, { ...values, nest: false });
  const count = (key: keyof T & string, n: number, values: Values = {}): string => say(key, { ...values, count: n, Count: n });
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
