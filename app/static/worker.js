// Keeps the shell of the app: scripts, styles, and the page that says that there is no
// connection. It never keeps a page with data, and never an answer of the API.
const shell = SHELL;
const name = "shell-" + VERSION;

self.addEventListener("install", (e) => {
  e.waitUntil(caches.open(name).then((c) => c.addAll(shell)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (e) => {
  e.waitUntil(caches.keys().then((all) => Promise.all(all.filter((n) => n !== name).map((n) => caches.delete(n)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (e) => {
  const at = new URL(e.request.url);
  if (e.request.method !== "GET" || at.origin !== location.origin) return;
  if (e.request.mode === "navigate") {
    e.respondWith(fetch(e.request).catch(() => caches.match("/offline")));
    return;
  }
  if (at.search === "" && shell.includes(at.pathname)) e.respondWith(caches.match(at.pathname).then((kept) => kept || fetch(e.request)));
});
