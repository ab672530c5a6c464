import en from "../../../../words/en/pages-record.json";
import { area, speaker } from "../../i18n";

const { say, count } = speaker({ en });
const recordTexts = area({ en }, "pages.record");

export const record = {
  ...recordTexts,
  consentWho: recordTexts.consentWho as Record<"self" | "guardian" | "clinician", string>,
  minutes: (m: string) => say("pages.record.minutes", { Minutes: m }),
  unfinishedText: (when: string, size: string) => say("pages.record.unfinishedText", { When: when, Size: size }),
  waiting: (label: string, size: string) => say("pages.record.waiting", { Label: label, Size: size }),
  sent: (p: number) => say("pages.record.sent", { Share: p }),
  step: (i: number, n: number) => say("pages.record.step", { Step: i, Steps: n }),
  next: (text: string) => say("pages.record.next", { Text: text }),
  length: (s: string, n: number) => (n ? count("pages.record.lengthTasks", n, { Length: s }) : say("pages.record.length", { Length: s })),
};

const uploadTexts = area({ en }, "pages.upload");

export const upload = {
  ...uploadTexts,
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
