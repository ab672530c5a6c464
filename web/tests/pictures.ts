// Takes a picture of every page of the app, of the report and of the pages of their own, as
// phones and desks show them, of a made-up person. The words of each page are in a text beside it.
//   make pictures                      all of them, into build/pictures
//   make pictures ONLY='study|cohort'  the pages of these names (a regular expression)
//   make pictures LANGS='es|zh-Hans'   in these languages, a desk and a phone each
// The person's recordings are measured once and kept in build/pictures/data.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { bearer, drawnFace, launch, open, Server } from "./harness";
import { pages, people, settled, speak, standalone, states, withNights, type World } from "./world";

const out = resolve(process.env.PICTURES ?? "../build/pictures");
const only = new RegExp(process.env.ONLY ?? "");
const looks = new RegExp(process.env.LOOKS ?? "");
const langs = (process.env.LANGS ?? "").split("|").filter(Boolean);
const dist = process.env.DIST; // a folder of pages to show in place of those in the program

interface Look {
  language: string;
  text?: number; // size of the text, percent
  options: BrowserContextOptions;
}
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const small = { width: 320, height: 568 };
/** The ways in which each page is looked at, unless languages are named. */
const usual: Record<string, Look> = {
  "desk-light": { language: "en", options: { viewport: desk, colorScheme: "light" } },
  "desk-dark-de": { language: "de", options: { viewport: desk, colorScheme: "dark" } },
  "desk-contrast": { language: "en", options: { viewport: desk, forcedColors: "active" } },
  "phone-light-de": { language: "de", options: { viewport: phone, colorScheme: "light" } },
  "phone-dark": { language: "en", options: { viewport: phone, colorScheme: "dark" } },
  "small-200-de": { language: "de", text: 200, options: { viewport: small, colorScheme: "light" } },
  "small-de": { language: "de", options: { viewport: small, colorScheme: "light" } },
};
const spoken = (language: string): [string, Look][] => [
  [`desk-light-${language}`, { language, options: { viewport: desk, colorScheme: "light" } }],
  [`phone-dark-${language}`, { language, options: { viewport: phone, colorScheme: "dark" } }],
];
const ways = langs.length ? Object.fromEntries(langs.flatMap(spoken)) : usual;
const locales: Record<string, string> = { en: "en-GB", de: "de-DE", es: "es-ES", "zh-Hans": "zh-CN" };

async function take(
  page: Page,
  look: Look,
  path: string,
  file: string,
  prepare?: (page: Page) => Promise<unknown>,
): Promise<void> {
  await page.goto(path);
  await settled(page);
  await prepare?.(page);
  if (look.text) await page.evaluate((p) => (document.documentElement.style.fontSize = `${p}%`), look.text);
  await page.waitForTimeout(300); // charts draw themselves after the page has its size
  await page.screenshot({ path: file, fullPage: true });
  writeFileSync(file.replace(/png$/, "txt"), await page.evaluate(() => document.body.innerText));
}

/** The first steps of somebody who signs in, on a server with accounts. */
async function accounts(browser: Awaited<ReturnType<typeof launch>>, way: string, look: Look): Promise<void> {
  const server = await new Server().start("--accounts", "--no-second-factor");
  try {
    const { page } = await open(browser, server.url, options(look));
    await speak(page.context(), look.language);
    await take(page, look, "/setup", join(out, `setup-${way}.png`));
    const account = { name: "root", password: "a long enough sentence" };
    await page.evaluate(
      async (body) =>
        void (await fetch("/api/v1/setup", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        })),
      account,
    );
    const inside: [string, string][] = [
      ["accounts", "/settings/accounts"],
      ["passkeys", "/settings/passkeys"],
      ["audit", "/settings/audit"],
      ["settings-account", "/settings"],
    ];
    for (const [name, path] of inside) await take(page, look, path, join(out, `${name}-${way}.png`));
    await page.context().clearCookies();
    await take(page, look, "/login", join(out, `login-${way}.png`));
    await page.context().close();
  } finally {
    await server.close();
  }
}

const options = (look: Look): BrowserContextOptions => ({
  reducedMotion: "reduce",
  permissions: ["camera"],
  serviceWorkers: "block",
  locale: locales[look.language],
  ...look.options,
});

/** The report as paper: one page, and with its appendix; each page a picture. */
async function paper(server: Server, world: World): Promise<void> {
  const usual: [string, string, boolean][] = [
    ["en", "A4", false],
    ["de", "letter", false],
    ["de", "A4", true],
  ];
  const spoken = langs.flatMap((l): typeof usual => [
    [l, "A4", false],
    [l, "A4", true],
  ]);
  for (const [language, size, appendix] of langs.length ? spoken : usual) {
    const answer = await fetch(
      `${server.url}/api/v1/recordings/${world.first}/report.pdf?paper=${size}&appendix=${appendix}`,
      { headers: { ...bearer(server.url), "Accept-Language": language } },
    );
    if (!answer.ok) throw new Error(`report.pdf: ${answer.status} ${await answer.text()}`);
    const file = join(out, `paper-${size}-${language}${appendix ? "-appendix" : ""}`);
    writeFileSync(`${file}.pdf`, Buffer.from(await answer.arrayBuffer()));
    execFileSync("pdftoppm", ["-r", "80", "-png", `${file}.pdf`, file]);
  }
}

mkdirSync(out, { recursive: true });
const data = join(out, "data");
const note = join(data, "pictures.json");
const server = await new Server(data).start();
const browser = await launch(drawnFace().camera);
try {
  const world = existsSync(note) ? (JSON.parse(readFileSync(note, "utf8")) as World) : await people(server);
  writeFileSync(note, JSON.stringify(world));
  for (const [way, look] of Object.entries(ways)) {
    if (!looks.test(way)) continue;
    const { page, errors } = await open(browser, server.url, options(look));
    if (dist)
      await page.context().route(
        (url) => !url.pathname.startsWith("/api/"),
        (route) => {
          const { pathname } = new URL(route.request().url());
          return route.fulfill({ path: join(dist, extname(pathname) ? pathname : "index.html") });
        },
      );
    await speak(page.context(), look.language);
    await withNights(page);
    for (const [name, path, prepare] of [...pages(world), ...standalone(world), ...states(world)])
      if (only.test(name)) await take(page, look, path, join(out, `${name}-${way}.png`), prepare);
    for (const e of errors) console.error(`${way}: ${e}`);
    await page.context().close();
    if (only.test("accounts")) await accounts(browser, way, look);
    console.log(way);
  }
  if (only.test("paper")) await paper(server, world);
} finally {
  await browser.close();
  await server.stop();
}
