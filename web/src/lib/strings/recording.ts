import en from "../../../../words/en/pages-recording.json";
import { area, speaker, table } from "../../i18n";

const { say, count } = speaker({ en });
const recordingTexts = area({ en }, "pages.recording");

export const recording = {
  ...recordingTexts,
  times: (n: number) => say("pages.recording.times", { Number: n }),
  gain: (n: number) => say("pages.recording.gain", { Number: n }),
  keyList: [
    [recordingTexts.keyNames.play, recordingTexts.keyDoes.play],
    [recordingTexts.keyNames.frame, recordingTexts.keyDoes.frame],
    [recordingTexts.keyNames.second, recordingTexts.keyDoes.second],
    [recordingTexts.keyNames.event, recordingTexts.keyDoes.event],
    [recordingTexts.keyNames.start, recordingTexts.keyDoes.start],
    [recordingTexts.keyNames.speed, recordingTexts.keyDoes.speed],
    [recordingTexts.keyNames.zoom, recordingTexts.keyDoes.zoom],
    [recordingTexts.keyNames.confirm, recordingTexts.keyDoes.confirm],
    [recordingTexts.keyNames.reject, recordingTexts.keyDoes.reject],
    [recordingTexts.keyNames.edit, recordingTexts.keyDoes.edit],
    [recordingTexts.keyNames.undo, recordingTexts.keyDoes.undo],
    [recordingTexts.keyNames.help, recordingTexts.keyDoes.help],
  ] as const,
  frameRate: (n: number) => say("pages.recording.frameRate", { Number: n }),
  trace: recordingTexts.trace as Record<string, string>,
  differenceOf: (r: string) => say("pages.recording.differenceOf", { Place: r }),
  eventCount: (n: number, all: number) =>
    n === all
      ? say("pages.recording.eventCount", { All: all })
      : say("pages.recording.eventCountOf", { Number: n, All: all }),
  more: (n: number) => say("pages.recording.more", { Number: n }),
  at: (t: string) => say("pages.recording.at", { Time: t }),
  long: (s: string) => say("pages.recording.long", { Length: s }),
  status: recordingTexts.status as Record<string, string>,
  undoAll: (n: number) => count("pages.recording.undoAll", n),
  machineWas: (what: string, from: string, to: string) =>
    say("pages.recording.machineWas", { What: what, From: from, To: to }),
  byAt: (by: string, at: string) => say("pages.recording.byAt", { By: by, At: at }),
  sure: (p: string) => say("pages.recording.sure", { Share: p }),
  trigger: (x: string) => say("pages.recording.trigger", { Trigger: x }),
  twitches: (n: number) => count("pages.recording.twitches", n),
  lag: (ms: number) => say("pages.recording.lag", { Lag: ms }),
  figuresUnknown: (what: string) => say("pages.recording.figuresUnknown", { What: what }),
  faces: (n: number) => say("pages.recording.faces", { Number: n }),
  faceNth: (n: number, all: number) => say("pages.recording.faceNth", { Number: n, All: all }),
  faceNow: (face: string) => say("pages.recording.faceNow", { Face: face }),
  turnChoices: recordingTexts.turnChoices as Record<string, string>,
  op: recordingTexts.op as Record<string, string>,
  exports: table({ en }, "pages.recording.exports"),
};

const compareTexts = area({ en }, "pages.compare");

export const compare = {
  ...compareTexts,
  fromTo: (a: string, b: string) => say("pages.compare.fromTo", { From: a, To: b }),
  peakLabel: (time: string, what: string) => say("pages.compare.peakLabel", { Time: time, What: what }),
  before: (time: string) => say("pages.compare.before", { Time: time }),
  after: (time: string) => say("pages.compare.after", { Time: time }),
  videoLabel: (which: string) => say("pages.compare.videoLabel", { Which: which }),
  points: (value: string) => say("pages.compare.points", { Value: value }),
  laneLabel: (r: string, l: string) => say("pages.compare.laneLabel", { Right: r, Left: l }),
  traceLabel: (what: string) => say("pages.compare.traceLabel", { What: what }),
};

const liveTexts = area({ en }, "pages.live");

export const live = {
  ...liveTexts,
  rate: (n: string) => say("pages.live.rate", { Number: n }),
  delay: (n: string) => say("pages.live.delay", { Number: n }),
  eventDelay: (n: string) => say("pages.live.eventDelay", { Number: n }),
  curve: (place: string, n: number, right: string, left: string) =>
    say("pages.live.curve", { Place: place, Number: n, Right: right, Left: left }),
  spasms: (n: number) => count("pages.live.spasms", n),
  ago: (time: string) => say("pages.live.ago", { Time: time }),
  slowWhy: (least: string, lasting: number) => say("pages.live.slowWhy", { Least: least, Lasting: lasting }),
};
