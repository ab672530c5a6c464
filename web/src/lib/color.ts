// A token's color as a canvas needs it: worked out for the theme that holds,
// and kept until it changes, since asking makes the browser work out its styles.
import { onTheme } from "../features/settings/theme";

let probe: HTMLElement | null = null;
const kept = new Map<string, string>();

export function color(token: string): string {
  const known = kept.get(token);
  if (known) return known;
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    probe.style.setProperty("forced-color-adjust", "none"); // a curve keeps its color in high contrast
    document.body.append(probe);
    onTheme(() => kept.clear());
  }
  probe.style.color = `var(--${token})`;
  const now = getComputedStyle(probe).color;
  kept.set(token, now);
  return now;
}
