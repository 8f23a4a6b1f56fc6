// The shell of the app can be installed; its worker keeps the shell and nothing else.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => {});
