// Light or dark: the system's choice unless the reader made one.
export type Theme = "system" | "light" | "dark";

const kept = "facialis.theme";

export function theme(): Theme {
  const value = localStorage.getItem(kept);
  return value === "light" || value === "dark" ? value : "system";
}

export function setTheme(to: Theme) {
  if (to === "system") localStorage.removeItem(kept);
  else localStorage.setItem(kept, to);
  applyTheme();
}

/** Puts the choice on the document; pictures drawn by hand are told. */
export function applyTheme() {
  const now = theme();
  if (now === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = now;
  dispatchEvent(new Event("theme"));
}

/** Calls back when the colors change. Returns what undoes it. */
export function onTheme(then: () => void): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", then);
  addEventListener("theme", then);
  return () => {
    system.removeEventListener("change", then);
    removeEventListener("theme", then);
  };
}
