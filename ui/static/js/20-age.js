// Ages run on here, from the age the server gave: no clock of this machine is
// compared with the server's. A value older than data-stale seconds is stale.
(() => {
  const seen = new WeakMap();
  const word = (s) => s < 1 ? "now" : s < 120 ? `${Math.floor(s)} s ago` : s < 7200 ? `${Math.floor(s / 60)} min ago`
    : s < 172800 ? `${Math.floor(s / 3600)} h ago` : `${Math.floor(s / 86400)} d ago`;
  const born = (el, now) => {
    const had = seen.get(el);
    if (had && had.stamp === el.dataset.at) return had;
    const b = { stamp: el.dataset.at, from: now - Number(el.dataset.age) * 1000 };
    seen.set(el, b);
    return b;
  };
  const tick = () => {
    const now = performance.now();
    for (const el of document.querySelectorAll("[data-age]")) {
      const s = (now - born(el, now).from) / 1000;
      const text = word(s);
      if (el.firstChild?.nodeValue !== text) el.textContent = text;
      const limit = Number(el.dataset.stale);
      if (limit > 0) el.closest("[data-ages]")?.classList.toggle("stale", s > limit);
    }
  };
  document.addEventListener("DOMContentLoaded", tick);
  document.addEventListener("htmx:after:swap", tick);
  setInterval(tick, 1000);
})();
