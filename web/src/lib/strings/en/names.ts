import { placeWords, regionWords, tappedWords } from "../../places";

export const named = {
  kind: { spasm: "Spasm", synkinesis: "Moves along with something else", voluntary: "Both sides, or on purpose", blink: "Blink", other: "Other movement" } as Record<string, string>,
  kindShort: { spasm: "Spasm", synkinesis: "Moves along", voluntary: "Both or on purpose", blink: "Blink", other: "Other" } as Record<string, string>,
  eyesClosed: "Both eyes closed",
  form: { twitch: "one twitch", clonic: "a run of twitches", tonic: "a hold" } as Record<string, string>,
  region: regionWords,
  // what a person can point to; the regions are those of older diaries
  place: { ...placeWords, ...tappedWords } as Record<string, string>,
  trigger: {
    blink: "a blink", brow_raise: "raising the brows", eye_closure: "closing the eyes", smile: "a smile",
    pucker: "pursing the lips", snarl: "wrinkling the nose", speech: "talking",
  } as Record<string, string>,
  task: {
    rest: "rest", blink: "blink", eye_closure: "close eyes", brow_raise: "raise brows", smile: "smile", pucker: "purse lips",
    snarl: "wrinkle nose", speech: "talk", wink_right: "wink right", wink_left: "wink left",
  } as Record<string, string>,
  state: { queued: "Waiting", analysing: "Being measured", done: "Measured", failed: "Failed", cancelled: "Stopped" } as Record<string, string>,
};
