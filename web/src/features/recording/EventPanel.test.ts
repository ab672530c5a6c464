// The panel of an event says why a movement is not a spasm, and names no side that
// nobody can tell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "svelte/server";
import { names } from "../../lib/words";
import type { CorrectedEvent } from "../../lib/types";
import type { Viewer } from "./viewer.svelte";
import { recording as w } from "../../lib/strings/recording";
import EventPanel from "./EventPanel.svelte";

const movement: CorrectedEvent = {
  id: "e0001",
  kind: "other",
  side: "unknown",
  form: "twitch",
  onset_s: 1,
  offset_s: 1.2,
  lead: "zygomaticus",
  lead_tied_with: [],
  regions: [{ region: "zygomaticus", side: "unknown", onset_s: 1, peak_mm: 1, share_of_voluntary: null }],
  twitches: 1,
  rate_hz: null,
  trigger: null,
  task: null,
  episode: null,
  attack: null,
  confidence: 0.4,
  reasons: ["slow_rise", "unsure"],
  status: "machine",
  machine: null,
  by: null,
  at: null,
  note: null,
};

const panel = (event: CorrectedEvent) =>
  render(EventPanel, {
    props: {
      viewer: {
        event,
        events: [event],
        t: 0,
        duration: 10,
        busy: false,
        corrections: 0,
        sided: false,
        error: null,
      } as unknown as Viewer,
    },
  }).body;

test("the reasons of a movement that is not a spasm are listed", () => {
  const html = panel(movement);
  for (const r of movement.reasons) assert.ok(html.includes(names.refusal[r]!), r);
  assert.ok(!panel({ ...movement, kind: "spasm" }).includes(names.refusal["unsure"]!));
});

test("a size has the range of the true one, where it is known", () => {
  const sized = (ci?: [number, number]) =>
    panel({ ...movement, regions: [{ ...movement.regions[0]!, peak_mm: 1.24, ...(ci && { peak_ci95_mm: ci }) }] });
  const html = sized([0.91, 2.06]);
  assert.ok(html.includes("1.2\u00a0mm (0.9–2.1)"), html);
  assert.ok(html.includes(w.sizeRange));
  assert.ok(sized().includes("1.2\u00a0mm") && !sized().includes("mm (") && !sized().includes(w.sizeRange));
});

test("no side is named", () => {
  const text = panel(movement)
    .replace(/<select[\s\S]*?<\/select>/g, "")
    .replace(/<[^>]+>/g, " ");
  assert.doesNotMatch(text, /\b(right|left)\b/i);
});
