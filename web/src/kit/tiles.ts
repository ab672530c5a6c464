// The large figures of a recording.
import { figure, percent, span } from "../lib/format";
import { t } from "../lib/strings";
import { overview as w } from "../lib/strings/overview";
import { sideUnseen, type CorrectedEvent, type SideSummary, type Summary } from "../lib/types";

/** How many of the events that hold moved along with another movement. */
export const along = (events: Pick<CorrectedEvent, "kind" | "status">[]): number =>
  events.filter((e) => e.kind === "synkinesis" && e.status !== "rejected").length;

/** Whether much was seen that is counted apart from spasms, so that their figures alone mislead. */
export const apart = (m: Summary, moved: number): boolean => m.spasms === 0 && (m.lids.spells > 0 || moved > 0);

/** How many spasms a side had, or that it was not seen. */
export const countOf = (s: SideSummary): string => (s.spasms === 0 && sideUnseen(s) ? t.notSeen : String(s.spasms));

/** The figures; moved is what along() counted. */
export function tiles(m: Summary, moved: number) {
  const ci = m.rate_per_min.ci95;
  const halfSeen = !!m.sides && (sideUnseen(m.sides.right) || sideUnseen(m.sides.left));
  const out = [
    {
      value: String(m.spasms),
      name: w.count(m.spasms),
      note:
        m.spasms || halfSeen
          ? m.sides
            ? w.sides(countOf(m.sides.right), countOf(m.sides.left))
            : t.side.unknown
          : w.of(span(m.usable_s)),
    },
    { value: figure(m.rate_per_min.value), name: w.rate, note: ci ? w.between(figure(ci[0]), figure(ci[1])) : "" },
  ];
  if (m.duration_s.median !== null)
    out.push({
      value: span(m.duration_s.median),
      name: w.typical,
      note: m.duration_s.max !== null ? w.longest(span(m.duration_s.max)) : "",
    });
  if (m.burden !== null && m.spasms)
    out.push({ value: percent(m.burden), name: w.burden, note: w.of(span(m.usable_s)) });
  if (m.lids.spells) {
    out.push({
      value: String(m.lids.spells),
      name: w.spells(m.lids.spells),
      note: w.spellsNote(span(m.lids.duration_s.max)),
    });
    out.push({ value: percent(m.lids.shut_share), name: w.shut, note: w.of(span(m.lids.watched_s)) });
  }
  if (moved && !m.spasms) out.push({ value: String(moved), name: w.along(moved), note: w.of(span(m.usable_s)) });
  return out;
}
