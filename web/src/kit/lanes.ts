// What everything that draws events in lanes has in common: where the lanes begin and end,
// and how tall the bar of each kind is, so that nobody needs the colors to tell them apart.
import type { Kind } from "../lib/types";

export const gutter = 58; // px on the left, for the side's name or a chart's scale
export const pad = 20; // px on the right

/** The height of a kind's bar, as a share of its lane. */
export const tall: Record<Kind, number> = { spasm: 1, synkinesis: 0.78, voluntary: 0.62, blink: 0.42, other: 0.42 };
