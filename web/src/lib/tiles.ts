// The large figures of a recording.
import { figure, percent, span } from "./format";
import { overview as w } from "./strings/people";
import type { Summary } from "./types";


export function tiles(m: Summary) {
  const ci = m.rate_per_min.ci95;
  const out = [
    { value: String(m.spasms), name: w.count(m.spasms), note: m.spasms ? w.sides(m.sides.right.spasms, m.sides.left.spasms) : w.of(span(m.usable_s)) },
    { value: figure(m.rate_per_min.value), name: w.rate, note: ci ? w.between(figure(ci[0]), figure(ci[1])) : "" },
  ];
  if (m.duration_s.median !== null) out.push({ value: span(m.duration_s.median), name: w.typical, note: m.duration_s.max !== null ? w.longest(span(m.duration_s.max)) : "" });
  if (m.burden !== null && m.spasms) out.push({ value: percent(m.burden), name: w.burden, note: w.of(span(m.usable_s)) });
  return out;
}
