// A small router over the History API: a table of paths, each with the page
// that is loaded when it is first needed.
import type { Component } from "svelte";

export interface Route {
  path: string; // with :names for what varies
  page: string; // features/<any>/<page>.page.svelte
  tab?: string; // stands under a person's tabs
}

export interface Place {
  route: Route;
  params: Record<string, string>;
  query: URLSearchParams;
  url: string;
}

/** The route of a path and what varies in it; null when there is none. */
export function match(routes: readonly Route[], url: string): Place | null {
  const { pathname, searchParams } = new URL(url, "http://here");
  const parts = pathname.split("/").filter(Boolean);
  for (const route of routes) {
    const want = route.path.split("/").filter(Boolean);
    if (want.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = want.every((w, i) => {
      const part = parts[i] ?? "";
      if (!w.startsWith(":")) return w === part;
      try {
        params[w.slice(1)] = decodeURIComponent(part);
      } catch {
        return false;
      }
      return true;
    });
    if (fits)
      return { route, params, query: searchParams, url: pathname + (searchParams.size ? `?${searchParams}` : "") };
  }
  return null;
}

type Page = Component<Record<string, unknown>>;
const loaders = new Map(
  Object.entries(import.meta.glob<{ default: Page }>("./features/*/*.page.svelte")).map(([path, loader]) => [
    path.replace(/^.*\/(.+)\.page\.svelte$/, "$1"),
    loader,
  ]),
);

/** Whether a page is part of this build. */
export const exists = (page: string) => loaders.has(page);

export async function load(page: string): Promise<Page> {
  const loader = loaders.get(page);
  if (!loader) throw new Error(`no page ${page}`);
  return (await loader()).default;
}

let guard: (() => boolean) | null = null;

/** Ask before the page is left; null asks no more. The answer true lets go. */
export function beforeLeaving(ask: (() => boolean) | null) {
  guard = ask;
}

/** Whether nothing keeps the reader on the page. */
export function free(): boolean {
  if (guard && !guard()) return false;
  guard = null;
  return true;
}

/** Go to another page of the app. */
export function go(url: string, replace = false) {
  if (!free()) return;
  history[replace ? "replaceState" : "pushState"]({}, "", url);
  dispatchEvent(new Event("place"));
}

/** Change the address without going anywhere. */
export function readdress(url: string) {
  history.replaceState(history.state, "", url);
}

/** Follows links of the app without loading it anew. Returns what undoes it. */
export function follow(root: Document): () => void {
  const click = (event: MouseEvent) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.("a");
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.pathname.startsWith("/api/") || link.pathname === "/openapi.json") return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    go(link.pathname + link.search + link.hash);
  };
  root.addEventListener("click", click);
  return () => root.removeEventListener("click", click);
}
