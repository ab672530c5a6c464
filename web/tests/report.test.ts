// The report is a page like the others: WCAG 2.2 AA, on a phone and a desk, light and dark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { handIn, launch, open, serve, until, violations, type Server } from "./harness";

let server: Server;
let browser: Browser;
before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the report of a drawn face holds WCAG 2.2 AA", async () => {
  const person = await server.person();
  const id = await handIn(server.url, person, "one", "2026-08-01T10:00:00Z");
  await until(
    async () => (await server.api<{ state: string }>("GET", `/recordings/${id}`)).state === "done",
    "measured",
    300,
  );
  const found: string[] = [];
  for (const width of [390, 1280])
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await open(browser, server.url, { viewport: { width, height: 844 }, colorScheme });
      await page.goto(`/api/v1/recordings/${id}/report.html`);
      await page.locator("h1").first().waitFor();
      for (const fold of await page.locator("details:not([open]) > summary").all()) await fold.click();
      found.push(...(await violations(page)).map((v) => `${width} ${colorScheme}: ${v}`));
      await page.context().close();
    }
  assert.deepEqual(found, []);
});
