// Measures how smoothly a long recording zooms: an hour at 60 frames a second,
// 216 000 frames and 5 000 events, in headless Chromium at twice a screen's
// pixels. The answers of the API are made here, the pages are the built ones.
//   npm run zoom            (after make web)
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const [duration, frames, count] = [3600, 216_000, 5000];
const dist = resolve(process.env.DIST ?? "../internal/service/web/dist");
const types = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
};

let seed = 7;
const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
const kinds = ["spasm", "spasm", "blink", "blink", "synkinesis", "voluntary", "other"];
const machine = Array.from({ length: count }, (_, i) => ({ at: random() * (duration - 2), i }))
  .sort((a, b) => a.at - b.at)
  .map(({ at }, i) => {
    const kind = kinds[i % kinds.length];
    const side = kind === "blink" ? "both" : i % 4 ? "left" : "right";
    return {
      id: `e${i}`,
      kind,
      side,
      form: "twitch",
      onset_s: at,
      offset_s: at + 0.05 + 0.6 * random(),
      lead: "zygomaticus",
      twitches: 1,
      rate_hz: null,
      trigger: null,
      task: null,
      episode: null,
      attack: null,
      confidence: 0.9,
      regions: [
        {
          region: "zygomaticus",
          side: side === "both" ? "left" : side,
          onset_s: at,
          peak_mm: 1.2,
          share_of_voluntary: null,
        },
      ],
    };
  });
const events = machine.map((e, i) => ({
  ...e,
  status: i % 20 === 3 ? "rejected" : "machine",
  machine: e,
  by: null,
  at: null,
  note: null,
}));
const recording = {
  id: "01J00000000000000000000001",
  person_id: "01J00000000000000000000000",
  label: "An hour",
  recorded_at: "2026-11-01T10:00:00Z",
  created_at: "2026-11-01T12:00:00Z",
  bytes: 1,
  type: "video/mp4",
  sha256: "",
  mirrored: false,
  face: null,
  protocol: null,
  tasks: [],
  duration_s: duration,
  width: 1280,
  height: 720,
  frame_rate: 60,
  state: "done",
  progress: null,
  left_s: null,
  problem: null,
  attempts: 1,
  usable: true,
  rate_per_min: 1,
  spasms: 1,
  corrected: false,
};
const measures = JSON.parse(readFileSync(resolve("scripts/zoom.json"), "utf8"));
const analysis = {
  schema: "facialis.analysis/1",
  recording: {
    file: "x",
    sha256: "",
    duration_s: duration,
    frames,
    frame_rate: 60,
    variable_rate: false,
    width: 1280,
    height: 720,
    mirrored: false,
  },
  tracking: { face_fraction: 1, faces_max: 1, mm_per_px: 0.3, scale_uncertainty: 0.07, noise_mm: {} },
  quality: { usable: true, warnings: [] },
  tasks: [],
  events: machine,
  measures: measures.measures,
  provenance: { version: "", models: {}, parameters: {} },
};
function trace(q) {
  const [from, to, points] = [
    Number(q.get("from_s")),
    Math.min(duration, Number(q.get("to_s"))),
    Number(q.get("points")),
  ];
  const n = Math.min(points, Math.max(2, Math.round((to - from) * 60)));
  const t = Array.from({ length: n }, (_, i) => from + ((i + 0.5) * (to - from)) / n);
  const thin = (to - from) * 60 > points;
  const series = q
    .get("series")
    .split(",")
    .map((name) => {
      const y = t.map((x) => Math.sin(x * 7) * 0.2 + (Math.sin(x * 0.37) > 0.9 ? 1.5 : 0));
      return {
        name,
        side: "",
        region: "",
        unit: "mm",
        min: y.map((v) => (thin ? v - 0.3 : v)),
        max: y.map((v) => (thin ? v + 0.3 : v)),
      };
    });
  return { t, series, from_s: from, to_s: to, frames: Math.round((to - from) * 60) };
}
const answers = {
  "/session": () => ({
    accounts: false,
    account: { id: "local", name: "this computer", role: "admin", person_id: null },
    setup_needed: false,
    demo: false,
    version: "",
    chromium_pdf: false,
  }),
  [`/recordings/${recording.id}`]: () => recording,
  [`/recordings/${recording.id}/analysis`]: () => analysis,
  [`/recordings/${recording.id}/events`]: () => ({ events, machine: count, corrections: 0 }),
  [`/recordings/${recording.id}/measures`]: () => measures,
  [`/recordings/${recording.id}/trace`]: trace,
};
const server = createServer((request, response) => {
  const url = new URL(request.url, "http://x");
  if (url.pathname.startsWith("/api/v1")) {
    const make = answers[url.pathname.slice(7)];
    response.writeHead(make ? 200 : 404, { "Content-Type": make ? "application/json" : "application/problem+json" });
    response.end(JSON.stringify(make ? make(url.searchParams) : { title: "Not Found", status: 404 }));
    return;
  }
  const file = extname(url.pathname) ? url.pathname : "/index.html";
  try {
    const data = readFileSync(join(dist, file));
    response.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream" });
    response.end(data);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 2 });
page.on("pageerror", (e) => console.error(e.stack));
await page.goto(`http://127.0.0.1:${server.address().port}/recordings/${recording.id}`);
await page.getByRole("button", { name: "Whole film" }).waitFor();
await page.waitForTimeout(1500);
if (process.env.SHOT) await page.locator(".all").screenshot({ path: process.env.SHOT });
// The wheel zooms from the hour to a second and back, a turn a frame; what a
// frame costs is the time that its own work takes, from its beginning to the end
// of its painting by the page.
const walk = async (label) => {
  const cost = await page.evaluate(async () => {
    const over = document.querySelector(".u-over");
    const box = over.getBoundingClientRect();
    const spent = [];
    const one = (deltaY) =>
      new Promise((done) => {
        requestAnimationFrame(() => {
          const start = performance.now();
          over.dispatchEvent(
            new WheelEvent("wheel", {
              deltaY,
              ctrlKey: true,
              bubbles: true,
              cancelable: true,
              clientX: box.left + box.width * 0.4,
              clientY: box.top + 20,
            }),
          );
          // Two frames on: the effects have run and everything asked for is drawn.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => {
              spent.push(performance.now() - start);
              done();
            };
            port2.postMessage(0);
          });
        });
      });
    for (let i = 0; i < 36; i++) await one(-100);
    for (let i = 0; i < 36; i++) await one(100);
    return spent;
  });
  cost.sort((a, b) => a - b);
  const at = (share) => cost[Math.min(cost.length - 1, Math.floor(share * cost.length))].toFixed(1);
  console.log(
    `${label}: ${cost.length} turns, median ${at(0.5)} ms, 95 % below ${at(0.95)} ms, longest ${at(1)} ms from the wheel to the picture`,
  );
};
// The main thread's own processor time, which a busy computer does not lengthen.
const client = await page.context().newCDPSession(page);
await client.send("Performance.enable", { timeDomain: "threadTicks" });
const script = async () =>
  Object.fromEntries((await client.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value]));
for (const label of ["first (curves come from the server)", "again"]) {
  const before = await script();
  await walk(label);
  const after = await script();
  const own = (name) => ((1000 * (after[name] - before[name])) / 72).toFixed(2);
  console.log(
    `  of it a turn: script ${own("ScriptDuration")} ms, layout and style ${(Number(own("LayoutDuration")) + Number(own("RecalcStyleDuration"))).toFixed(2)} ms, all of the main thread ${own("TaskDuration")} ms of processor time`,
  );
}
await browser.close();
server.close();
