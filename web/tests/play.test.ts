// What the player shows at a time is the film's picture of that time.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { bearer, handIn, launch, open, serve, until, type Server } from "./harness";

const rate = 25; // pictures a second
const step = 3; // levels of brightness from one picture to the next

let server: Server;
let browser: Browser;
const dir = mkdtempSync(join(tmpdir(), "facialis-play-"));

before(async () => {
  server = await serve();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

const ffmpeg = (...args: string[]) => execFileSync("ffmpeg", ["-v", "error", "-y", ...args]);

/** Each picture has a brightness of its own; pictures refer to later ones, and only every 30th stands alone. */
function counted(): string {
  const path = join(dir, "plain.mp4");
  const source = `color=gray:s=320x240:r=${rate}:d=3,format=yuv420p,geq=lum='20+${step}*mod(N,70)':cb=128:cr=128`;
  ffmpeg(
    "-f",
    "lavfi",
    "-i",
    source,
    "-c:v",
    "libx264",
    "-preset",
    "medium",
    "-bf",
    "3",
    "-g",
    "30",
    "-qp",
    "8",
    "-metadata",
    "comment=not in a copy to play",
    path,
  );
  return path;
}

/** The times of the pictures that the film shows, s, the first at 0. */
function times(path: string): number[] {
  const said = execFileSync("ffprobe", [
    "-v",
    "error",
    "-select_streams",
    "v:0",
    "-show_entries",
    "frame=best_effort_timestamp_time",
    "-of",
    "csv=p=0",
    path,
  ]).toString();
  const at = said
    .split("\n")
    .map((l) => parseFloat(l))
    .filter((t) => !Number.isNaN(t));
  const shown = at.filter((t) => t >= 0);
  return shown.map((t) => t - (shown[0] ?? 0));
}

/** Goes to a time, s, and waits until the player says that it is there. */
const seek = (page: Page, t: number): Promise<void> =>
  page.evaluate(async (t) => {
    const video = document.querySelector("video")!;
    const there = new Promise((done) => video.addEventListener("seeked", done, { once: true }));
    video.currentTime = t;
    await there;
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }, t);

/** The brightness that the player shows, as the film codes it. */
const shown = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const video = document.querySelector("video")!;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const on = canvas.getContext("2d")!;
    on.drawImage(video, 0, 0);
    const [r] = on.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data;
    return 16 + (r! * 219) / 255;
  });

for (const [name, make] of [
  ["pictures that refer to later ones", (plain: string) => plain],
  [
    "a film trimmed on the phone, which begins between two pictures that stand alone",
    (plain: string) => {
      const path = join(dir, "trimmed.mp4");
      ffmpeg("-ss", "0.6", "-i", plain, "-c", "copy", path);
      return path;
    },
  ],
  [
    "pictures that browsers do not play",
    (plain: string) => {
      const path = join(dir, "mpeg4.avi");
      ffmpeg("-i", plain, "-c:v", "mpeg4", "-q:v", "1", path);
      return path;
    },
  ],
] as const) {
  test(`the player shows each time's own picture: ${name}`, async () => {
    const path = make(counted());
    const person = await server.person();
    const film = readFileSync(path);
    const id = await handIn(server.url, person, "Counted", "2026-08-01T10:00:00Z", film);
    const { page, errors } = await open(browser, server.url);
    // Before the copy is made, the film itself is served.
    const served = async () =>
      (
        await fetch(`${server.url}/api/v1/recordings/${id}/video`, {
          headers: { Range: "bytes=0-0", ...bearer(server.url) },
        })
      ).headers.get("Content-Range");
    await until(async () => ![null, `bytes 0-0/${film.length}`].includes(await served()), "a copy to play");
    await page.goto(`/recordings/${id}`);
    await page.waitForFunction(() => (document.querySelector("video")?.readyState ?? 0) >= 2);
    const at = times(path);
    assert.ok(at.length > 40, `${at.length} pictures`);
    await seek(page, at[0]! + 0.5 / rate);
    const first = await shown(page);
    for (let i = 1; i < at.length; i += 7) {
      await seek(page, at[i]! + 0.5 / rate);
      // A busy browser says that it is there a moment before it paints; then it stays.
      let steps = NaN;
      const own = async () => {
        steps = (((((await shown(page)) - first) / step) % 70) + 70) % 70;
        return Math.abs(steps - i) < 0.5 || Math.abs(steps - i + 70) < 0.5 || Math.abs(steps - i - 70) < 0.5;
      };
      await until(own, `its own picture at ${at[i]} s, ${i}`, 20).catch((e: Error) =>
        assert.fail(`${e.message}; it shows ${steps.toFixed(1)}`),
      );
    }
    assert.deepEqual(errors, []);
    await page.context().close();
  });
}
