// What a person meets first: one button, filming, the questions, four answers. On a
// phone and a desk, light and dark, with large text, by keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { admit, drawnFace, film, handIn, launch, patience, Server, shots, until, violations } from "./harness";

const server = new Server();
let browser: Browser;

before(async () => {
  const { camera } = drawnFace();
  await server.start();
  browser = await launch(camera);
});
after(async () => {
  await browser?.close();
  await server.close();
});

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 800 };

async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    permissions: ["camera"],
    viewport: phone,
    reducedMotion: "reduce",
    ...options,
  });
  await admit(context, server.url);
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on("pageerror", (e) => assert.fail(`${path}: ${e.message}`));
  await page.goto(server.url + path);
  return page;
}
const shot = async (page: Page, name: string, fullPage = false) =>
  shots && page.screenshot({ path: `${shots}/${name}.png`, fullPage });
const wide = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

test("for oneself one button leads to the camera, and what leaves the picture is said", async () => {
  const page = await open("/");
  await page.getByRole("button", { name: "Film my face" }).waitFor();
  await shot(page, "first-phone");
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: "Film my face" }).click();
  await page.getByText("Face found").waitFor(); // no code, no year, no note was asked
  await page.getByText(/This takes \d+\smin/).waitFor();
  await shot(page, "setup-phone");
  assert.deepEqual(await violations(page), []);
  await page.getByRole("button", { name: /^Start/ }).click();
  await page.getByText(/Step 1 of 7, \d:\d\d left/).waitFor();
  // The picture is large and a frame follows the face.
  const picture = (await page.locator(".picture").boundingBox())!;
  assert.ok(picture.width >= 350 && picture.height >= 250, JSON.stringify(picture));
  await page.locator(".picture ellipse").waitFor();
  await shot(page, "filming-phone");
  // The camera is covered.
  await page.evaluate(() => {
    const v = document.querySelector<HTMLVideoElement>(".picture video")!;
    const c = document.createElement("canvas");
    c.width = 640;
    c.height = 480;
    const g = c.getContext("2d")!;
    setInterval(() => g.fillRect(0, 0, 640, 480), 50);
    v.srcObject = c.captureStream(20);
    void v.play();
  });
  await page.getByText("Your face is out of the picture").waitFor();
  await shot(page, "lost-phone");
  assert.deepEqual(await violations(page), []);
  await page.context().close();
});

test("filming ends by itself and leads to the result; the keyboard is enough", async () => {
  const person = await server.person("By keyboard");
  const page = await open(`/people/${person}/record`, { viewport: desk });
  // A protocol of two short steps, so that its end is reached.
  await page.route(/\/protocols\/short$/, async (route) => {
    const answer = await route.fetch();
    const p = await answer.json();
    p.tasks = p.tasks.slice(0, 2).map((t: object) => ({ ...t, seconds: 3 }));
    await route.fulfill({ json: p });
  });
  await page.reload();
  const press = async (name: RegExp) => {
    const to = page.getByRole("button", { name });
    await to.waitFor();
    await until(() => to.isEnabled(), `${name} can be pressed`);
    for (let i = 0; i < 60; i++) {
      if (await to.evaluate((e) => e === document.activeElement)) break;
      await page.keyboard.press("Tab");
    }
    assert.ok(await to.evaluate((e) => e === document.activeElement), `${name} is not reached by Tab`);
    await page.keyboard.press("Enter");
  };
  await press(/^Start filming/);
  await page.getByText("Face found").waitFor();
  await shot(page, "setup-desk");
  await press(/^Start (recording|anyway)/);
  await page.getByText(/Step 1 of 2/).waitFor();
  await shot(page, "filming-desk");
  await page.keyboard.press(" ");
  await page.locator(".state.paused").waitFor();
  await page.keyboard.press(" ");
  // Nothing more is pressed.
  await page.getByText(/has arrived|result is ready/).waitFor();
  await page.getByText(/Your face was in the picture for \d+ %/).waitFor();
  await page.getByText("Your result is ready").waitFor({ timeout: 300_000 });
  await shot(page, "arrived-desk");
  assert.deepEqual(await violations(page), []);
  await press(/^Film again/);
  await page.context().close();
});

