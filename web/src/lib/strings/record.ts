import en from "../../../../words/en/pages-record.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const recordTexts = area({ en }, "pages.record");

export const record = {
  ...recordTexts,
  consentWho: recordTexts.consentWho as Record<"self" | "guardian" | "clinician", string>,
  takes: (length: string) => say("pages.record.takes", { Length: length }),
  timeLeft: (time: string) => say("pages.record.timeLeft", { Time: time }),
  inPicture: (share: number) => say("pages.record.inPicture", { Share: share }),
  spasms: (n: number) => count("pages.record.spasms", n),
  first: (seconds: number, n: number) => count("pages.record.first", n, { Seconds: seconds }),
  firstSides: (seconds: number, n: number, right: number, left: number) =>
    count("pages.record.firstSides", n, { Seconds: seconds, Right: right, Left: left }),
  analysisLeft: (time: string) => say("pages.record.analysisLeft", { Time: time }),
  minutes: (length: string) => say("pages.record.minutes", { Length: length }),
  unfinishedText: (when: string, size: string) => say("pages.record.unfinishedText", { When: when, Size: size }),
  waiting: (label: string, size: string) => say("pages.record.waiting", { Label: label, Size: size }),
  sent: (p: number) => say("pages.record.sent", { Share: p }),
  step: (i: number, n: number) => say("pages.record.step", { Step: i, Steps: n }),
  next: (text: string) => say("pages.record.next", { Text: text }),
  length: (s: string, n: number) =>
    n ? count("pages.record.lengthTasks", n, { Length: s }) : say("pages.record.length", { Length: s }),
};

const uploadTexts = area({ en }, "pages.upload");

export const upload = {
  ...uploadTexts,
  lens: (name: string) => say("pages.upload.lens", { Lens: name }),
  sameFile: (name: string) => say("pages.upload.sameFile", { Name: name }),
};

const cameraTexts = area({ en }, "pages.camera");

export const camera = {
  ...cameraTexts,
  nth: (n: number) => say("pages.camera.nth", { Number: n }),
};

const framingTexts = area({ en }, "pages.framing");

export const framing = {
  ...framingTexts,
  rateIs: (n: number) => say("pages.framing.rateIs", { Number: n }),
  slow: (n: number) => say("pages.framing.slow", { Number: n }),
};
