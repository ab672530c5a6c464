// Says something to those who listen to the page.
let region: HTMLElement | null = null;

export function announce(text: string) {
  if (!region) {
    region = document.createElement("div");
    region.className = "hide";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  const words = region;
  requestAnimationFrame(() => (words.textContent = text));
}