/** What a person with a common course answers; what is not named is none of it. */
const typical: Record<string, string[]> = {
  "Is any of this happening now": ["None of these"],
  "How old are you?": ["#58"],
  "What does your face do?": ["Short quick twitches", "An eye is squeezed shut", "Next"],
  "Which side of your own face?": ["My left"],
  "Where did it begin?": ["Lower eyelid"],
  "Where is it today?": ["Mouth or corner of the mouth", "Next"],
  "Do the eye and the mouth": ["Yes"],
  "what does the brow above it do?": ["It goes up"],
  "When did it begin?": ["2023"],
  "How did it begin?": ["Little by little"],
  "Today, how long does one attack last?": ["Up to a minute"],
  "Does it come while you sit still": ["Yes, often"],
  "Which movements of your face": ["Blinking", "Next"],
  "How often does such a movement": ["Sometimes"],
  "Can you hold it back": ["No"],
  "one side of your face ever weak": ["No"],
  "Is that side of your face weaker": ["No"],
  "Has it been treated?": ["None of these"],
  "Are you fully aware": ["Yes"],
  "Does the face hurt?": ["None of these"],
};

/** What stands on the page once there is nothing left to ask. */
const ended = "That was all";

/**
 * The questions that stand on the page, or that they have ended; null while an answer is being
 * saved or the page is not there yet. It is read in one piece: between two looks the page goes on.
 */
const settled = (page: Page) =>
  page.evaluate((ended) => {
    if (document.querySelector(".interview > h1")?.textContent?.includes(ended)) return ended;
    const form = document.querySelector<HTMLElement>(".interview form");
    return form?.querySelector("[role=status]")?.textContent === "" ? form.innerText : null;
  }, ended);

test("a typical course takes at most 25 taps, and by keyboard alone it works too", async () => {
  const person = await server.person("Typical");
  const page = await open(`/people/${person}/questions`);
  let taps = 0;
  let keys = 0;
  for (let n = 0; ; n++) {
    assert.ok(n < 60, "the questions come to no end");
    const text = await until(async () => (await settled(page)) ?? null, "a question, or the end");
    if (text === ended) break;
    // A page may hold several questions; every tap of each is made.
    const here = Object.entries(typical).filter(([q]) => text.includes(q));
    assert.ok(here.length > 0, `not foreseen: ${text.slice(0, 300)}`);
    const saved = page.waitForResponse((r) => r.url().endsWith("/answers") && r.request().method() === "PUT");
    for (const [q, list] of here)
      for (const what of list) {
        if (what.startsWith("#")) {
          await page.getByLabel(q).fill(what.slice(1));
          keys += what.length - 1;
          await page.getByRole("button", { name: "Next" }).click();
          taps += 2; // the field and Next
          continue;
        }
        const group = here.length > 1 ? page.getByRole("group", { name: q }) : page.locator("form");
        const box = group.getByRole("checkbox", { name: what, exact: true });
        await (
          (await box.count()) ? box.locator("..") : group.getByRole("button", { name: what, exact: true })
        ).click();
        taps++;
      }
    await saved;
    if (n === 3 || n === 5) {
      assert.deepEqual(await violations(page), []);
      await shot(page, `question-${n}-phone`);
    }
    if (n === 9) await shot(page, `question-${n}-phone`);
    await until(async () => ![null, text].includes(await settled(page)), "the next question");
  }
  console.log(`typical course: ${taps} taps and ${keys} typed digits`);
  assert.ok(taps <= 25, `${taps} taps`);
  await shot(page, "questions-done-phone");
  const a = await server.api<{ values: Record<string, unknown>; open: string[] }>("GET", `/people/${person}/answers`);
  assert.deepEqual(a.open, ["more"]);
  assert.deepEqual(a.values["places"], ["eye", "mouth"]);
  assert.deepEqual(a.values["signs"], ["none"]);
  await page.getByRole("button", { name: "See your result" }).click();
  await page.getByRole("heading", { name: "What to do now" }).waitFor();
  await shot(page, "result-answers-phone");
  await page.context().close();

  const typed = await server.person("Typed");
  const desktop = await open(`/people/${typed}/questions`, { viewport: desk });
  await desktop.getByRole("button", { name: "None of these" }).waitFor();
  const reach = async (name: string) => {
    for (let i = 0; i < 40; i++) {
      if (await desktop.evaluate((n) => (document.activeElement?.textContent ?? "").trim() === n, name)) break;
      await desktop.keyboard.press("Tab");
    }
    await desktop.keyboard.press("Enter");
  };
  await reach("None of these");
  await desktop.getByLabel("How old are you?").waitFor();
  await desktop.keyboard.press("Tab");
  await desktop.keyboard.type("61");
  await desktop.keyboard.press("Enter");
  await desktop.getByText("What does your face do?").first().waitFor();
  await shot(desktop, "question-desk");
  await desktop.context().close();
});

