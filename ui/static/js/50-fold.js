// What somebody has folded stays folded in this browser.
for (const d of document.querySelectorAll("details[data-fold]")) {
  const key = "fold-" + d.dataset.fold;
  try { if (localStorage.getItem(key) === "yes") d.open = false; } catch { /* private mode: for this page only */ }
  d.addEventListener("toggle", () => { try { localStorage.setItem(key, d.open ? "no" : "yes"); } catch { /* the same */ } });
}
