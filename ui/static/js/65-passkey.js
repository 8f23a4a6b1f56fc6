// Passkeys: a button asks the server what to ask the device for, the device asks its owner
// for a finger, a face or a PIN, and the answer goes back.
document.addEventListener("click", async (e) => {
  const button = e.target.closest?.("[data-passkey]");
  if (!button) return;
  const where = button.dataset.passkey, said = document.getElementById("passkey-said");
  const tell = async (url, what) => {
    const r = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what) });
    const text = await r.json().catch(() => ({}));
    if (!r.ok) throw new Error(text.detail ?? r.statusText);
    return text;
  };
  try {
    said.textContent = "";
    const { ask } = await tell(where + "/question", {});
    const got = button.dataset.add === undefined
      ? await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(ask.publicKey) })
      : await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(ask.publicKey) });
    await tell(where, { answer: got.toJSON(), name: document.getElementById("passkey-name")?.value });
    location.assign(button.dataset.to);
  } catch (x) {
    said.textContent = x.message;
  }
});
