// The light that tells whether this page still hears the server.
(() => {
  const say = (el, word, on) => {
    const box = document.getElementById(el.dataset.link);
    if (!box) return;
    box.dataset.up = on ? "yes" : "no";
    const text = box.querySelector("[data-word]");
    if (text && text.textContent !== word) text.textContent = word;
  };
  const live = (e) => e.target?.closest?.("[data-link]");
  document.addEventListener("htmx:sse:after:connection", (e) => { const el = live(e); if (el) say(el, "Live", true); });
  for (const name of ["htmx:sse:error", "htmx:sse:close"])
    document.addEventListener(name, (e) => { const el = live(e); if (el) say(el, "No connection, trying again", false); });
})();