test("what the profile knows is not asked; what cannot both be right is asked about at once", async () => {
  const { id } = await server.api<{ id: string }>("POST", "/people", {
    name: "Known",
    birth_year: 1970,
    sex: "f",
    affected_side: "left",
  });
  const page = await open(`/people/${id}/questions`);
  await page.getByRole("button", { name: "None of these" }).click();
  await page.getByText("What does your face do?").first().waitFor(); // not the age
  await page.getByText("Short quick twitches").click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByText("Where did it begin?").first().waitFor(); // not the side
  await server.api("PUT", `/people/${id}/answers`, {
    set: {
      first_place: "eye",
      places: ["eye"],
      brow_when_closing: null,
      sudden: "no",
      attack_now: "nonstop",
      even: null,
    },
  });
  await page.reload();
  await page.getByText("When did it begin?").first().waitFor();
  await page.getByRole("button", { name: "Earlier" }).click();
  await page.getByLabel("Year, such as 2015").fill("1960");
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByRole("heading", { name: "Two answers contradict each other" }).waitFor();
  await page.getByText("it began before you were born").waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, "clash-phone");
  await page.getByRole("button", { name: "Change: When did it begin?" }).click();
  await page.getByRole("button", { name: "2023" }).click();
  await page.getByText("Does it come while you sit still").first().waitFor();
  await page.getByRole("button", { name: "No, only when I move my face" }).click();
  await page.getByRole("heading", { name: "Two answers contradict each other" }).waitFor();
  await page.getByRole("button", { name: "Both are right, continue" }).click();
  await page.getByText("Which movements of your face").first().waitFor();
  await page.context().close();
});

test("the four answers stand on one screen of a phone, with and without sides", async () => {
  const seen = await server.person("Filmed");
  await handIn(server.url, seen, "one", new Date().toISOString(), film());
  await server.api("PUT", `/people/${seen}/answers`, {
    set: { now: ["none"], age: 60, kind: ["twitch"], side: "right", places: ["eye", "mouth"], since: "2022" },
  });
  await until(
    async () =>
      (await server.api<{ recordings: { state: string }[] }>("GET", `/people/${seen}/recordings`)).recordings.every(
        (r) => r.state === "done",
      ),
    "measured",
    300,
  );
  const found: string[] = [];
  for (const [size, at] of [
    ["phone", phone],
    ["desk", desk],
  ] as const)
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await open(`/people/${seen}/result`, { viewport: at, colorScheme });
      await page.getByRole("heading", { name: /What to do now|See a doctor soon/ }).waitFor();
      await shot(page, `result-${size}-${colorScheme}`);
      const box = (await page.locator(".short").boundingBox())!;
      if (box.y + box.height > at.height) found.push(`${size}: the answers end at ${box.y + box.height} px`);
      found.push(...(await violations(page)).map((v) => `${size} ${colorScheme}: ${v}`));
      for (const s of await page.locator(".person summary").all()) await s.click();
      found.push(...(await violations(page)).map((v) => `${size} ${colorScheme}, open: ${v}`));
      await shot(page, `result-open-${size}-${colorScheme}`, true);
      await page.context().close();
    }
  assert.deepEqual(found, []);
});

test("text of 200 %, no sideways scrolling; high contrast and less motion", async () => {
  const person = await server.person("Large text, and a name that is long");
  await server.api("PUT", `/people/${person}/answers`, { set: { now: ["none"], kind: ["twitch"], side: "left" } });
  const found: string[] = [];
  for (const [path, text] of [
    ["/", "Large text"],
    [`/people/${person}`, "Next steps"],
    [`/people/${person}/record`, "Start filming"],
    [`/people/${person}/upload`, "Choose a video"],
    [`/people/${person}/questions`, "Skip"],
    [`/people/${person}/result`, "What to do now"],
    [`/people/${person}/result?page=clinician`, "Findings"],
  ] as const) {
    for (const forcedColors of ["none", "active"] as const) {
      const page = await open(path, { forcedColors });
      await page.getByText(text).first().waitFor();
      if (forcedColors === "none") await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
      const over = await wide(page);
      if (over > 0) found.push(`${path}: ${over} px too wide`);
      await shot(page, `${forcedColors === "none" ? "large" : "contrast"}-${path.replace(/\W/g, "-").slice(-24)}`);
      const moving = await page.evaluate(
        () =>
          document
            .getAnimations()
            .filter((a) => a.playState === "running" && Number(a.effect?.getComputedTiming().duration) > 1).length,
      );
      if (moving) found.push(`${path}: ${moving} movements although less motion is wanted`);
      found.push(...(await violations(page)).map((v) => `${path} ${forcedColors}: ${v}`));
      await page.context().close();
    }
  }
  assert.deepEqual(found, []);
});
