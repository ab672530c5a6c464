// Calendar files are read back by another program's parser, ical.js.
import assert from "node:assert/strict";
import { test } from "node:test";
import ICAL from "ical.js";
import { calendar, folded, type Appointment } from "./ics";

const now = new Date("2026-03-01T08:00:00Z");
const read = (all: Appointment[]) => {
  const text = calendar(all, now);
  const root = new ICAL.Component(ICAL.parse(text));
  return { text, root, events: root.getAllSubcomponents("vevent").map((c) => new ICAL.Event(c)) };
};

test("a visit, a daily and a three-weekly reminder are read as they were meant", () => {
  const { root, events } = read([
    {
      id: "v1",
      day: "2026-04-30",
      time: "09:45",
      minutes: 30,
      title: "Visit, Dr Ö; room 3",
      text: "Bring:\nthe diary \\ notes",
      alarms: [1440, 60],
    },
    { id: "d", day: "2026-03-01", time: "19:30", title: "Diary", every: { unit: "DAILY" }, alarms: [0] },
    { id: "f", day: "2026-03-02", time: "10:00", title: "Film", every: { unit: "WEEKLY", times: 3 }, alarms: [0] },
    { id: "w", day: "2026-12-31", title: "Visit" },
  ]);
  assert.equal(root.getFirstPropertyValue("version"), "2.0");
  assert.equal(events.length, 4);
  const [visit, daily, film, whole] = events;
  assert.equal(visit?.summary, "Visit, Dr Ö; room 3");
  assert.equal(visit?.description, "Bring:\nthe diary \\ notes");
  assert.equal(visit?.startDate.toString(), "2026-04-30T09:45:00");
  assert.equal(visit?.startDate.zone, ICAL.Timezone.localTimezone);
  assert.equal(visit?.endDate.toString(), "2026-04-30T10:15:00");
  assert.deepEqual(
    visit?.component
      .getAllSubcomponents("valarm")
      .map((a) => (a.getFirstPropertyValue("trigger") as InstanceType<typeof ICAL.Duration>).toSeconds()),
    [-86400, -3600],
  );
  const times = (e: InstanceType<typeof ICAL.Event> | undefined, n: number) => {
    const all = e!.iterator();
    return Array.from({ length: n }, () => all.next()?.toString());
  };
  assert.deepEqual(times(daily, 3), ["2026-03-01T19:30:00", "2026-03-02T19:30:00", "2026-03-03T19:30:00"]);
  assert.deepEqual(times(film, 3), ["2026-03-02T10:00:00", "2026-03-23T10:00:00", "2026-04-13T10:00:00"]);
  assert.ok(whole?.startDate.isDate);
  assert.equal(whole?.endDate.toString(), "2027-01-01");
});

test("any text comes back, and no line is longer than 75 octets", () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 16807) % 2147483647) % n;
  const letters = [...'abc ,;:\\\n"äß€漢字😀-'];
  for (let i = 0; i < 200; i++) {
    const text = Array.from({ length: 1 + random(160) }, () => letters[random(letters.length)]).join("");
    const { text: file, events } = read([{ id: `x${i}`, day: "2026-05-01", time: "08:00", title: text, text }]);
    assert.equal(events[0]?.summary, text);
    assert.equal(events[0]?.description, text);
    for (const line of file.split("\r\n")) assert.ok(new TextEncoder().encode(line).length <= 75, line);
  }
  assert.equal(folded("x".repeat(75)).length, 75);
});
