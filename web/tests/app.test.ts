// The app from the first person to the delete, in a real browser.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { bearer, api, handIn, launch, open, serve, shots, violations, type Server } from "./harness";

interface Events {
  events: {
    id: string;
    kind: string;
    side: string;
    status: string;
    onset_s: number;
    offset_s: number;
    note: string | null;
    machine: { onset_s: number } | null;
  }[];
  machine: number;
  corrections: number;
}

let server: Server;
let browser: Browser;
let page: Page;
let errors: string[];
let person = "";
let first = "";
let second = "";

before(async () => {
  server = await serve(); // known first, so that it ends whatever the browser does
  browser = await launch();
  ({ page, errors } = await open(browser, server.url));
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (zip) rmSync(zip, { force: true });
});

const events = () => api<Events>(server.url, "GET", `/recordings/${first}/events`);
const list = () => page.getByRole("list", { name: "Events" });
const heading = (name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** Waits for the answer to a correction, then gives the events. */
async function corrected(act: () => Promise<unknown>): Promise<Events> {
  const answer = page.waitForResponse((r) => r.url().endsWith("/corrections") && r.request().method() === "POST");
  await act();
  assert.equal((await answer).status(), 200);
  return events();
}

test("a person is added, found and changed", async () => {
  await page.goto("/");
  await page.getByRole("button", { name: "For somebody else" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("Enter a name or a code.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Ann Example");
  await page.getByLabel("Code").fill("K-17");
  await page.getByLabel("Affected side").selectOption("right");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await heading("Ann Example");
  person = new URL(page.url()).pathname.split("/")[2] ?? "";

  await page.getByRole("button", { name: "Edit" }).click();
  await page.getByLabel("Year of birth").fill("1968");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByText("born 1968").waitFor();

  await page.goto("/");
  await page.getByRole("searchbox").fill("k-17");
  await page.getByRole("link", { name: /Ann Example/ }).waitFor();
  await page.getByRole("searchbox").fill("somebody else");
  await page.getByText("No matches").waitFor();
});

test("recordings tell their progress until they are measured", async () => {
  await page.goto(`/people/${person}/recordings`);
  await page.getByText("No recordings yet").waitFor();
  first = await handIn(server.url, person, "Before", "2026-08-01T10:00:00Z");
  await page.getByRole("link", { name: "Before" }).waitFor(); // comes by itself
  await page.getByRole("progressbar").first().waitFor();
  await page.getByText("per minute", { exact: true }).first().waitFor({ timeout: 300_000 });
  second = await handIn(server.url, person, "After", "2026-10-01T10:00:00Z");
});

test("keys step, jump and set the speed", async () => {
  await page.goto(`/recordings/${first}`);
  await list().waitFor();
  const time = page.locator("output");
  const read = async () => Number((await time.textContent())?.split(" ")[0]?.split(":")[1]);
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2);
  const chosen = list().locator('button[aria-pressed="true"]');
  await chosen.waitFor(); // the first spasm, at which the page opens
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  const all = (await events()).events.filter((e) => e.kind === "spasm");
  assert.equal(await chosen.count(), 1);
  assert.match((await chosen.textContent()) ?? "", new RegExp(`0:0${(all[0]?.onset_s ?? 0).toFixed(2).slice(0, 3)}`));

  const before = await read();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(
    (t) => Number(document.querySelector("output")?.textContent?.split(" ")[0]?.split(":")[1]) > t,
    before,
  );
  const step = (await read()) - before;
  assert.ok(step > 0.015 && step < 0.08, `a step of ${step} s`);

  await page.keyboard.press("[");
  assert.equal(await page.evaluate(() => document.querySelector("video")?.playbackRate), 0.5);
  await page.keyboard.press("]");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => document.querySelector("video")?.paused === false);
  await page.keyboard.press(" ");
  await page.waitForFunction(() => document.querySelector("video")?.paused === true);
});

test("events are corrected, the figures follow, the program's own stay", async () => {
  const at = await events();
  const own = at.events.find((e) => e.kind === "spasm");
  assert.ok(own, "the drawn film has a spasm");
  const machine = await api<{ events: { id: string; onset_s: number }[] }>(
    server.url,
    "GET",
    `/recordings/${first}/analysis`,
  );
  const spasms = () =>
    page
      .getByRole("row", { name: /^Spasms \d/ })
      .getByRole("cell")
      .first()
      .textContent();
  const was = Number(await spasms());

  await list().locator(`[data-id="${own.id}"] button`).click();
  let now = await corrected(() => page.getByRole("button", { name: "Reject" }).click());
  assert.equal(now.events.find((e) => e.id === own.id)?.status, "rejected");
  await page.waitForFunction(
    (n) =>
      [...document.querySelectorAll("tr")].some((r) => new RegExp(`^Spasms\\s*${n}`).test(r.textContent?.trim() ?? "")),
    was - 1,
  );

  now = await corrected(() => page.getByRole("button", { name: "Confirm" }).click());
  assert.equal(now.events.find((e) => e.id === own.id)?.status, "confirmed");

  await page.getByRole("button", { name: "Edit", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("End", { exact: true }).fill("0");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByText("The end is before the start. Check the end time.").waitFor();
  await dialog.getByLabel("End", { exact: true }).fill((own.offset_s + 0.1).toFixed(3));
  await dialog.getByLabel("Kind").selectOption("voluntary");
  await dialog.getByLabel("Note").fill("a wink");
  await corrected(() => dialog.getByRole("button", { name: "Save" }).click());
  await dialog.waitFor({ state: "hidden" });
  const changed = (await events()).events.find((e) => e.id === own.id);
  assert.equal(changed?.kind, "voluntary");
  assert.equal(changed?.note, "a wink");
  assert.ok(Math.abs((changed?.offset_s ?? 0) - own.offset_s - 0.1) < 0.002);
  assert.equal(changed?.machine?.onset_s, own.onset_s);

  now = await corrected(() => page.getByRole("button", { name: "Undo" }).click());
  assert.equal(now.events.find((e) => e.id === own.id)?.kind, "spasm");

  await page.getByRole("button", { name: "Add an event here" }).click();
  await dialog.getByLabel("Start", { exact: true }).fill("0:09.500");
  await dialog.getByLabel("End", { exact: true }).fill("0:09.800");
  now = await corrected(() => dialog.getByRole("button", { name: "Save" }).click());
  const added = now.events.find((e) => e.status === "added");
  assert.equal(added?.onset_s, 9.5);
  assert.equal(now.machine, machine.events.length);

  await page.locator("summary", { hasText: "History of changes" }).click();
  await page.getByRole("button", { name: "Show the history" }).click();
  await page.getByText("undid the latest correction").waitFor();
  const after = await api<typeof machine>(server.url, "GET", `/recordings/${first}/analysis`);
  assert.deepEqual(after, machine);
});

test("the end of an event is moved by dragging it", async () => {
  await page.getByRole("button", { name: "Whole recording" }).click();
  const added = (await events()).events.find((e) => e.status === "added");
  assert.ok(added);
  await list().locator(`[data-id="${added.id}"] button`).click();
  const lanes = page.getByRole("img", { name: /Events over time/ });
  await lanes.scrollIntoViewIfNeeded();
  const box = await lanes.boundingBox();
  assert.ok(box);
  const duration = (await api<{ duration_s: number }>(server.url, "GET", `/recordings/${first}`)).duration_s;
  const x = (t: number) => box.x + 58 + (t / duration) * (box.width - 58 - 20);
  const y = box.y + (added.side === "left" ? 72 : 24);
  await page.mouse.move(x(added.offset_s), y);
  await page.mouse.down();
  await page.mouse.move(x(added.offset_s + 0.5), y, { steps: 5 });
  const now = await corrected(() => page.mouse.up());
  const moved = now.events.find((e) => e.id === added.id);
  assert.ok(Math.abs((moved?.offset_s ?? 0) - added.offset_s - 0.5) < 0.06, `moved to ${moved?.offset_s}`);
});

test("two fingers zoom and one pans, on a phone", async () => {
  const phone = await open(browser, server.url, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.page.goto(`/recordings/${first}`);
  const lanes = phone.page.getByRole("img", { name: /Events over time/ });
  await lanes.scrollIntoViewIfNeeded();
  const box = await lanes.boundingBox();
  assert.ok(box);
  const shown = phone.page.locator(".bar .number").first();
  const span = async () => {
    const [from, to] = ((await shown.textContent()) ?? "").split("–").map((s) => Number(s.trim().split(":")[1]));
    return { from: from ?? NaN, to: to ?? NaN };
  };
  const client = await phone.page.context().newCDPSession(phone.page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", ...xs: number[]) =>
    client.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: xs.map((x, id) => ({ x: box.x + x, y: box.y + 30, id })),
    });
  const drawn = () =>
    phone.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const whole = await span();
  await touch("touchStart", 180, 220);
  for (let d = 5; d <= 60; d += 5) await touch("touchMove", 180 - d, 220 + d);
  await touch("touchEnd");
  await drawn();
  const near = await span();
  assert.ok(
    near.to - near.from < 0.5 * (whole.to - whole.from),
    `${JSON.stringify(whole)} became ${JSON.stringify(near)}`,
  );
  await touch("touchStart", 300);
  for (let x = 290; x >= 150; x -= 10) await touch("touchMove", x);
  await touch("touchEnd");
  await drawn();
  const later = await span();
  assert.ok(
    later.from > near.from && Math.abs(later.to - later.from - (near.to - near.from)) < 0.3,
    JSON.stringify(later),
  );
  assert.deepEqual(phone.errors, []);
  await phone.page.context().close();
});

test("two recordings stand side by side", async () => {
  await page.goto(`/people/${person}/recordings`);
  await page.getByRole("button", { name: "Compare two" }).click({ timeout: 300_000 });
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await page.getByRole("button", { name: "Compare two" }).click();
  await heading("Two recordings side by side");
  const row = page.getByRole("row", { name: /^Spasms a minute \d/ });
  assert.match((await row.textContent()) ?? "", /to .*chance/);
  const [a, b] = await page.locator(".two a").allTextContents();
  assert.deepEqual([a, b], ["Before", "After"]);
});

test("lists say what both eyes did beside the spasms", async () => {
  for (const at of [1, 1.4, 1.8])
    await api(server.url, "POST", `/recordings/${second}/corrections`, {
      op: "add",
      onset_s: at,
      offset_s: at + 0.2,
      side: "both",
      kind: "blink",
    });
  await page.goto(`/people/${person}/recordings`);
  await page.getByText("per minute", { exact: true }).first().waitFor();
  assert.deepEqual(await page.getByText(/closures? of both eyes/).allInnerTexts(), ["1 long closure of both eyes"]);
  await page.goto("/");
  await page.getByText("1 long closure of both eyes").waitFor();
});

test("every page holds WCAG 2.2 AA, in light and dark, wide and narrow", async () => {
  const paths = [
    "/",
    `/people/${person}`,
    `/people/${person}/recordings`,
    `/people/${person}/questions`,
    `/people/${person}/result`,
    `/people/${person}/diary`,
    `/people/${person}/course`,
    `/people/${person}/record`,
    `/people/${person}/upload`,
    `/people/${person}/compare?a=${first}&b=${second}`,
    `/recordings/${first}`,
    "/settings",
    "/nowhere",
  ];
  const wrong: string[] = [];
  for (const [colorScheme, viewport] of [
    ["light", { width: 1280, height: 900 }],
    ["dark", { width: 390, height: 844 }],
  ] as const) {
    const one = await open(browser, server.url, { colorScheme, viewport });
    for (const path of paths) {
      await one.page.goto(path);
      await one.page.getByRole("heading", { level: 1 }).first().waitFor();
      await one.page.locator('main [role="status"]:has-text("Loading")').waitFor({ state: "detached" });
      wrong.push(...(await violations(one.page)).map((v) => `${path} ${colorScheme}: ${v}`));
      const over = await one.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${path} is ${over} px wider than the screen`);
    }
    wrong.push(...one.errors);
    await one.page.context().close();
  }
  assert.deepEqual(wrong, []);
});

let zip = "";

test("home or clinic is chosen once, for the result and the reports", async () => {
  await page.goto(`/recordings/${first}`);
  await page.locator("summary").filter({ hasText: "Download" }).click();
  const report = page.getByRole("link", { name: /report/i }).first();
  assert.match((await report.getAttribute("href")) ?? "", /setting=public\b/);
  await page.getByLabel(/^Setting/).selectOption("clinic");
  assert.match((await report.getAttribute("href")) ?? "", /setting=clinic\b/);
  const asked = page.waitForRequest((r) => r.url().includes("/assessment?"));
  await page.goto(`/people/${person}/result?page=clinician`);
  assert.match((await asked).url(), /setting=clinic/);
  assert.equal(await page.getByLabel(/^Setting/).inputValue(), "clinic");
  await page.getByLabel(/^Setting/).selectOption("public");
});

test("everything about a person is taken out as a zip", async () => {
  await page.goto(`/people/${person}`);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export everything (.zip)" }).click();
  const file = await saved;
  assert.equal(file.suggestedFilename(), `facialis-${person}.zip`);
  zip = join(tmpdir(), `${person}.zip`);
  await file.saveAs(zip);
  assert.equal(await file.failure(), null);
});

test("a person goes with everything, but not by chance", async () => {
  await page.goto(`/people/${person}`);
  await page.getByRole("button", { name: "Delete this person" }).click();
  const dialog = page.getByRole("dialog");
  const go = dialog.getByRole("button", { name: "Delete" });
  await dialog.getByRole("textbox").fill("Ann");
  assert.equal(await go.isDisabled(), true);
  await dialog.getByRole("textbox").fill("Ann Example");
  await go.click();
  await page.getByText("Facialis measures twitches").waitFor();
  const gone = await fetch(`${server.url}/api/v1/recordings/${first}`, { headers: bearer(server.url) });
  assert.equal(gone.status, 404);
});

test("the zip gives the same person back, and never mixes two", async () => {
  // What lies among the deleted is brought back from there, not out of a zip.
  for (const gone of (await server.api<{ deleted: { id: string }[] }>("GET", "/deleted")).deleted)
    await server.api("DELETE", `/deleted/${gone.id}`);
  await page.goto("/");
  const choose = page.getByLabel("Import");
  await choose.setInputFiles({ name: "photo.zip", mimeType: "application/zip", buffer: Buffer.from("no zip at all") });
  await page
    .getByRole("alert")
    .getByText(/cannot be imported: it is not a zip file/)
    .waitFor();
  await choose.setInputFiles(zip);
  await page.getByText("Ann Example was imported with everything in the .zip file.").waitFor();
  await page.getByRole("link", { name: /Ann Example/ }).click();
  await heading("Ann Example");
  assert.equal(new URL(page.url()).pathname, `/people/${person}`);
  await page.getByText("born 1968").waitFor();
  const now = await events();
  assert.ok(now.events.some((e) => e.status === "added"));
  await page.goto(`/recordings/${first}`);
  await list().waitFor();
  await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2);

  await page.goto("/");
  await choose.setInputFiles(zip);
  await page.getByRole("dialog").getByText("This person is already here").waitFor();
  assert.deepEqual(await violations(page), []);
  if (shots) await page.screenshot({ path: `${shots}/import-here.png` });
  await page.getByRole("button", { name: "Import as a new person" }).click();
  await page.getByText("Ann Example was imported with everything in the .zip file.").waitFor();
  const { people } = await api<{ people: { id: string }[] }>(server.url, "GET", "/people");
  assert.equal(people.length, 2);
  assert.ok(people.some((p) => p.id === person));
});

test("no page made an error", () => assert.deepEqual(errors, []));
