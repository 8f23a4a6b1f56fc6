// A code for one use comes behind the # of an address, which is never sent: it goes
// into its field, and out of the address.
document.addEventListener("DOMContentLoaded", () => {
  const field = document.querySelector("input[data-hash]");
  if (!field || location.hash.length < 2) return;
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
});
