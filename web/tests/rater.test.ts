// Somebody who only rates, in a real browser: invited from the study's page, signed in by
// the link, sees the videos of their study blinded and nothing else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { film, heading, launch, open, serve, until, violations, type Server } from "./harness";

let server: Server;
let browser: Browser;
let root: Page;
let rater: Page;
let study = "";
let recording = "";
let link = "";
const errors: string[][] = [];
const password = "a long enough sentence";

before(async () => {
  server = await serve("--accounts", "--no-second-factor");
  browser = await launch();
  root = await somebody();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

async function somebody(): Promise<Page> {
  const one = await open(browser, server.url);
  errors.push(one.errors);
  return one.page;
}

/** A request of the API with the session of a page. */
async function ask<T>(page: Page, method: string, path: string, data?: unknown): Promise<T> {
  const answer = await page.context().request.fetch(`${server.url}/api/v1${path}`, { method, data: data as Buffer });
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return (text ? JSON.parse(text) : null) as T;
}

test("a study with a rater who is invited from its page", async () => {
  await ask(root, "POST", "/setup", { name: "root", password });
  const person = (await ask<{ id: string }>(root, "POST", "/people", { name: "Ann Example", code: "P-1" })).id;
  const bytes = Buffer.from(film());
  const upload = await ask<{ id: string }>(root, "POST", "/uploads", {
    person_id: person,
    size: bytes.length,
    type: "video/mp4",
    client_id: "rater-film",
    label: "Lindenstrasse",
  });
  await ask(root, "PUT", `/uploads/${upload.id}?offset=0`, bytes);
  recording = (await ask<{ id: string }>(root, "POST", `/uploads/${upload.id}/finish`, {})).id;
  await until(
    async () => (await ask<{ state: string }>(root, "GET", `/recordings/${recording}`)).state === "done",
    "analyzed",
    300,
  );
  const made = await ask<{ id: string; plan: Record<string, unknown> }>(root, "POST", "/studies", {
    title: "Blinded eyes",
    films: [recording],
    raters: ["root"],
    kinds: ["spasm"],
    scales: ["smc"],
    statistics: ["events"],
    tolerance_s: 0.1,
    repeat_share: 0,
    second_round: false,
  });
  study = made.id;
  await root.goto(`/studies/${study}`);
  await heading(root, "Blinded eyes");
  await root.getByLabel("Name of the rater").fill("Rita");
  await root.getByRole("button", { name: "Make a link" }).click();
  await root.getByText(/Give this link to Rita/).waitFor();
  link = (await root.locator("code.link").textContent()) ?? "";
  assert.match(link, /\/invitation#/);
  await until(async () => /root\nRita/.test(await root.getByLabel("Raters").inputValue()), "the rater in the plan");
  await root.getByRole("button", { name: "Lock the plan" }).click();
  await root.getByText(/^Locked/).waitFor();
});

test("the rater sees their study and nothing else", async () => {
  rater = await somebody();
  await rater.goto(link);
  await rater.locator('input[type="password"]').first().waitFor();
  for (const field of await rater.locator('input[type="password"]').all()) await field.fill(password);
  await rater.locator("main").getByRole("button").last().click();
  await heading(rater, "Studies");
  await rater.getByText("Blinded eyes").waitFor();
  for (const name of ["People", "All recordings"])
    assert.equal(await rater.getByRole("link", { name, exact: true }).count(), 0);
  assert.equal(await rater.getByText("New study").count(), 0);
  for (const path of ["/", "/cohort", `/recordings/${recording}`, `/studies/${study}`, "/settings/accounts"]) {
    await rater.goto(path);
    await heading(rater, "Studies");
    assert.equal(new URL(rater.url()).pathname, "/studies");
  }
  const status = (path: string) => rater.evaluate(async (p) => (await fetch(`/api/v1${p}`)).status, path);
  for (const path of [
    "/people",
    "/cohort",
    `/recordings/${recording}`,
    `/studies/${study}`,
    `/studies/${study}/report`,
  ])
    assert.equal(await status(path), 403, path);
  await rater.goto("/settings");
  await rater.getByText("Signed in as Rita, rater.").waitFor();
  assert.equal(await rater.getByText("Key for files from colleagues").count(), 0);
});

test("the rater rates, blinded", async () => {
  await until(
    async () =>
      (await rater.context().request.get(`${server.url}/api/v1/studies/${study}/raters/Rita/looks/1/video`)).ok(),
    "copy for raters",
    120,
  );
  await rater.goto("/studies");
  await rater.getByRole("link", { name: /Rate as Rita|Rita/ }).click();
  await heading(rater, "Video 1 of 1");
  const page = await rater.content();
  for (const secret of ["Ann Example", "P-1", recording, "Lindenstrasse"])
    assert.ok(!page.includes(secret), `the page holds ${secret}`);
  assert.deepEqual(await violations(rater), []);
  await rater.getByRole("radio").nth(1).check();
  await rater.getByRole("button", { name: "Finish this video" }).click();
  await rater.getByText("Everything is rated. Thank you.").waitFor();
  await rater.locator("main").getByRole("link", { name: "Studies" }).click();
  await heading(rater, "Studies");
  assert.deepEqual(await violations(rater), []);
});

test("staff make a key for files from colleagues", async () => {
  await root.goto("/settings");
  await root.getByRole("button", { name: "Make a key", exact: true }).click();
  await root.getByText(/^age1/).waitFor();
  await root.getByRole("button", { name: "Make a new key" }).waitFor();
  assert.deepEqual(await violations(root), []);
  assert.deepEqual(errors.flat(), []);
});
