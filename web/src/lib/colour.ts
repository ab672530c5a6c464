// A token's colour as a canvas needs it: worked out for the theme that holds.
let probe: HTMLElement | null = null;

export function colour(token: string): string {
  if (!probe) {
    probe = document.createElement("span");
    probe.hidden = true;
    document.body.append(probe);
  }
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}
