// The figures of a study as rows of one table.
import { number } from "../../lib/format";
import { study as w } from "../../lib/strings/study";
import { name, names } from "../../lib/words";
import type { Estimate } from "../../lib/types";
import type { Round, Scale } from "./types";

export interface Row {
  what: string;
  who: string;
  figure: string;
  n: number;
  value: string;
}

/** An estimate with its interval; a dash's words where it could not be computed. */
export function shown(e: Estimate, decimals = 2): string {
  if (e.value === null) return w.notEnough;
  const interval = e.ci95 ? ` (${number(e.ci95[0], decimals)} – ${number(e.ci95[1], decimals)})` : "";
  return number(e.value, decimals) + interval;
}

export function rows(round: Round, scales: Scale[]): Row[] {
  const called = (who: string) => (who === "program" ? w.program : who);
  const both = (a: string, b: string) => w.and(called(a), called(b));
  const out: Row[] = [];
  const add = (what: string, who: string, figure: string, n: number, e: Estimate) => {
    if (n > 0 || e.value !== null) out.push({ what, who, figure, n, value: shown(e) });
  };
  for (const a of round.amounts) {
    const [sort, id = ""] = a.id.split(".");
    const what =
      sort === "total" ? w.total(scales.find((s) => s.id === id)?.name ?? id) : w.rate(name(names.kindShort, id));
    if (round.raters.length > 1) add(what, w.all, w.row.icc, a.films, a.icc);
    for (const p of a.pairs) {
      add(what, both(p.a, p.b), w.row.icc, p.films, p.icc);
      if (p.limits.n > 0) {
        add(what, both(p.a, p.b), w.row.bias, p.limits.n, p.limits.bias);
        add(what, both(p.a, p.b), w.row.low, p.limits.n, p.limits.low);
        add(what, both(p.a, p.b), w.row.high, p.limits.n, p.limits.high);
      }
    }
    if (a.retest) {
      add(what, w.all, w.row.retest, a.retest.pairs, a.retest.icc);
      add(what, w.all, w.row.error, a.retest.error.n, a.retest.error.sw);
      add(what, w.all, w.row.change, a.retest.error.n, a.retest.error.change);
    }
  }
  for (const i of round.items) {
    const s = scales.find((x) => x.id === i.scale);
    const item = s?.groups.flatMap((g) => g.items).find((x) => x.id === i.item)?.name ?? i.item;
    const what = `${s?.name ?? i.scale}: ${item}`;
    add(what, w.all, w.row.light, i.films, i.light);
    for (const p of i.pairs) add(what, both(p.a, p.b), w.row.kappa, p.films, p.kappa);
    add(what, w.all, w.row.kappaRetest, i.looks, i.retest);
  }
  for (const e of round.events) add(name(names.kindShort, e.kind), both(e.a, e.b), w.row.share, e.films, e.share);
  return out;
}
