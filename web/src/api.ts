// The one way to the server. Whatever goes wrong comes out as a Problem.
import { language } from "./i18n";
import { t } from "./lib/strings";

/** An error as RFC 9457 puts it, or one of our own when there was no answer. */
export class Problem extends Error {
  constructor(
    readonly status: number, // 0: no answer came
    readonly title: string,
    readonly detail: string = "",
    readonly errors: { message?: string; location?: string }[] = [],
  ) {
    super(detail || title);
    this.name = "Problem";
  }
  /** No answer came: the server is not there or the network is down. */
  get offline() {
    return this.status === 0;
  }
}

export const base = "/api/v1";

type Query = Record<string, string | number | boolean | null | undefined>;

/** The address of a route, for links, pictures and event streams. */
export function address(path: string, query?: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  if (/\.(html|pdf)$/.test(path)) search.set("lang", language); // a link sends no header
  return base + path + (search.size ? `?${search}` : "");
}

interface Options {
  query?: Query;
  body?: unknown; // JSON, unless it is bytes
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

let unauthorized: (() => void) | null = null;

/** What to do when the server asks who we are. */
export function onUnauthorized(then: () => void) {
  unauthorized = then;
}

/** Asks the server and gives its JSON; undefined where there is none. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const init: RequestInit = {
    method,
    headers: { "Accept-Language": language, ...options.headers },
    credentials: "same-origin",
  };
  if (options.signal) init.signal = options.signal;
  if (options.body instanceof Blob || options.body instanceof ArrayBuffer || options.body instanceof Uint8Array) {
    init.body = options.body as BodyInit;
    init.headers = { ...init.headers, "Content-Type": "application/octet-stream", ...options.headers };
  } else if (options.body !== undefined) {
    init.body = JSON.stringify(options.body);
    init.headers = { ...init.headers, "Content-Type": "application/json", ...options.headers };
  }
  let answer: Response;
  try {
    answer = await fetch(address(path, options.query), init);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(0, t.problem.offline);
  }
  if (!answer.ok) throw await problemOf(answer);
  if (answer.status === 204 || !answer.headers.get("Content-Type")?.includes("json")) return undefined as T;
  return (await answer.json()) as T;
}

const problemOf = async (answer: Response) =>
  failure(answer.status, await answer.text().catch(() => ""), answer.statusText);

/** What an answer other than a good one says; status 0 where none came. */
export function failure(status: number, text = "", title = status ? "" : t.problem.offline): Problem {
  if (status === 401) unauthorized?.();
  let said: { title?: string; detail?: string; errors?: { message?: string; location?: string }[] } = {};
  try {
    said = JSON.parse(text) ?? {};
  } catch {
    // another server's page
  }
  return new Problem(status, said.title ?? title, said.detail ?? "", said.errors ?? []);
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>("GET", path, { query, signal });
export const post = <T>(path: string, body: unknown = {}) => call<T>("POST", path, { body });
export const patch = <T>(path: string, body: unknown) => call<T>("PATCH", path, { body });
export const put = <T>(path: string, body: unknown) => call<T>("PUT", path, { body });
export const remove = (path: string) => call<void>("DELETE", path);
