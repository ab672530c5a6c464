// The way of a person through the app, in a real browser against the real
// program: record, questions, result, diary, course.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { admit, drawnFace, launch, patience, Server, shots, until, violations } from "./harness";

const server = new Server();
let browser: Browser;
let person = "";

before(async () => {
  const { camera } = drawnFace();
  await server.start();
  browser = await launch(camera);
  person = await server.person();
});
after(async () => {
  await browser?.close();
  await server.close();
});

interface Recording {
  id: string;
  state: string;
  tasks: { task: string; from_s: number; to_s: number }[];
  mirrored: boolean;
  usable: boolean | null;
  label: string;
  problem: string | null;
}
const recordings = async () =>
  (await server.api<{ recordings: Recording[] }>("GET", `/people/${person}/recordings`)).recordings;

async function open(path: string, context?: BrowserContext): Promise<Page> {
  const mine = context ?? (await browser.newContext({ permissions: ["camera"], reducedMotion: "reduce" }));
  await admit(mine, server.url);
  const page = await mine.newPage();
  page.setDefaultTimeout(patience);
  page.on("pageerror", (e) => assert.fail(`${path}: ${e.message}`));
  await page.goto(server.url + path);
  return page;
}

async function startFilming(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^Start filming/ }).click();
  // The program's own detector sees the drawn face.
  await page.getByText("Face found").waitFor();
  await page.getByRole("button", { name: /^Start/ }).click();
  await page.getByText("Step 1 of 7").waitFor();
}

test("record, send through a broken connection, analyze, see", async () => {
  const page = await open(`/people/${person}/record`);
  await page.getByRole("heading", { name: "Record", exact: true }).waitFor();
  let broken = 0;
  await page.route(/\/api\/v1\/uploads\/[^/]+\?offset=/, (route) =>
    broken++ < 1 ? route.abort("connectionreset") : route.continue(),
  );
  await startFilming(page);
  assert.deepEqual(await violations(page), []);
  if (shots) await page.screenshot({ path: `${shots}/stage.png` });
  // The prompt, then three seconds of the first task.
  await page.locator(".phase", { hasText: "Get ready" }).waitFor();
  await page.locator(".count:not(.ready)").waitFor();
  // A busy machine may skip a number.
  await page.waitForFunction(() => {
    const count = document.querySelector(".count:not(.ready)");
    return count !== null && parseInt(count.textContent ?? "") <= 57;
  });
  await page.getByRole("button", { name: "Skip" }).click();
  await page.getByText(/Step [2-7] of 7/).waitFor(); // on a busy machine the step may have ended by itself meanwhile
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator(".state.paused").waitFor(); // the clock stands still
  const [min, sec] = (await page.locator(".state .number").innerText()).split(":").map(Number);
  const recorded = min! * 60 + sec!;
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByLabel("Name of the recording").fill("first");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText(/has arrived|result is ready/).waitFor();
  assert.ok(broken >= 2, "the connection was broken once and the chunk sent again");
  const list = await recordings();
  assert.equal(list.length, 1);
  assert.equal(list[0]!.label, "first");
  assert.equal(list[0]!.mirrored, false);
  const [task] = list[0]!.tasks;
  assert.equal(task?.task, "rest");
  assert.ok(
    task.to_s - task.from_s >= 2.5 && task.from_s >= 5 && task.to_s <= recorded + 1,
    JSON.stringify({ task, recorded }),
  );
  const done = await until(
    async () => (await recordings()).find((r) => r.state === "done" || r.state === "failed"),
    "analyzed",
    300,
  );
  assert.equal(done.state, "done", done.problem ?? "");
  assert.equal(done.usable, true);
  await page.context().close();
});

