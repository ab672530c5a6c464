import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, goesOn, group, left, problem, progress, suggested, words, type Answers, type Question } from "./flow";

const often = [
  { value: "0", text: "Never" },
  { value: "1", text: "Often" },
];
const q = (id: string, type: Question["type"], section = "A", options?: Question["options"]): Question => ({
  id,
  section,
  text: id,
  type,
  ...(options && { options }),
});
const all = [
  q("a", "choice", "A", [
    { value: "x", text: "X" },
    { value: "y", text: "Y" },
  ]),
  q("b", "yesno"),
  q("c", "yesno"),
  q("d", "multi", "A", often),
  q("e", "choice", "B", often),
  q("f", "choice", "B", often),
  q("g", "choice", "B", often),
  q("h", "choice", "B", often),
  q("i", "choice", "B", often),
];

test("alike questions of a section stand together, at most four", () => {
  const ids = (open: string[]) => group(all, open).map((x) => x.id);
  assert.deepEqual(ids(["a", "b"]), ["a"]);
  assert.deepEqual(ids(["b", "c", "d"]), ["b", "c"]);
  assert.deepEqual(ids(["d", "e"]), ["d"]);
  assert.deepEqual(ids(["e", "f", "g", "h", "i"]), ["e", "f", "g", "h"]);
  assert.deepEqual(ids([]), []);
});

test("progress counts what was skipped as asked", () => {
  assert.equal(progress(so({ values: { a: 1 }, skipped: { b: "" }, open: ["c", "d", "more"] })), 0.5);
  assert.deepEqual(left(so({ open: ["c", "more"] })), ["c"]);
});

const so = (a: Partial<Answers>): Answers => ({
  values: {},
  skipped: {},
  authored: null,
  done: false,
  open: [],
  emergencies: [],
  clashes: [],
  profile: {},
  ...a,
});

test("a page goes on by itself where one press decides each question", () => {
  assert.ok(goesOn([all[0]!]));
  assert.ok(goesOn([all[1]!, all[2]!]));
  assert.ok(!goesOn([all[3]!]));
  assert.ok(!goesOn([{ ...all[0]!, list: true }]));
  const lists = [
    { ...all[3]!, list: true },
    { ...all[0]!, list: true },
  ];
  assert.deepEqual(
    group(lists, ["d", "a"]).map((x) => x.id),
    ["d", "a"],
  );
});

test("where it began is suggested as a place of today", () => {
  const places = q("places", "multi", "A", [
    { value: "eye", text: "Eye" },
    { value: "mouth", text: "Mouth" },
  ]);
  assert.deepEqual(suggested(places, { first_place: "lower_lid" }), ["eye"]);
  assert.deepEqual(suggested(places, { first_place: "eye_mouth" }), ["eye", "mouth"]);
  assert.deepEqual(suggested(places, { first_place: "chin" }), []);
  assert.deepEqual(suggested(places, {}), []);
});

test("none of these and one of these exclude each other", () => {
  assert.deepEqual(choose(["a"], "none", true), ["none"]);
  assert.deepEqual(choose(["none"], "a", true), ["a"]);
  assert.deepEqual(choose(["a", "b"], "a", false), ["b"]);
  assert.deepEqual(choose(["a"], "a", true), ["a"]);
});

test("what cannot be an answer is said", () => {
  const age: Question = { ...q("age", "number"), min: 0, max: 120 };
  assert.equal(problem(age, "41"), "");
  assert.notEqual(problem(age, ""), "");
  assert.match(problem(age, "130"), /120/);
  assert.equal(problem(q("m", "month"), "2021"), "");
  assert.equal(problem(q("m", "month"), "2021-11"), "");
  assert.notEqual(problem(q("m", "month"), "2021-13"), "");
});

test("answers are read back in words", () => {
  assert.equal(words(q("m", "month"), "2021-03"), "March 2021");
  assert.equal(words({ ...q("n", "number"), unit: "years" }, 41), "41 years");
  assert.equal(words(q("c", "multi", "A", often), ["0", "1"]), "Never; Often");
});
