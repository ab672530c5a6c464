// A made-up person with films, answers and a diary, somebody beside them, and two studies:
// what every page needs to have something to show.
import { readFileSync } from "node:fs";
import type { BrowserContext, Page } from "playwright-core";
import { drawnFace, film, handIn, until, type Server } from "./harness";

export interface World {
  person: string;
  empty: string; // somebody of whom nothing is known
  first: string; // recordings
  second: string;
  study: string; // locked, with a rater
  draft: string; // a study that is still planned
}

const rater = "Dr. Hannah Oberleitner";
const dayMs = 86_400_000;

/** Half a year of diary with an injection in it, an attack, and a visit to come. */
function diary(now: number): object[] {
  const day = (ago: number) => new Date(now - ago * dayMs).toISOString();
  const entry = (kind: string, n: number, ago: number, data: object) => ({
    id: `01J${kind[0]!.toUpperCase()}${String(n).padStart(22, "0")}`,
    kind,
    at: day(ago),
    tz_offset_min: 0,
    updated_at: day(ago),
    deleted: false,
    data,
  });
  const days = Array.from({ length: 180 }, (_, i) => 180 - i).map((n) => {
    const left = n > 100 ? 1 : n > 95 ? 0.7 : n > 40 ? 0.3 : Math.min(1, 0.3 + (40 - n) / 30);
    return entry("day", n, n, {
      date: day(n).slice(0, 10),
      attacks: Math.round(12 * left + (n % 3)),
      longest_s: 40 + (n % 7) * 10,
      interval_s: 5400,
      worst_region: n % 4 ? "eyelid" : "cheek",
      triggers: n % 5 ? [] : ["stress"],
      sleep_h: 6 + (n % 3),
      sleep_quality: n % 10,
      pain: n % 3,
      headache: null,
      tinnitus: null,
      mood: 5 + (n % 4),
      taken_medicine: n % 9 !== 0,
      note: n % 30 ? "" : "A long meeting, and little sleep before it.",
    });
  });
  const toxin = entry("treatment", 1, 100, {
    type: "botulinum_toxin",
    product: "onabotulinumtoxinA",
    units_total: 22.5,
    sites: [
      { region: "eyelid", side: "left", units: 15 },
      { region: "cheek", side: "left", units: 7.5 },
    ],
    drug: null,
    dose: null,
    from: day(100).slice(0, 10),
    to: null,
    operation: null,
    note: "",
  });
  const attack = entry("attack", 1, 1, {
    end: new Date(now - dayMs + 95_000).toISOString(),
    worst_region: "eyelid",
    side: "left",
    trigger: "stress",
    note: "",
  });
  const visit = entry("visit", 1, 100, {
    with: "Movement disorder clinic",
    note: "",
    next: new Date(now + 12 * dayMs).toISOString(),
  });
  return [...days, toxin, attack, visit];
}

/** Fills a server that has nobody yet. */
export async function people(server: Server): Promise<World> {
  const now = Date.now();
  const ago = (days: number) => new Date(now - days * dayMs).toISOString();
  const { id: person } = await server.api<{ id: string }>("POST", "/people", {
    name: "Annegret Vogt-Hohenstein",
    code: "STROKE-UNIT-0042",
    birth_year: 1965,
    sex: "f",
    affected_side: "left",
  });
  const empty = await server.person("Konstantin");
  await server.api("POST", `/people/${person}/sync`, { entries: diary(now), since: null });
  await server.api("PUT", `/people/${person}/answers`, {
    set: {
      now: ["none"],
      kind: ["twitch", "close"],
      side: "left",
      first_place: "lower_lid",
      places: ["eye", "cheek"],
      since: "2022-03",
      palsy: "no",
      hold: "no",
      evoked: ["none"],
    },
  });
  const face = readFileSync(drawnFace().film);
  const first = await handIn(server.url, person, "Before the injection", ago(110), film());
  const second = await handIn(server.url, person, "After the injection, at the clinic", ago(60), face);
  const other = await handIn(server.url, empty, "One minute", ago(5), film());
  for (const id of [first, second, other])
    await until(
      async () => /done|failed/.test((await server.api<{ state: string }>("GET", `/recordings/${id}`)).state),
      `the recording ${id} is measured`,
      900,
    );
  await server.api("PATCH", `/recordings/${first}`, { mirrored: false });
  const plan = async (title: string) => {
    const { id } = await server.api<{ id: string }>("POST", "/studies", {
      title,
      films: [first, second, other],
      raters: [rater, "Dr. Ibrahim Sahin"],
      kinds: ["spasm", "synkinesis"],
      scales: (await server.api<{ scales: { id: string }[] }>("GET", "/scales")).scales.slice(0, 2).map((s) => s.id),
      statistics: ["icc", "kappa", "events", "limits", "retest"],
      tolerance_s: 0.1,
      repeat_share: 0.3,
      second_round: true,
    });
    return id;
  };
  const study = await plan("Agreement of two raters on hemifacial spasm before and after an injection");
  await server.api("POST", `/studies/${study}/lock`);
  const draft = await plan("A study that is still planned");
  await server.api("POST", `/people`, { name: "Somebody who went" }).then(async (gone) => {
    await server.api("DELETE", `/people/${(gone as { id: string }).id}`);
  });
  return { person, empty, first, second, study, draft };
}