test("a tab closed while filming loses nothing", async () => {
  const before = (await recordings()).length;
  const context = await browser.newContext({ permissions: ["camera"] });
  const page = await open(`/people/${person}/record`, context);
  await startFilming(page);
  await until(
    () =>
      page.evaluate(async () => {
        const open = indexedDB.open("facialis-recordings");
        const db = await new Promise<IDBDatabase>((ok) => (open.onsuccess = () => ok(open.result)));
        const take = await new Promise<{ chunks: number }[]>((ok) => {
          const r = db.transaction("takes").objectStore("takes").getAll();
          r.onsuccess = () => ok(r.result);
        });
        db.close();
        return (take[0]?.chunks ?? 0) >= 3;
      }),
    "three chunks parked",
  );
  await page.close({ runBeforeUnload: false });
  const next = await open(`/people/${person}/record`, context);
  await next.getByText("An unfinished recording was found").waitFor();
  assert.deepEqual(await violations(next), []);
  await next.getByRole("button", { name: "Keep and send" }).click();
  await next.getByText(/has arrived|result is ready/).waitFor();
  assert.equal((await recordings()).length, before + 1);
  await context.close();
});

test("a film that is there already, with its sides asked for", async () => {
  const page = await open(`/people/${person}/upload`);
  await page.getByLabel("Choose a video").setInputFiles(drawnFace().film);
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Choose a half").waitFor();
  await page.getByLabel(/Half B/).check();
  if (shots) await page.screenshot({ path: `${shots}/upload.png`, fullPage: true });
  assert.deepEqual(await violations(page), []);
  // Another page is opened while it is on its way: the tray tells of it there.
  let through = () => {};
  const held = new Promise<void>((ok) => (through = ok));
  await page.route(/\/api\/v1\/uploads\/[^/]+\?offset=/, async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("progressbar", { name: "Sending" }).waitFor();
  await page.getByRole("link", { name: "Overview" }).click();
  const tray = page.getByRole("complementary", { name: "Uploads" });
  await tray.getByRole("progressbar").waitFor();
  if (shots) await page.screenshot({ path: `${shots}/tray.png` });
  assert.deepEqual(await violations(page), []);
  through();
  await tray.getByText(/has arrived|result is ready/).waitFor();
  assert.ok((await recordings()).some((r) => r.mirrored));
  await tray.getByRole("button", { name: "Hide" }).click();
  await tray.waitFor({ state: "detached" });
  await page.context().close();
});

/** The headings of the person's result, as they are seen. */
const headings = (page: Page) => page.locator("main .result h2:visible").allInnerTexts();

test("questions one after the other, skipped, taken up again, and the result", async () => {
  const page = await open(`/people/${person}/questions`);
  await page.getByText("One side of the face suddenly droops").click();
  assert.equal(await page.getByText("Call the emergency number").count(), 0);
  await page.getByRole("button", { name: "Next" }).click();
  // What cannot wait is told at once, read out and in sight, and the questions go on below it.
  await page.getByRole("alert").getByText("Call the emergency number now.").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Act now");
  assert.deepEqual(await violations(page), []);
  if (shots) await page.screenshot({ path: `${shots}/alarm.png` });
  await page.getByLabel(/How old are you/).fill("54");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("What does your face do?").first().waitFor();
  // It stays in sight, but does not shout again.
  await page.getByText("Call the emergency number now.").waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  await page.getByRole("button", { name: "I don’t know" }).click();
  await page.getByText("Which side of your own face?").first().waitFor();
  assert.deepEqual(await violations(page), []);
  // Left and come back to: it goes on there. A single choice goes on by itself.
  await page.reload();
  await page.getByText("You have answered 3 questions. Continue here.").waitFor();
  await page.getByRole("button", { name: "My left" }).click();
  await page.getByText("Where did it begin?").first().waitFor();
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByRole("button", { name: "My left", pressed: true }).waitFor();
  const a = await server.api<{ values: Record<string, unknown>; skipped: Record<string, string> }>(
    "GET",
    `/people/${person}/answers`,
  );
  assert.deepEqual(a.values, { age: 54, now: ["droop"], side: "left" });
  assert.deepEqual(a.skipped, { kind: "unknown" });
  // Back leads into the earlier visit too.
  await page.getByRole("button", { name: "Back" }).click();
  await page.getByText("What does your face do?").first().waitFor();

  await page.goto(`${server.url}/people/${person}/result`);
  await page.getByRole("heading", { name: "Act now" }).waitFor();
  // Red flags stand before anything else.
  assert.deepEqual((await headings(page)).slice(0, 5), [
    "Act now",
    "What to say on the phone",
    "What was seen",
    "How sure",
    "What it may mean",
  ]);
  await page.locator(".result blockquote").getByText("One side of the face suddenly droops").waitFor();
  assert.doesNotMatch(await page.locator(".result .person").innerText(), /this page with you|diary|You can ask/i);
  await page.getByRole("button", { name: "For the doctor" }).click();
  await page.getByRole("heading", { name: "Differential" }).waitFor();

  // The overview too tells it, and asks for no film now.
  const alarmed = await server.person("Alarmed");
  await server.api("PUT", `/people/${alarmed}/answers`, { set: { now: ["droop"] } });
  await page.goto(`${server.url}/people/${alarmed}`);
  await page.getByText("Act now").waitFor();
  assert.deepEqual(await page.locator("main h2").allInnerTexts(), ["Their data"]);
  await page.getByRole("link", { name: "What to say on the phone" }).click();
  await page.getByRole("heading", { name: "What to say on the phone" }).waitFor();

  // Who need not hurry reads the four answers, and folded below them how to speak with a
  // doctor and how to live with it.
  const calm = await server.person("Calm");
  await server.api("PUT", `/people/${calm}/answers`, { set: { now: ["none"], side: "left", kind: ["twitch"] } });
  await page.goto(`${server.url}/people/${calm}/result`);
  await page.getByRole("heading", { name: "What to tell the doctor" }).waitFor();
  assert.deepEqual((await headings(page)).slice(0, 4), [
    "What was seen",
    "How sure",
    "What it may mean",
    "What to do now",
  ]);
  await page.getByRole("heading", { name: "What to tell the doctor" }).click();
  await page.locator(".result blockquote").getByText("The left side of my face twitches").waitFor();
  await page.context().close();
});

interface Entry {
  id: string;
  kind: string;
  deleted: boolean;
  data: { end?: string | null; attacks?: number | null; sites?: unknown[]; units_total?: number };
}
const diary = async () => (await server.api<{ entries: Entry[] }>("GET", `/people/${person}/diary`)).entries;

test("the diary without a server, then with one: nothing lost, nothing twice", async () => {
  const context = await browser.newContext();
  const page = await open(`/people/${person}/diary`, context);
  await page.getByText("Saved on the server").waitFor();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload(); // now the worker has it all
  await page.getByText("Saved on the server").waitFor();
  const kept = await page.evaluate(async () =>
    (
      await Promise.all(
        (await caches.keys()).map(async (n) =>
          (await (await caches.open(n)).keys()).map((r) => new URL(r.url).pathname),
        ),
      )
    ).flat(),
  );
  assert.ok(
    kept.length > 5 && kept.every((p) => !p.startsWith("/api/") && !p.endsWith(".wasm") && !p.endsWith(".onnx")),
    kept.join(" "),
  );

  await server.stop();
  await page.reload();
  await page.getByRole("button", { name: "An attack has started" }).click();
  await page.getByRole("button", { name: "It has stopped" }).click();
  await page.getByRole("button", { name: "Left", exact: true }).click();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "Daily check", exact: true }).click();
  await page.getByLabel(/How many attacks/).fill("4");
  await page.getByRole("group", { name: "Mood" }).getByLabel("6", { exact: true }).check();
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("2 entries are waiting").waitFor();
  await page.reload();
  await page.getByText("2 entries are waiting").waitFor(); // they outlive the page

  await server.start();
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByText("Saved on the server").waitFor();
  assert.deepEqual((await diary()).map((e) => e.kind).sort(), ["attack", "day"]);
  await page.reload();
  await page.getByText("Saved on the server").waitFor();
  assert.equal((await diary()).length, 2);

  // Another device sees them, and of two changes the later holds.
  const other = await open(`/people/${person}/diary`);
  await other.getByRole("button", { name: /Edit the daily check/ }).click();
  await other.getByLabel(/How many attacks/).fill("7");
  await other.getByRole("button", { name: "Save", exact: true }).click();
  await until(async () => (await diary()).some((e) => e.data.attacks === 7), "the change on the server");
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.getByText(/7 attacks/).waitFor();
  await other.context().close();

  // Treatment with units by place; delete and undo.
  await page.getByRole("button", { name: "Add a treatment" }).click();
  await page.getByLabel("Eyelid, left: units").fill("12.5");
  await page.getByLabel("Cheek, left: units").fill("2.5");
  if (shots) await page.screenshot({ path: `${shots}/treatment.png` });
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await until(
    async () => (await diary()).find((e) => e.kind === "treatment" && e.data.units_total === 15),
    "the treatment on the server",
  );
  await page.getByRole("button", { name: /^Edit ?: Attack/ }).click();
  await page.getByRole("button", { name: "Delete" }).click();
  await until(async () => !(await diary()).some((e) => e.kind === "attack"), "the attack gone");
  await page.getByRole("button", { name: "Undo" }).click();
  await until(async () => (await diary()).some((e) => e.kind === "attack"), "the attack back");
  await context.close();
});

