// Runs before the page is drawn, so that a chosen theme does not flash. The
// choice stays in this browser; without one the system decides.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  const names = ["auto", "light", "dark"];
  const read = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = (t) => {
    if (t === "light" || t === "dark") root.dataset.theme = t; else delete root.dataset.theme;
    for (const b of document.querySelectorAll("[data-theme-word]")) b.textContent = t;
  };
  let now = names.includes(read()) ? read() : "auto";
  show(now);
  document.addEventListener("DOMContentLoaded", () => show(now));
  document.addEventListener("click", (e) => {
    if (!e.target.closest?.("[data-theme-toggle]")) return;
    now = names[(names.indexOf(now) + 1) % names.length];
    try { localStorage.setItem("theme", now); } catch { /* private mode: for this page only */ }
    show(now);
    document.dispatchEvent(new Event("ui:theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("ui:theme")));
})();