/** Every page of the app that a server without accounts has, with its name. */
export function pages(w: World): [name: string, path: string][] {
  const own = `/people/${w.person}`;
  const who = encodeURIComponent(rater);
  return [
    ["people", "/"],
    ["overview", own],
    ["overview-empty", `/people/${w.empty}`],
    ["recordings", `${own}/recordings`],
    ["record", `${own}/record`],
    ["upload", `${own}/upload`],
    ["night", `${own}/night`],
    ["questions", `${own}/questions`],
    ["result", `${own}/result`],
    ["result-clinician", `${own}/result?page=clinician`],
    ["diary", `${own}/diary`],
    ["diary-empty", `/people/${w.empty}/diary`],
    ["diary-sheet", `${own}/diary/sheet`],
    ["course", `${own}/course`],
    ["course-empty", `/people/${w.empty}/course`],
    ["compare", `${own}/compare?a=${w.first}&b=${w.second}`],
    ["recording", `/recordings/${w.first}`],
    ["live", "/live"],
    ["cohort", "/cohort"],
    ["studies", "/studies"],
    ["study", `/studies/${w.study}`],
    ["study-draft", `/studies/${w.draft}`],
    ["rate", `/studies/${w.study}/rate?rater=${who}`],
    ["settings", "/settings"],
    ["deleted", "/settings/deleted"],
    ["not-found", "/nowhere"],
  ];
}

/** The pages that are files of their own, outside the app. */
export function standalone(w: World): [name: string, path: string][] {
  return [
    ["report", `/api/v1/recordings/${w.first}/report.html`],
    ["report-after", `/api/v1/recordings/${w.second}/report.html`],
    ["meaning-person", `/api/v1/people/${w.person}/assessment.html?page=person`],
    ["meaning-clinician", `/api/v1/people/${w.person}/assessment.html?page=clinician`],
  ];
}

/** Three nights as the course of a person has them, for what the page draws of them. */
function nights(now: number): object {
  const estimate = (value: number) => ({ value, ci95: [0.6 * value, 1.6 * value] });
  const rest = (value: number) => ({ rate_per_min: estimate(value), recordings: 1 });
  const list = [3, 2, 1].map((ago) => {
    const at = (h: number) => new Date(now - ago * dayMs + h * 3_600_000).toISOString();
    return {
      evening: at(0).slice(0, 10),
      from: at(0),
      to: at(7),
      recordings: [],
      before: rest(4.2),
      after: ago === 2 ? { rate_per_min: { value: null, ci95: null }, recordings: 0 } : rest(5.1),
      asleep_over_films: estimate(0.3),
      sleep: { asleep_per_min: estimate(0.8 * ago), awake_per_min: estimate(3.9), ratio: estimate(0.2 * ago) },
      hours: [0, 1, 2, 3, 4, 5, 6].map((h) => ({
        from: at(h),
        filmed_s: 3600,
        asleep_s: h ? 3300 : 600,
        awake_s: h ? 300 : 3000,
        seen_s: [3000 - 100 * h, 1200],
        spasms: [h, 40 + h],
        spasms_asleep: [h, 30],
      })),
    };
  });
  const sentence = "Asleep, the spasms came about a third as often as awake (0.33, 95 % interval 0.21 to 0.52).";
  return { list, all: list[0]?.sleep, person: [sentence], doctor: [sentence] };
}

/** States of pages that somebody has to bring about, with what brings them about. */
export function states(w: World): [name: string, path: string, prepare: (page: Page) => Promise<unknown>][] {
  const own = `/people/${w.person}`;
  return [
    ["share", own, (page) => page.locator("main .card").last().locator("button").nth(-2).click()],
    ["share-key", "/settings", (page) => page.locator("main .card").nth(2).locator("button").first().click()],
    [
      "live-on",
      "/live",
      async (page) => {
        await page.locator("main button").first().click();
        await page.locator('main [role="status"]').first().waitFor();
        await page.waitForTimeout(9000);
      },
    ],
    ["filming", `${own}/record`, (page) => page.locator("main button").first().click()],
    ["first-person", "/", (page) => page.locator("main button").nth(1).click()],
  ];
}

/** The course with some nights in it, which no film here is long enough for. */
export const withNights = (page: Page): Promise<unknown> =>
  page.route(/\/api\/v1\/people\/[^/]+\/course/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...(await answer.json()), nights: nights(Date.now()) } });
  });

/** Chooses the language of the pages, as the switch below every page does. */
export const speak = (context: BrowserContext, language: string): Promise<unknown> =>
  context.addInitScript((tag) => localStorage.setItem("facialis.language", tag), language);

/** Waits until a page has its content. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1, h2").first().waitFor();
  await page.locator('main [role="status"]').filter({ hasText: / …$/ }).first().waitFor({ state: "detached" });
  await page.waitForLoadState("networkidle");
}
