// A course says by which version its recordings were measured and which it leaves out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { render } from "svelte/server";
import { course as t } from "../../lib/strings/course";
import Measured from "./Measured.svelte";

const part = (left: number) =>
  render(Measured, {
    props: {
      person: "P",
      measured: {
        version: "2+abcdef",
        versions: [{ version: "2+abcdef", recordings: 3 }],
        left_out: Array.from({ length: left }, (_, i) => ({
          id: `R${i}`,
          label: `film ${i}`,
          date: "2026-03-01",
          version: "1+000000",
        })),
      },
    },
  }).body;

test("recordings of another version are named and can be measured again", () => {
  const html = part(2);
  assert.ok(
    html.includes("2+abcdef") && html.includes("film 0") && html.includes("film 1") && html.includes("1+000000"),
  );
  assert.ok(html.includes(t.leftOut(2)) && html.includes(t.measureAgain));
});

test("where all are of one version there is nothing to do", () => {
  const html = part(0);
  assert.ok(html.includes(t.measuredBy("2+abcdef")) && !html.includes(t.measureAgain));
});
