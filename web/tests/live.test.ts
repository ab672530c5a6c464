// The live view with a drawn film as the camera: the face is followed, delay and rate
// are shown, and the spasms are those of the same film measured as a file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Events, Recording } from "../src/lib/types";
import { drawnFace, handIn, launch, open, serve, shots, until, violations, type Server } from "./harness";

let server: Server;
let browser: Browser;
const dir = mkdtempSync(join(tmpdir(), "facialis-live-"));
const face = drawnFace();

before(async () => {
  const camera = join(dir, "camera.mjpeg");
  const args = ["-i", face.film, "-vf", "scale=640:-2", "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", camera];
  execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);
  server = await serve();
  browser = await launch(camera);
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

// The server names the least rate at which a short twitch is seen; below it the page warns
// and says what to do, above it it does not.
async function tooSlow(page: Page): Promise<void> {
  let least = 1000;
  await page.route(/\/live\/[^/]+\/picture/, async (route) => {
    const answer = await route.fetch();
    const state = (await answer.json()) as { least_rate: number };
    assert.equal(state.least_rate, 24.5);
    await route.fulfill({ response: answer, json: { ...state, least_rate: least } });
  });
  const warning = page.getByText("Too few pictures: short twitches are missed");
  await warning.waitFor();
  await page.getByText(/Fewer than 1,000 pictures a second reach Facialis/).waitFor();
  await page.getByText(/Turn on more light and close other programs/).waitFor();
  least = 0;
  await warning.waitFor({ state: "detached" });
  // A picture under way is answered first: sent again, it would be out of order.
  await page.unrouteAll({ behavior: "wait" });
}

// One picture on its way is lost and one comes twice: the view goes on.
async function lostPictures(page: Page): Promise<void> {
  let pictures = 0;
  await page.route(/\/live\/[^/]+\/picture/, async (route) => {
    pictures++;
    if (pictures === 1) return route.abort("connectionreset");
    if (pictures === 3) await route.fetch();
    await route.continue();
  });
  await until(async () => pictures > 10 || null, "pictures after those that were lost");
  await page.unrouteAll({ behavior: "wait" });
  await page.getByRole("button", { name: "Stop" }).waitFor();
}

test("the camera's spasms are found on the side on which the file has them, and nothing is kept", async () => {
  const person = await server.person();
  const id = await handIn(server.url, person, "File", "2026-08-01T10:00:00Z", readFileSync(face.film));
  const done = async () => (await server.api<Recording>("GET", `/recordings/${id}`)).state === "done";
  await until(done, "the file is measured");
  await server.api("PATCH", `/recordings/${id}`, { mirrored: false });
  await server.api("POST", `/recordings/${id}/analyse`);
  const sided = async () =>
    (await server.api<Events>("GET", `/recordings/${id}/events`)).events.filter(
      (e) => e.kind === "spasm" && e.side !== "unknown",
    );
  const file = await until(async () => ((await sided()).length ? await sided() : null), "spasms with a side");

  const { page, errors } = await open(browser, server.url);
  await page.goto("/live");
  await page.getByText("Nothing is recorded or kept").waitFor();
  await page.getByRole("button", { name: "Start the camera" }).press("Enter");
  await page.getByText("The face is seen.").waitFor();
  const list = page.getByRole("list", { name: "Movements found" });
  // How many of them are seen hangs on how many pictures a second this machine measures, and
  // the camera's film begins again with a jump; what a live session finds, picture for picture,
  // is held by the tests of package live. Here: a spasm reaches the page, on its side.
  const sides = new Set(file.map((e) => (e.side === "right" ? "Right" : "Left")));
  const own = async () => {
    const said = (await list.getByRole("listitem").allTextContents()).filter((x) => x.startsWith("Spasm"));
    return said.filter((x) => [...sides].some((s) => x.includes(s))).length || null;
  };
  const found = await until(own, `a spasm on the side of the file's (${[...sides].join()})`);
  const figures = await page.getByText(/pictures a second ·/).textContent();
  console.log(`file: ${file.length} spasms, ${[...sides].join()}; live, of that side: ${found}; ${figures}`);
  await tooSlow(page);
  await lostPictures(page);
  assert.match(figures ?? "", /[1-9]\d* pictures a second · \d+ ms/);
  assert.deepEqual(await violations(page), []);
  if (shots) {
    await page.screenshot({ path: join(shots, "live-desktop.png"), fullPage: true });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: join(shots, "live-phone.png"), fullPage: true });
  }
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Start the camera" }).waitFor();
  const all = await server.api<{ recordings: Recording[] }>("GET", `/people/${person}/recordings`);
  assert.equal(all.recordings.length, 1);
  assert.deepEqual(errors, []);
  await page.context().close();
});