test("every page in light and dark, on a phone and a desk, without a violation", async () => {
  // Months of diary, so that the course has something to show.
  const now = Date.now();
  const day = (n: number) => new Date(now - n * 86_400_000).toISOString();
  const entries: unknown[] = [];
  for (let n = 130; n > 0; n--) {
    const effect = n > 100 ? 1 : n > 95 ? 0.7 : n > 40 ? 0.3 : Math.min(1, 0.3 + (40 - n) / 30);
    entries.push({
      id: `01J${String(n).padStart(23, "0")}`,
      kind: "day",
      at: day(n),
      tz_offset_min: 0,
      updated_at: day(n),
      deleted: false,
      data: {
        date: day(n).slice(0, 10),
        attacks: Math.round(12 * effect + (n % 3)),
        longest_s: 40 + (n % 7) * 10,
        interval_s: 5400,
        worst_region: n % 4 ? "orbicularis_oculi" : "zygomaticus",
        triggers: [],
        sleep_h: 7,
        sleep_quality: null,
        pain: 1,
        headache: null,
        tinnitus: null,
        mood: 5 + (n % 4),
        taken_medicine: null,
        note: "",
      },
    });
  }
  entries.push({
    id: "01J0000000000000000000T0X0",
    kind: "treatment",
    at: day(100),
    tz_offset_min: 0,
    updated_at: day(100),
    deleted: false,
    data: {
      type: "botulinum_toxin",
      product: "onabotulinumtoxinA",
      units_total: 15,
      sites: [],
      drug: null,
      dose: null,
      from: day(100).slice(0, 10),
      to: null,
      operation: null,
      note: "",
    },
  });
  await server.api("POST", `/people/${person}/sync`, { entries, since: null });

  const pages: [string, string][] = [
    ["record", "Start filming"],
    ["upload", "Choose a video"],
    ["questions", "Your answers"],
    ["result", "What to say on the phone"],
    ["result?page=clinician", "Differential"],
    ["diary", "Saved on the server"],
    ["course", "Which way it is going"],
  ];
  const found: string[] = [];
  for (const [width, height] of [
    [390, 844],
    [1280, 900],
  ] as const)
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: "reduce" });
      for (const [path, text] of pages) {
        const page = await open(`/people/${person}/${path}`, context);
        await page.getByText(text).first().waitFor();
        found.push(...(await violations(page)).map((v) => `${path} ${width} ${colorScheme}: ${v}`));
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (over > 0) found.push(`${path} ${width}: ${over} px too wide`);
        if (shots)
          await page.screenshot({
            path: `${shots}/${path.replace(/\W/g, "-")}-${width}-${colorScheme}.png`,
            fullPage: true,
          });
        await page.close();
      }
      await context.close();
    }
  assert.deepEqual(found, []);
});
