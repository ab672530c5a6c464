// Keeps the app's own files on the device, and nothing else: no answer of the
// API, no film, no model. See shell.ts for what is in the list.
const version = "VERSION";
const shell = ["SHELL"];
const cacheName = `facialis-${version}`;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(cacheName).then((c) => c.addAll(shell.map((url) => new Request(url, { cache: "reload" })))),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(names.filter((n) => n.startsWith("facialis-") && n !== cacheName).map((n) => caches.delete(n))),
      )
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith("/api/") || url.pathname.startsWith("/openapi")) return;
    // The server's page as long as there is one, else the one that is kept.
    event.respondWith(
      fetch(request).catch(async () => (await (await caches.open(cacheName)).match("/")) ?? Response.error()),
    );
    return;
  }
  if (!shell.includes(url.pathname)) return;
  event.respondWith(caches.open(cacheName).then(async (c) => (await c.match(url.pathname)) ?? fetch(request)));
});
