// Dialogs and notices: what a press does that needs no answer from the server.
document.addEventListener("click", (e) => {
  const open = e.target.closest?.("[data-dialog]");
  if (open) document.getElementById(open.dataset.dialog)?.showModal();
  const close = e.target.closest?.("[data-close]");
  if (close) (close.closest("dialog")?.close(), close.closest(".notice")?.remove());
  // A button shown as not possible says why beside itself and does nothing.
  const off = e.target.closest?.('[aria-disabled="true"]');
  if (off) e.preventDefault();
}, true);

// A dialog that the server wants open: an order that came back with an error.
document.addEventListener("DOMContentLoaded", () => document.querySelector("dialog[data-open]")?.showModal());

// A second press while an order is on its way would be a second order.
document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.dataset.sent !== undefined && form.method === "post") { e.preventDefault(); return; }
  if (form.method === "post") { form.dataset.sent = ""; setTimeout(() => delete form.dataset.sent, 3000); }
});
