// The panel of an event says why a movement is not a spasm, and names no side that
// nobody can tell.
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "svelte/server";
import { names } from "../../lib/words";
import type { CorrectedEvent } from "../../lib/types";
import type { Viewer } from "../../lib/recording/viewer.svelte";
import EventPanel from "./EventPanel.svelte";

const movement: CorrectedEvent = {
  id: "e0001", kind: "other", side: "unknown", form: "twitch", onset_s: 1, offset_s: 1.2, lead: "zygomaticus", lead_tied_with: [],
  regions: [{ region: "zygomaticus", side: "unknown", onset_s: 1, peak_mm: 1, share_of_voluntary: null }],
  twitches: 1, rate_hz: null, trigger: null, task: null, episode: null, attack: null, confidence: 0.4, reasons: ["slow_rise", "unsure"],
  status: "machine", machine: null, by: null, at: null, note: null,
};

const panel = (event: CorrectedEvent) =>
  render(EventPanel, { props: { viewer: { event, events: [event], t: 0, duration: 10, busy: false, corrections: 0, sided: false, error: null } as unknown as Viewer } }).body;

test("the reasons of a movement that is not a spasm are listed", () => {
  const html = panel(movement);
  for (const r of movement.reasons) assert.ok(html.includes(names.refusal[r]!), r);
  assert.ok(!panel({ ...movement, kind: "spasm" }).includes(names.refusal["unsure"]!));
});

test("no side is named", () => {
  const text = panel(movement).replace(/<select[\s\S]*?<\/select>/g, "").replace(/<[^>]+>/g, " ");
  assert.doesNotMatch(text, /\b(right|left)\b/i);
});
