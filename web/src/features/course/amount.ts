// A figure of the course with its unit.
import { figure, percent, perMinute, span } from "../../lib/format";
import { course as t } from "../../lib/strings/course";

const units: Record<string, (x: number) => string> = {
  attacks: (x) => t.perDay(figure(x)),
  rate_per_min: perMinute,
  burden: percent,
  longest_s: span,
  interval_s: span,
  duration_s: span,
  attack_s: span,
  sleep_h: (x) => span(x * 3600),
};

/** A figure of a series by the unit that the series has; scores have none. */
export function amount(series: string | null, value: number): string {
  return (units[series ?? ""] ?? figure)(value);
}
