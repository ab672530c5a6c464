import assert from "node:assert/strict";
import { test } from "node:test";
import { line, place, placeChoices } from "../features/diary/words";
import { emptyAttack, make } from "../features/diary/entry";
import { named } from "./strings/names";
import { places, placeWords, regionWords, shownAs } from "./places";

const shown = (worst_region: string) => line(make("attack", { ...emptyAttack(), worst_region })).split("· ")[1];

test("the corner of the mouth is one place, and the region that moves it", () => {
  assert.equal(placeWords.mouth_corner, regionWords.zygomaticus);
  assert.deepEqual(
    placeChoices(null).map((c) => c.value),
    places,
  );
  assert.equal(place("mouth_corner"), "Corner of the mouth");
  assert.equal(shown("mouth_corner"), "corner of the mouth");
  assert.equal(shown("cheek"), "cheek");
});

test("an older entry is shown by what was tapped", () => {
  assert.equal(shown("depressor"), "corner of the mouth");
  assert.equal(shown("zygomaticus"), "cheek");
  assert.equal(shownAs("depressor"), "mouth_corner");
  assert.equal(shownAs("zygomaticus"), "cheek");
  assert.deepEqual(placeChoices("orbicularis_oculi").at(-1), { value: "orbicularis_oculi", text: "Eye" });
  assert.equal(placeChoices("zygomaticus").length, places.length);
});

test("the catalog names every region and every place, in English as the program does", () => {
  assert.deepEqual({ ...named.region }, regionWords);
  for (const [key, words] of Object.entries(placeWords)) assert.equal(named.place[key], words);
});
