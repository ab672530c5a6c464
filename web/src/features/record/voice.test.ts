import assert from "node:assert/strict";
import { test } from "node:test";
import { locale } from "../../i18n";
import { Voice } from "./voice";

test("the prompts are spoken in the language in which they are written", () => {
  const spoken: { text: string; lang: string }[] = [];
  const speechSynthesis = { cancel: () => {}, speak: (u: { text: string; lang: string }) => spoken.push(u) };
  class SpeechSynthesisUtterance {
    lang = "";
    rate = 1;
    constructor(readonly text: string) {}
  }
  Object.assign(globalThis, { speechSynthesis, SpeechSynthesisUtterance, window: { speechSynthesis } });
  const voice = new Voice();
  voice.say("Close your eyes.");
  voice.muted = true;
  voice.say("Open your eyes.");
  assert.deepEqual(
    spoken.map((u) => [u.text, u.lang]),
    [["Close your eyes.", locale]],
  );
});
