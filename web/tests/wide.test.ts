// No page scrolls sideways: not on the narrowest phone, and not on a usual one with text of
// double size, in English and in German, whose words are the longest. And axe finds nothing on
// the pages for studies, the cohort, the night, the live view, sharing, and in another language.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, open, serve, violations, type Server } from "./harness";
import { pages, people, settled, speak, standalone, type World } from "./world";

let server: Server;
let browser: Browser;
let world: World;
before(async () => {
  server = await serve();
  browser = await launch();
  world = await people(server);
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** By how many pixels a page is wider than the screen, and what reaches furthest. */
async function over(page: Page): Promise<string> {
  return page.evaluate(() => {
    const more = document.documentElement.scrollWidth - innerWidth;
    if (more <= 0) return "";
    const scrolls = (e: Element) => {
      for (let p = e.parentElement; p && p !== document.documentElement; p = p.parentElement)
        if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true;
      return false;
    };
    const far = [...document.querySelectorAll("body *")]
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(e))
      .slice(0, 3)
      .map((e) => e.outerHTML.slice(0, 120));
    return `${more} px: ${far.join(" | ")}`;
  });
}

for (const language of ["en", "de"])
  test(`no page scrolls sideways at 320 px, nor with text of 200 %: ${language}`, async () => {
    const { page } = await open(browser, server.url, {
      locale: language === "de" ? "de-DE" : "en-GB",
      reducedMotion: "reduce",
    });
    await speak(page.context(), language);
    const wrong: string[] = [];
    for (const [name, path] of [...pages(world), ...standalone(world)]) {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(path);
      await settled(page);
      for (const [what, width, text] of [
        ["320 px", 320, "100%"],
        ["text of 200 %", 390, "200%"],
      ] as const) {
        await page.setViewportSize({ width, height: 844 });
        await page.evaluate((size) => (document.documentElement.style.fontSize = size), text);
        await page.waitForTimeout(150); // charts draw themselves again
        const found = await over(page);
        if (found) wrong.push(`${name}, ${what}: ${found}`);
      }
    }
    assert.deepEqual(wrong, []);
    await page.context().close();
  });

test("studies, cohort, night, live view and sharing hold WCAG 2.2 AA, in German too", async () => {
  const wrong: string[] = [];
  for (const [language, width, colorScheme] of [
    ["en", 1280, "light"],
    ["de", 390, "dark"],
  ] as const) {
    const { page, errors } = await open(browser, server.url, {
      viewport: { width, height: 844 },
      colorScheme,
      reducedMotion: "reduce",
    });
    await speak(page.context(), language);
    const look = async (name: string) =>
      wrong.push(...(await violations(page)).map((v) => `${name} ${language} ${colorScheme}: ${v}`));
    for (const [name, path] of pages(world)) {
      if (!/^(stud|cohort|rate|night|live|people|settings|course|compare)/.test(name)) continue;
      await page.goto(path);
      await settled(page);
      assert.equal(await page.evaluate(() => document.documentElement.lang), language);
      await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
      await look(name);
    }
    await page.goto(`/people/${world.person}`);
    await page.getByRole("button", { name: language === "de" ? "Teilen" : "Share" }).click();
    await page.getByRole("dialog").waitFor();
    await look("share");
    wrong.push(...errors);
    await page.context().close();
  }
  assert.deepEqual(wrong, []);
});
