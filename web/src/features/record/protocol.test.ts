import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock, cueAt, Guide, length, minutes, type Protocol } from "./protocol";

const protocol: Protocol = {
  id: "p",
  title: "P",
  setup: [],
  tasks: [
    { task: "rest", seconds: 10, screen: "Rest", voice: "Rest.", why: "" },
    { task: "smile", seconds: 12, screen: "Smile", voice: "Smile. And let go.", repeat: 3, why: "" },
    { task: "rest", seconds: 5, screen: "Rest", voice: "Rest.", why: "" },
  ],
};

function make(lead = 2) {
  let now = 1000;
  const clock = new Clock(() => now);
  clock.run();
  return { clock, guide: new Guide(protocol, clock, lead), pass: (s: number) => (now += s * 1000) };
}

test("the steps follow one another and their times are the recorder's", () => {
  const { guide, pass } = make();
  assert.equal(guide.tick().phase, "ready");
  pass(2);
  assert.equal(guide.tick().phase, "do");
  pass(9.5);
  assert.equal(guide.tick().left, 1);
  for (let i = 0; i < 60; i++) {
    pass(0.4);
    guide.tick();
  }
  assert.equal(guide.tick().phase, "done");
  assert.deepEqual(guide.tasks, [
    { task: "rest", from_s: 2, to_s: 12 },
    { task: "smile", from_s: 14, to_s: 26 },
    { task: "rest", from_s: 28, to_s: 33 },
  ]);
});

test("a late tick moves on by as much as was missed", () => {
  const { guide, pass } = make();
  pass(15);
  const m = guide.tick();
  assert.deepEqual([m.index, m.phase, m.left], [1, "do", 11]);
});

test("what is paused does not count", () => {
  const { clock, guide, pass } = make();
  pass(5);
  guide.tick();
  clock.hold();
  pass(100);
  assert.equal(clock.seconds(), 5);
  assert.equal(guide.tick().left, 7);
  clock.run();
  pass(7);
  guide.tick();
  assert.deepEqual(guide.tasks[0], { task: "rest", from_s: 2, to_s: 12 });
});

test("a skipped step keeps what was done of it, if it was enough", () => {
  const { guide, pass } = make();
  pass(7);
  guide.tick();
  guide.skip();
  assert.deepEqual(guide.tasks, [{ task: "rest", from_s: 2, to_s: 7 }]);
  pass(3);
  guide.tick();
  guide.skip(); // one second of the smile
  assert.equal(guide.tasks.length, 1);
  assert.deepEqual([guide.index, guide.moment().phase], [2, "ready"]);
});

test("a repeated step counts once, by its last try", () => {
  const { guide, pass } = make();
  pass(12);
  guide.tick();
  assert.equal(guide.tasks.length, 1);
  guide.again(); // in the prompt of the next: back to the rest
  assert.equal(guide.tasks.length, 0);
  pass(12);
  guide.tick();
  assert.deepEqual(guide.tasks, [{ task: "rest", from_s: 14, to_s: 24 }]);
  pass(5);
  guide.tick();
  guide.again(); // in the middle: from its beginning
  assert.deepEqual([guide.index, guide.moment().phase], [1, "ready"]);
});

test("stopping ends it wherever it is", () => {
  const { guide, pass } = make();
  pass(6);
  guide.tick();
  guide.stop();
  assert.equal(guide.tick().phase, "done");
  assert.deepEqual(guide.tasks, [{ task: "rest", from_s: 2, to_s: 6 }]);
});

test("the cues of a step with repeats are its sentences in turn", () => {
  const smile = protocol.tasks[1]!;
  assert.deepEqual(
    [0, 1.9, 2, 4, 11.9, 12].map((t) => cueAt(smile, t)!.n),
    [0, 0, 1, 2, 5, 5],
  );
  assert.equal(cueAt(smile, 2)!.text, "And let go.");
  assert.equal(cueAt(protocol.tasks[0]!, 3), null);
});

test("lengths", () => {
  assert.equal(length(protocol, 2), 33);
  assert.equal(minutes(208), "3:28");
});
