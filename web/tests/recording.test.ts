// A recording's own page: it opens at the first spasm, keys do what they say, a face
// can be chosen, the picture turned, a part measured, and two recordings play together.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Analysis, Events, Recording } from "../src/lib/types";
import { film, handIn, launch, open, serve, shots, until, violations, type Server } from "./harness";

let server: Server;
let browser: Browser;
let person = "";
let one = "";
let two = "";
const dir = mkdtempSync(join(tmpdir(), "facialis-recording-"));

const done = (id: string) =>
  until(async () => (await server.api<Recording>("GET", `/recordings/${id}`)).state === "done", `${id} is measured`);

before(async () => {
  server = await serve();
  browser = await launch();
  person = await server.person("Drawn face");
  // Two faces beside each other: the drawn one, and itself the other way round.
  writeFileSync(join(dir, "one.mp4"), film());
  execFileSync("ffmpeg", [
    ...[
      "-v",
      "error",
      "-y",
      "-i",
      join(dir, "one.mp4"),
      "-ss",
      "4",
      "-t",
      "7.5",
      "-vf",
      "split[a][b];[b]hflip[c];[a][c]hstack",
    ],
    ...["-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", join(dir, "two.mp4")],
  ]);
  one = await handIn(server.url, person, "One face", "2026-08-01T10:00:00Z");
  two = await handIn(server.url, person, "Two faces", "2026-09-01T10:00:00Z", readFileSync(join(dir, "two.mp4")));
  await Promise.all([one, two].map(done));
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Pictures of a page for somebody to look at: phone and desktop, light and dark. */
async function look(path: string, called: string, ready: (page: Page) => Promise<unknown>): Promise<void> {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  for (const [size, viewport] of [
    ["phone", { width: 390, height: 844 }],
    ["desktop", { width: 1280, height: 800 }],
  ] as const)
    for (const colorScheme of ["light", "dark"] as const) {
      const { page } = await open(browser, server.url, { viewport, colorScheme });
      await page.goto(path);
      await ready(page);
      await page.waitForTimeout(600);
      await page.screenshot({ path: join(shots, `${called}-${size}-${colorScheme}.png`), fullPage: true });
      await page.context().close();
    }
}

const seconds = (text: string | null) => Number(text?.split(" ")[0]?.split(":")[1]);

test("it opens at the first spasm however late the page hears of the video", async () => {
  const first = (await server.api<Events>("GET", `/recordings/${one}/events`)).events.find((e) => e.kind === "spasm");
  assert.ok(first, "the drawn film has a spasm");
  const { page, errors } = await open(browser, server.url);
  // The first picture stands before the page knows how long the video is, as on a busy machine.
  await page.addInitScript(() => {
    const told = new WeakSet<Event>();
    addEventListener(
      "loadedmetadata",
      (e) => {
        const video = e.target as HTMLVideoElement;
        if (told.has(e)) return;
        e.stopImmediatePropagation();
        video.requestVideoFrameCallback(() => {
          const late = new Event("loadedmetadata");
          told.add(late);
          setTimeout(() => video.dispatchEvent(late), 100);
        });
      },
      true,
    );
  });
  await page.goto(`/recordings/${one}`);
  await until(
    () =>
      page.evaluate((t) => Math.abs((document.querySelector("video")?.currentTime ?? -1) - t) < 0.05, first.onset_s),
    "the video stands at the first spasm",
  );
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("it opens at the first spasm, with other movements folded", async () => {
  const { page, errors } = await open(browser, server.url);
  await page.goto(`/recordings/${one}`);
  const all = (await server.api<Events>("GET", `/recordings/${one}/events`)).events;
  const first = all.find((e) => e.kind === "spasm");
  assert.ok(first, "the drawn film has a spasm");
  const chosen = page.getByRole("list", { name: "Events" }).locator('button[aria-pressed="true"]');
  await chosen.waitFor();
  assert.equal(await page.locator("li[data-id]").first().getAttribute("data-id"), first.id);
  assert.equal(await page.locator(`li[data-id="${first.id}"] button`).getAttribute("aria-pressed"), "true");
  await page.waitForFunction(
    (t) => Math.abs((document.querySelector("video")?.currentTime ?? -1) - t) < 0.05,
    first.onset_s,
  );
  const contractions = all.filter((e) => e.kind === "spasm" || e.kind === "synkinesis");
  assert.equal(await page.locator("li[data-id]").count(), contractions.length);
  if (contractions.length < all.length) {
    await page.getByText("Other movements").click();
    await page.getByRole("checkbox", { name: /Blink/ }).check();
    await page.waitForFunction((n) => document.querySelectorAll("li[data-id]").length > n, contractions.length);
  }

  const time = page.locator("output").first();
  const jumps = async (key: string, to: number) => {
    await page.keyboard.press(key);
    await until(async () => Math.abs(seconds(await time.textContent()) - to) < 0.05, `${key} leads to ${to} s`);
  };
  const onsets = all.filter((e) => e.kind === "spasm").map((e) => e.onset_s);
  assert.ok(onsets.length > 1);
  await page.getByRole("checkbox", { name: /Blink/ }).uncheck();
  await page.locator("h1").click();
  await jumps("j", onsets[1]!);
  await jumps("k", onsets[0]!);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog");
  await help.getByText("next or previous event").waitFor();
  assert.match((await help.textContent()) ?? "", /J K/);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a face is chosen with the keyboard, and the other one is measured", async () => {
  const { page, errors } = await open(browser, server.url);
  const was = (await server.api<Analysis>("GET", `/recordings/${two}/analysis`)).tracking;
  assert.equal(was.faces_max, 2);
  // The video comes late, as over a slow network: its picture is waited for.
  let come = () => {};
  const late = new Promise<void>((r) => (come = r));
  await page.route("**/video", async (route) => {
    await late;
    await route.continue();
  });
  await page.goto(`/recordings/${two}`);
  await page.getByText("What is measured").click();
  const button = page.getByRole("button", { name: "Choose the face" });
  await button.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("status").waitFor();
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole("dialog").getByRole("alert").count(), 0);
  come();
  const faces = page.getByRole("dialog").getByRole("button", { name: /^Face \d of 2/ });
  await until(async () => (await faces.count()) === 2, "two faces are found in the picture");
  assert.equal(await page.getByRole("button", { name: /measured now/ }).count(), 1);
  if (shots) {
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, "faces.png") });
  }
  const other = page.getByRole("dialog").locator('.picture button[aria-pressed="false"]');
  const right = (await other.getAttribute("aria-label"))?.startsWith("Face 2");
  await other.focus();
  await page.keyboard.press("Space");
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Measure this face" }).press("Enter");
  const kept = await until(
    async () => (await server.api<Recording>("GET", `/recordings/${two}`)).face,
    "the choice is kept",
  );
  assert.equal(Number(kept.split(",")[0]) > 0.5, right);
  await page.locator("video").waitFor({ state: "detached" });
  await page.locator("video").waitFor(); // measured again
  const mesh = await server.api<{ frames: (number[] | null)[] }>("GET", `/recordings/${two}/mesh?from_s=1&to_s=2`);
  const x = mesh.frames.flatMap((f) => (f && f[0] !== null && f[0] !== undefined ? [f[0]] : []))[0] ?? NaN;
  assert.equal(x > 0.5, right, `the mesh lies at ${x}`);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("a part is measured and the picture turned", async () => {
  const { page, errors } = await open(browser, server.url);
  await page.goto(`/recordings/${one}`);
  await page.getByText("What is measured").click();
  await page.getByRole("textbox", { name: "Measure from" }).fill("9");
  await page.getByRole("textbox", { name: "Measure to" }).fill("0:03");
  await page.getByRole("button", { name: "Save and measure again" }).click();
  await page.getByText(/The end must come after the start/).waitFor();
  await page.getByRole("textbox", { name: "Measure from" }).fill("0:03");
  await page.getByRole("textbox", { name: "Measure to" }).fill("9");
  await page.getByRole("button", { name: "Save and measure again" }).click();
  await page.getByText(/Only the part from 3.0 s to 9.0 s was measured/).waitFor(); // the page comes again
  const all = (await server.api<Events>("GET", `/recordings/${one}/events`)).events;
  assert.ok(
    all.length > 0 && all.every((e) => e.offset_s > 3 && e.onset_s < 9),
    JSON.stringify(all.map((e) => e.onset_s)),
  );

  const shape = () =>
    page.evaluate(() => {
      const v = document.querySelector("video")!;
      return [v.clientWidth > v.clientHeight, getComputedStyle(v.parentElement!).rotate] as const;
    });
  assert.deepEqual(await shape(), [true, "0deg"]);
  await page.getByRole("button", { name: "Turn the picture" }).click();
  await until(async () => (await shape())[1] === "90deg", "the picture is turned");
  assert.deepEqual(await shape(), [false, "90deg"]);
  // The whole video again, for what follows. The page has come again with its figures.
  const fold = page.locator("details").filter({ hasText: "What is measured" });
  if ((await fold.getAttribute("open")) === null) await fold.locator("summary").click();
  await page.getByRole("textbox", { name: "Measure from" }).fill("");
  await page.getByRole("textbox", { name: "Measure to" }).fill("");
  await page.getByRole("button", { name: "Save and measure again" }).click();
  await page.getByText(/Only the part from/).waitFor({ state: "detached" });
  await page.locator("li[data-id]").first().waitFor();
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("two recordings play together, from the start and from a spasm", async () => {
  const { page, errors } = await open(browser, server.url);
  await page.goto(`/people/${person}/compare?a=${one}&b=${two}`);
  await page.waitForFunction(
    () => [...document.querySelectorAll("video")].filter((v) => v.readyState >= 3).length === 2,
  );
  const apart = () =>
    page.evaluate(() => {
      const [a, b] = [...document.querySelectorAll("video")];
      return [a!.currentTime, b!.currentTime, a!.paused || b!.paused] as const;
    });
  await page.getByRole("button", { name: "Play both" }).click();
  await page.waitForFunction(() => (document.querySelector("video")?.currentTime ?? 0) > 1);
  const [a, b] = await apart();
  assert.ok(Math.abs(a - b) < 0.15, `${a} s and ${b} s`);
  await page.getByRole("button", { name: "Pause both" }).click();

  const pictures = page.getByRole("button", { name: /^Spasm at/ });
  await pictures.first().waitFor();
  await pictures.first().click();
  await page
    .getByRole("group", { name: /^Later/ })
    .getByRole("button")
    .first()
    .click();
  const [x, y] = await apart();
  await page.getByRole("button", { name: "Both one frame on" }).click();
  const [x2, y2] = await apart();
  assert.ok(Math.abs(x2 - x - (y2 - y)) < 0.01 && x2 > x, `${x2 - x} s and ${y2 - y} s on`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(errors, []);
  await page.context().close();
});

test("text at 200 % on a phone needs no sideways scrolling", async () => {
  const { page } = await open(browser, server.url, { viewport: { width: 390, height: 844 } });
  for (const path of [
    `/recordings/${one}`,
    `/people/${person}/compare?a=${one}&b=${two}`,
    `/people/${person}/recordings`,
  ]) {
    await page.goto(path);
    await page.getByRole("heading", { level: 1 }).first().waitFor();
    await page.locator('main [role="status"]:has-text("Loading")').waitFor({ state: "detached" });
    await page.addStyleTag({ content: "html { font-size: 200% !important; }" });
    await page.waitForTimeout(300);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    const wide = await page.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((e) => {
          // what lies in a row that scrolls by itself is not what makes the page wide
          for (let p = e.parentElement; p; p = p.parentElement)
            if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX) && p !== document.documentElement)
              return false;
          return e.getBoundingClientRect().right > innerWidth + 1;
        })
        .map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`)
        .slice(0, 8)
        .join("; "),
    );
    assert.ok(over <= 0, `${path} is ${over} px wider than the screen: ${wide}`);
  }
  await page.context().close();
});

test("pictures to look at", { skip: !shots }, async () => {
  const video = (page: Page) => page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2);
  await look(`/recordings/${one}`, "recording", video);
  await look(`/people/${person}/compare?a=${one}&b=${two}`, "compare", video);
});
