// A real server with a folder of its own, a drawn film, and a real browser.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from "playwright-core";
import axe from "axe-core";

export const program = resolve(process.env.FACIALIS ?? "../bin/facialis");
export const chrome = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Where to put pictures of the pages, for somebody to look at. */
export const shots = process.env.SHOTS;

/** How long a state may take to come, ms: generous, so that only a test that hangs fails by it. */
export const patience = 120_000;

/**
 * Looks for tests that hold only at one speed. SLOW=test waits before every step of a test, so
 * that the page runs ahead of it; SLOW=page lets every answer of the server come late, each by
 * another time, so that the page lags behind; SLOW=test,page does both.
 */
const slow = (process.env.SLOW ?? "").split(",");
const stepDelay = 120; // ms before a step, where tests are slow
const answerDelay = 600; // ms at most before an answer, where pages are slow

/** What the servers printed to be let in with, by their addresses. */
const tokens = new Map<string, string>();

/** The real program with a data folder of its own. */
export class Server {
  readonly data: string;
  url = "";
  #child: ChildProcess | null = null;

  constructor(data = mkdtempSync(join(tmpdir(), "facialis-web-"))) {
    this.data = data;
  }

  /** Starts the program on a free port, or where it was before, and waits until it says where it is. */
  async start(...args: string[]): Promise<this> {
    const listen = this.url ? new URL(this.url).host : "127.0.0.1:0";
    const child = (this.#child = spawn(
      program,
      ["serve", "--data", this.data, "--listen", listen, "--no-open", ...args],
      { stdio: ["ignore", "pipe", "pipe"] },
    ));
    const end = () => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.off("exit", end));
    this.url = await new Promise<string>((found, fail) => {
      let said = "";
      const hear = (chunk: Buffer) => {
        said += chunk.toString();
        const at = /(https?:\/\/(?:127\.0\.0\.1|localhost):\d+)\/(?:#token=(\S+))?\n/.exec(said);
        if (!at?.[1]) return;
        if (at[2]) tokens.set(at[1], at[2]);
        found(at[1]);
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
      child.once("exit", (code) => fail(new Error(`serve ended with ${code}: ${said}`)));
    });
    return this;
  }

  /** Stops the program; its data stays. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null) return;
    const gone = new Promise<void>((done) => child.once("exit", () => done()));
    child.kill("SIGTERM");
    await gone;
  }

  /** Stops the program for good. */
  async close(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return api<T>(this.url, method, path, body);
  }

  async person(name = "Test person"): Promise<string> {
    return (await this.api<{ id: string }>("POST", "/people", { name })).id;
  }
}

/** Starts the program with an empty data folder. */
export const serve = (...args: string[]): Promise<Server> => new Server().start(...args);

/** How every browser of these tests is started. */
export const flags = ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];

/** A browser whose camera shows the browser's own test picture, or a film. */
export async function launch(camera = ""): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chrome,
    args: [...flags, ...(camera ? [`--use-file-for-fake-video-capture=${camera}`] : [])],
    ...(slow.includes("test") ? { slowMo: stepDelay } : {}),
  });
  if (slow.includes("page")) {
    const make = browser.newContext.bind(browser);
    browser.newContext = async (options) => {
      const context = await make(options);
      await context.route("**/api/v1/**", async (route) => {
        await new Promise((r) => setTimeout(r, Math.random() * answerDelay));
        await route.continue().catch(() => {}); // the page may be gone
      });
      return context;
    };
  }
  return browser;
}

/** Lets the browser in to a server without accounts, as the printed address does. */
export async function admit(context: BrowserContext, url: string): Promise<void> {
  const token = tokens.get(new URL(url).origin);
  if (token) await context.request.post(`${new URL(url).origin}/api/v1/session/token`, { data: { token } });
}

