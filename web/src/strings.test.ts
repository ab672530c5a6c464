// What people read stands in words/en, and nowhere else: every component and
// every file of the pages is read for text that looks like words for people.
// It looks, it does not know: a lone word in small letters inside an expression
// is not seen.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "svelte/compiler";
import { i18n, speaker } from "./i18n";

type Node = { type: string; start: number; [key: string]: unknown };

// Attributes whose value the browser reads, not a person.
const quiet =
  /^(class|style|id|for|href|src|type|name|role|autocomplete|inputmode|d|points|transform|viewBox|xmlns|fill|stroke[a-z-]*|text-anchor|preserveAspectRatio|rel|target|media|accept|step|pattern|data-.*|aria-(live|current|controls|labelledby|describedby|expanded|hidden|pressed|haspopup|sort|atomic|busy|modal|orientation|selected|invalid))$/;

// What looks like words for people and is for the browser: styles, headers, keys.
const style = /^([1-9]00 )?[\d…]+px |^translate|^var\(|^\(prefers-/;
const forBrowser = new Set(["Content-Type", "Problem", "Escape"]);
// Names that are the same in every language.
const names = new Set(
  ["Edge", "Opera", "Samsung Internet", "Firefox", "Chrome", "Safari"].concat([
    "iPhone",
    "iPad",
    "Android",
    "Windows",
    "Mac",
    "ChromeOS",
    "Linux",
  ]),
);
const units = /\b(min|Hz|mm|h|s)\b/g; // the same in every language
const selects = new Set(["closest", "querySelector", "querySelectorAll", "matches"]);

// A word of two letters or more that begins with a capital, two words with a
// space between, or a word beside a value that is put in.
const looksRead = (text: string) => {
  const s = text.replace(units, "…");
  return (
    !style.test(s) &&
    !forBrowser.has(s) &&
    !names.has(s) &&
    (/(^|[^\p{L}\d_./#-])\p{Lu}\p{Ll}+/u.test(s) ||
      /\p{L}{2,}[,;:.!?]? \p{L}{2,}/u.test(s) ||
      /\p{L}{2,}[,:]? …|… \p{L}{2,}/u.test(s))
  );
};

/** The text for people in a source, with the line it stands on. */
function found(source: string): string[] {
  const out: string[] = [];
  const line = (n: Node) => source.slice(0, n.start).split("\n").length;
  const add = (n: Node, text: string) => out.push(`${line(n)}: ${text.trim().replace(/\s+/g, " ")}`);

  function walk(n: unknown, quietly: boolean): void {
    if (Array.isArray(n)) return n.forEach((m) => walk(m, quietly));
    if (!n || typeof n !== "object" || typeof (n as Node).type !== "string") return;
    const node = n as Node;
    const into = (q: boolean, ...keys: string[]) => {
      for (const [k, v] of Object.entries(node))
        if (v && typeof v === "object" && (keys.length === 0 || keys.includes(k))) walk(v, q);
    };
    switch (node.type) {
      case "Text": // between tags
        if (!quietly && /\p{L}{2,}/u.test(String(node.data))) add(node, String(node.data));
        return;
      case "Attribute": {
        const q = quiet.test(String(node.name));
        const value = node.value as Node[] | Node | true;
        if (Array.isArray(value)) {
          for (const v of value) {
            if (v.type !== "Text") walk(v, q);
            else if (!q && looksRead(String(v.data))) add(v, String(v.data));
          }
        } else walk(value, q);
        return;
      }
      case "Literal":
        if (!quietly && typeof node.value === "string" && looksRead(node.value)) add(node, node.value);
        return;
      case "TemplateLiteral": {
        const text = (node.quasis as { value: { cooked: string } }[]).map((q) => q.value.cooked).join("\u2026");
        if (!quietly && looksRead(text)) add(node, text);
        return walk(node.expressions, quietly);
      }
      case "ImportDeclaration":
      case "ExportAllDeclaration":
      case "TSTypeAnnotation":
      case "TSTypeAliasDeclaration":
      case "TSInterfaceDeclaration":
      case "TSTypeParameterInstantiation":
      case "StyleSheet":
      case "StyleDirective":
        return;
      case "ExportNamedDeclaration":
        return into(quietly, "declaration");
      case "TSAsExpression":
      case "TSSatisfiesExpression":
        return into(quietly, "expression");
      case "SwitchCase":
        return walk(node.consequent, quietly);
      case "BinaryExpression":
        if (["===", "!==", "in", "instanceof"].includes(String(node.operator))) return into(true);
        return into(quietly);
      case "Property":
      case "PropertyDefinition":
        if (node.computed) walk(node.key, quietly);
        return walk(node.value, quietly);
      case "MemberExpression":
        walk(node.object, quietly);
        return node.computed ? walk(node.property, true) : undefined;
      case "CallExpression": {
        const callee = node.callee as Node;
        if (callee.type === "MemberExpression" && selects.has(String((callee.property as Node).name)))
          return walk(node.callee, quietly);
        const args = node.arguments as Node[];
        const page = args[0]?.type === "Literal" && pages.has(String(args[0].value)); // exists("Record")
        walk(node.callee, quietly);
        return walk(page ? args.slice(1) : args, quietly);
      }
      case "ThrowStatement": {
        const made = node.argument as Node;
        // Error is for the log; every other class is shown.
        return into(made.type === "NewExpression" && (made.callee as Node).name === "Error");
      }
    }
    into(quietly);
  }
  const ast = parse(source, { modern: true }) as unknown as Record<string, unknown>;
  for (const part of ["fragment", "instance", "module"]) {
    const p = ast[part] as Node | null;
    if (p) walk(part === "fragment" ? p : p.content, false);
  }
  return out;
}

function below(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? below(join(dir, e.name)) : [join(dir, e.name)],
  );
}

const pages = new Set(below("src").flatMap((f) => /([^/]+)\.page\.svelte$/.exec(f)?.[1] ?? []));

test("what people read stands in words/en", () => {
  const files = below("src").filter((f) => /\.(svelte|ts)$/.test(f) && !/(\.test|\.d|\.check|routes)\.ts$/.test(f));
  assert.ok(files.length > 50, "the pages' files are read");
  const all = files.flatMap((f) => {
    const source = readFileSync(f, "utf8");
    return found(f.endsWith(".svelte") ? source : `<script lang="ts">${source}</script>`).map((hit) => `${f}:${hit}`);
  });
  assert.deepEqual(all, []);
});

// How a text is joined, how a number is written and whether a label begins with a capital
// is each language's own affair: lib/format.ts does it, by locale.
const byHand: [RegExp, RegExp, string][] = [
  [/\.join\("[,;/] "\)/, /^$/, "a list joined by code: use list, parts or clauses of lib/format"],
  [/\.toLowerCase\(\)/, /event\.key|typed\.trim/, "a label in small letters: give the words a text of its own"],
  [/\.charAt\(0\)\.toLowerCase/, /^$/, "the first letter made small: give the words a text of its own"],
  // Addresses, paths of drawings and lengths that only a style reads.
  [
    /\.toFixed\(/,
    /choose\(`|frame\?t=|\{ t: |query: \{|[ML]" ?:|"M"|style|path|points|x1=|cx=|d=/,
    "a number written by code: use fixed or number of lib/format",
  ],
];

function joinedByHand(source: string): string[] {
  return source
    .split("\n")
    .flatMap((line, i) =>
      byHand.flatMap(([bad, allowed, why]) =>
        bad.test(line) && !allowed.test(line) ? [`${i + 1}: ${why}: ${line.trim()}`] : [],
      ),
    );
}

test("lists, numbers and labels follow the language", () => {
  const files = below("src").filter((f) => /\.(svelte|ts)$/.test(f) && !/(\.test|\.d|\.check)\.ts$/.test(f));
  const all = files
    .filter((f) => f !== join("src", "lib", "format.ts"))
    .flatMap((f) => joinedByHand(readFileSync(f, "utf8")).map((hit) => `${f}:${hit}`));
  assert.deepEqual(all, []);
  for (const line of ['names.join(", ")', 'x.join("; ")', "t.side.right.toLowerCase()", "<td>{x.toFixed(1)}</td>"])
    assert.equal(joinedByHand(line).length, 1, line);
});

test("the reader of files finds what people read", () => {
  const see = (s: string) => found(s).map((x) => x.replace(/^\d+: /, ""));
  assert.deepEqual(see("<p>Hello</p>"), ["Hello"]);
  assert.deepEqual(see("<p class=\"two words\" id='A'>{t.title}</p>"), []);
  assert.deepEqual(see('<button aria-label="Close it">×</button>'), ["Close it"]);
  assert.deepEqual(see('<Field label="Name" />'), ["Name"]);
  assert.deepEqual(see("{#if x}{x ? 'No camera' : t.x}{/if}"), ["No camera"]);
  assert.deepEqual(see('<script lang="ts">const s = (n: number) => `${n} spasms seen`;</script>'), ["… spasms seen"]);
  assert.deepEqual(see("<p>{`pain ${n}`}</p><p class={`row ${n}`}></p>"), ["pain …"]);
  assert.deepEqual(see("{#if exists('Record')}{f('Record it')}{/if}"), ["Record it"]);
  assert.deepEqual(see("<script lang=\"ts\">throw new Refused(0, 'It is gone')</script>"), ["It is gone"]);
  assert.deepEqual(see("<script lang=\"ts\">throw new Error('no such thing')</script>"), []);
  assert.deepEqual(see("<script lang=\"ts\">const on = (e: KeyboardEvent) => e.key === 'Escape';</script>"), []);
});

// In another language nothing English is left; keys, versions and addresses are the same everywhere.
test("a made-up language changes every text", async () => {
  i18n.use({ type: "postProcessor", name: "made-up", process: (text: string) => `⟦${text}⟧` });
  i18n.options.postProcess = ["made-up"];
  const parts = Object.values(import.meta.glob("./lib/strings/*.ts")) as (() => Promise<Record<string, unknown>>)[];
  let seen = 0;
  const held = (value: unknown, at: string): void => {
    if (typeof value === "function") {
      for (const n of [0, 1, 2]) held((value as (...args: unknown[]) => unknown)(n, n, n, n, n, null), `${at}(${n})`);
      return;
    }
    if (typeof value === "object" && value !== null) {
      for (const [name, v] of Object.entries(value)) held(v, `${at}.${name}`);
      return;
    }
    if (value === "") return;
    seen++;
    assert.match(String(value), /^⟦[^]*⟧$/, at);
    assert.doesNotMatch(String(value), /\{\{|⟦pages\./, at);
  };
  for (const part of parts) for (const [name, value] of Object.entries(await part())) held(value, name);
  assert.ok(seen > 700, `${seen} texts`);
});

test("a person's own words are shown as they are", async () => {
  i18n.options.postProcess = false;
  const { say, count } = speaker({
    en: { "test.hello": "Hello {{.Name}}!", "test.found": { one: "1 person", other: "{{.Count}} people" } },
  });
  for (const name of ["Ann", "<b>", "$1 $&", "$t(test.found)", "{{.Name}}", "{{count}}"])
    assert.equal(say("test.hello", { Name: name }), `Hello ${name}!`);
  assert.deepEqual(
    [0, 1, 2].map((n) => count("test.found", n)),
    ["0 people", "1 person", "2 people"],
  );
});
