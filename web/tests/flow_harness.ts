// What the browser tests share: the real program with an empty data folder, and
// Chromium with a camera that shows a drawn face.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { chrome, program } from "./harness";

const root = resolve("..");

export class Server {
  readonly data = mkdtempSync(join(tmpdir(), "facialis-web-"));
  url = "";
  #process: ChildProcess | null = null;

  // start runs the program, at the address that it had before if it had one.
  async start(...args: string[]): Promise<void> {
    const listen = this.url ? new URL(this.url).host : "127.0.0.1:0";
    const p = spawn(program, ["serve", "--no-open", "--data", this.data, "--listen", listen, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = p;
    this.url = await new Promise((ok, no) => {
      let text = "";
      p.stdout!.on("data", (d) => {
        text += d;
        const m = /http:\/\/[^\s/]+/.exec(text);
        if (m) ok(m[0]);
      });
      p.on("exit", (code) => no(new Error(`the server ended with ${code}`)));
    });
  }

  async stop(): Promise<void> {
    const p = this.#process;
    this.#process = null;
    if (!p || p.exitCode !== null) return;
    await new Promise((ended) => {
      p.on("exit", ended);
      p.kill("SIGTERM");
    });
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.data, { recursive: true, force: true });
  }

  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const r = await fetch(`${this.url}/api/v1${path}`, { method, headers: { "Content-Type": "application/json" }, body: body === undefined ? null : JSON.stringify(body) });
    if (!r.ok) throw new Error(`${method} ${path}: ${r.status} ${await r.text()}`);
    return (r.status === 204 ? undefined : await r.json()) as T;
  }

  async person(name = "Test person"): Promise<string> {
    return (await this.api<{ id: string }>("POST", "/people", { name })).id;
  }
}

// drawnFace is a film of a drawn face for the fake camera, made once.
export function drawnFace(): { camera: string; film: string } {
  const dir = join(root, "build/webtest");
  const [camera, film] = [join(dir, "face.mjpeg"), join(dir, "phantom.mp4")];
  if (!existsSync(camera)) {
    mkdirSync(dir, { recursive: true });
    if (!existsSync(film)) execFileSync(program, ["phantom", "--preset", "primary-clonic", "--seconds", "6", "--size", "960x720", "--fps", "30", "-o", dir], { stdio: "ignore" });
    execFileSync("ffmpeg", ["-v", "error", "-y", "-i", film, "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg", `${camera}.part`]);
    renameSync(`${camera}.part`, camera);
  }
  return { camera, film };
}

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chrome,
    args: ["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${drawnFace().camera}`],
  });
}

// until asks again and again until there is an answer, or time is up.
export async function until<T>(ask: () => Promise<T | null | undefined | false>, what: string, seconds = 60): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const x = await ask();
    if (x) return x;
    if (Date.now() > end) throw new Error(`still not: ${what}`);
    await new Promise((r) => setTimeout(r, 200));
  }
}