/** The headers with which a program is let in. */
export function bearer(url: string): Record<string, string> {
  const token = tokens.get(url);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** A page on which any error of the program fails the test that asks for them. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width: 1280, height: 900 },
    locale: "en-GB",
    ...options,
  });
  await admit(context, url);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  const errors: string[] = [];
  page.on("pageerror", (e) => errors.push(e.stack ?? e.message));
  page.on("console", (m) => m.type() === "error" && /Content Security Policy/.test(m.text()) && errors.push(m.text()));
  return { page, errors };
}

/** Draws a face into a folder. An interrupted run leaves no half-written video there. */
function draw(folder: string, ...args: string[]): void {
  mkdirSync(dirname(folder), { recursive: true });
  const part = mkdtempSync(`${folder}.part-`);
  try {
    execFileSync(program, ["phantom", ...args, "-o", part], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

/** Waits for the page with this heading. */
export const heading = (page: Page, name: string | RegExp) => page.getByRole("heading", { level: 1, name }).waitFor();

/** A film of a drawn face with spasms; drawn once and kept. */
export function film(): Uint8Array {
  const folder = resolve("../build/web/film");
  const path = join(folder, "phantom.mp4");
  if (!existsSync(path)) {
    draw(folder, "--preset", "primary-alternating", "--seconds", "12", "--size", "480x360", "--seed", "7");
  }
  return readFileSync(path);
}

/** A film of a drawn face for the fake camera, made once. */
export function drawnFace(): { camera: string; film: string } {
  const dir = resolve("../build/webtest");
  const [camera, film] = [join(dir, "face.mjpeg"), join(dir, "phantom.mp4")];
  if (!existsSync(camera)) {
    if (!existsSync(film))
      draw(dir, "--preset", "primary-clonic", "--seconds", "6", "--size", "960x720", "--fps", "30");
    execFileSync("ffmpeg", [
      "-v",
      "error",
      "-y",
      "-i",
      film,
      "-c:v",
      "mjpeg",
      "-q:v",
      "3",
      "-f",
      "mjpeg",
      `${camera}.part`,
    ]);
    renameSync(`${camera}.part`, camera);
  }
  return { camera, film };
}

/** How long one question of `until` may take, ms; after it the next is asked beside it. */
const turn = 2000;

/**
 * Asks again and again until there is an answer, or time is up. A question that itself waits for
 * something holds up no other: what it waits for may have been there and gone.
 */
export async function until<T>(
  ask: () => Promise<T | null | undefined | false>,
  what: string,
  seconds = patience / 1000,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const asked = ask();
    asked.catch(() => {}); // an answer that nobody waits for any more
    const x = await Promise.race([asked, new Promise<null>((r) => setTimeout(r, turn, null))]);
    if (x) return x;
    if (Date.now() > end) throw new Error(`still not: ${what}`);
    await new Promise((r) => setTimeout(r, 200));
  }
}

export async function api<T>(url: string, method: string, path: string, body?: unknown): Promise<T> {
  const bytes = body instanceof Uint8Array;
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { "Content-Type": bytes ? "application/octet-stream" : "application/json", ...bearer(url) },
    body: body === undefined ? undefined : bytes ? new Blob([body as Uint8Array<ArrayBuffer>]) : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : null) as T;
}

/** Hands a film in, else the drawn one, and gives the recording's id. */
export async function handIn(
  url: string,
  person: string,
  label: string,
  recordedAt: string,
  bytes: Uint8Array = film(),
): Promise<string> {
  const upload = await api<{ id: string }>(url, "POST", "/uploads", {
    person_id: person,
    size: bytes.length,
    type: "video/mp4",
    client_id: `${person}-${label}`,
    label,
    recorded_at: recordedAt,
  });
  const most = 4 << 20;
  for (let at = 0; at < bytes.length; at += most)
    await api(url, "PUT", `/uploads/${upload.id}?offset=${at}`, bytes.subarray(at, at + most));
  return (await api<{ id: string }>(url, "POST", `/uploads/${upload.id}/finish`, {})).id;
}

/** What axe finds against WCAG 2.2 A and AA, a line each. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const run = (window as unknown as { axe: typeof axe }).axe;
    const found = await run.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] });
    return found.violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 200)} ${n.failureSummary ?? ""}`),
    );
  });
}
