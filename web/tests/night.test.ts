// The page on filming a night: the look at one minute, the films of a whole night, and
// who may look.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { admit, launch, patience, Server, violations } from "./harness";

const server = new Server();
let browser: Browser;
let person = "";
const folder = mkdtempSync(join(tmpdir(), "night-"));

before(async () => {
  await server.start();
  browser = await launch();
  person = await server.person();
});
after(async () => {
  await browser?.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

test("the films of a night are put in order, and who may look is asked", async () => {
  const mine = await browser.newContext({ reducedMotion: "reduce" });
  await admit(mine, server.url);
  const page = await mine.newPage();
  page.setDefaultTimeout(patience);
  await page.goto(`${server.url}/people/${person}/record`);
  await page.getByRole("link", { name: /Film a night/ }).click();
  await page.getByRole("heading", { name: "Film a night", exact: true }).waitFor();
  assert.deepEqual(await violations(page), []);

  // A film that the page cannot play is said to be so.
  const bad = join(folder, "minute.mp4");
  writeFileSync(bad, "no film");
  await page.getByLabel("Choose the one-minute video").setInputFiles(bad);
  await page.getByText("This page cannot play the video").waitFor();

  const names = ["20261130_003000.mp4", "20261129_233000.mp4"].map((n) => {
    writeFileSync(join(folder, n), "no film");
    return join(folder, n);
  });
  await page.getByLabel("Choose the videos").setInputFiles(names);
  await page.getByText("2 videos").waitFor();
  const lines = await page.locator("ol.steps li").allTextContents();
  assert.match(lines[0]!, /^20261129_233000/);
  assert.match(lines[1]!, /^20261130_003000.*60 minutes are missing/);

  // A camera's folders by day and hour, with the first minute of the next hour.
  const record = join(folder, "record");
  for (const path of ["20241128/22/59.mp4", "20241128/23/01.mp4", "20241128/22/index.txt"]) {
    mkdirSync(join(record, dirname(path)), { recursive: true });
    writeFileSync(join(record, path), "no film");
  }
  await page.getByLabel("Choose a folder").setInputFiles(record);
  await page.locator("ol.steps li", { hasText: "20241128/23/01.mp4" }).waitFor();
  const inFolders = await page.locator("ol.steps li").allTextContents();
  assert.equal(inFolders.length, 2);
  assert.match(inFolders[0]!, /20241128\/22\/59\.mp4/);
  assert.match(inFolders[1]!, /20241128\/23\/01\.mp4.*2 minutes are missing/);

  // A name that tells nothing.
  const plain = join(folder, "night.mp4");
  writeFileSync(plain, "no film");
  await page.getByLabel("Choose the videos").setInputFiles(plain);
  await page.getByText("The name tells no start time").waitFor();

  await page.getByRole("button", { name: "Send the night" }).click();
  await page.getByText("Say who may view this video.").waitFor();
  assert.deepEqual(await violations(page), []);
});
