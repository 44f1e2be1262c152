// The line to the server: how it is opened, and what the page says while it is lost or was never there.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const screen = $("#components-reconnect-modal");
  const clock = () => new Date().toLocaleTimeString([], { hour12: false });
  const loadedAt = clock();
  let lostAt = null;

  function lost(trying) {
    lostAt ??= opened() ? clock() : loadedAt;
    $("[data-reconnect-since]").textContent = lostAt;
    if (trying) $("[data-reconnect-try]").textContent = trying;
  }

  // Once: a second load would cut the first one short, whose answer has deleted the cookie that tells why a sign-in has ended.
  let reloading = false;
  function reload() {
    if (reloading) return;
    reloading = true;
    setTimeout(() => { reloading = false; }, 10_000);
    location.reload();
  }

  // The server has restarted: the address holds the page's whole state, so loading it again loses nothing.
  async function reloadWhenBack() {
    lost();
    for (;;) {
      try {
        const answer = await fetch("/favicon.svg", { cache: "no-store" });
        if (answer.ok) { reload(); return; }
      } catch { /* still away */ }
      await wait(2000);
    }
  }

  async function tryNow() {
    if (!opened()) { reload(); return; }
    try {
      if (!(await Blazor.reconnect())) reload();
    } catch { /* the next try is under way */ }
  }

  document.addEventListener("click", (click) => { if (click.target.closest("[data-reconnect-now]")) tryNow(); });

  screen?.addEventListener("components-reconnect-state-changed", (change) => {
    const state = change.detail.state;
    if (state === "hide") lostAt = null;
    else lost();
    if (state === "retrying") {
      lost(`Try ${change.detail.currentAttempt}, next in ${change.detail.secondsToNextAttempt} s.`);
    }
    if (state === "rejected" || state === "failed") {
      lost("The page loads again as soon as the server is back.");
      reloadWhenBack();
    }
  });

  // Opening ----------------------------------------------------------------
  const opened = () => !$(".shell") || $(".shell[data-interactive]");

  // What the server says to whoever asks for a line; nothing when it does not answer.
  async function asked() {
    try {
      return await fetch("/_blazor/negotiate?negotiateVersion=1", { method: "POST", redirect: "manual" });
    } catch {
      return null;
    }
  }

  // Whoever may not open a line may not see the page either, since a moment: their sign-in has ended.
  const refused = (answer) => answer?.type === "opaqueredirect" || answer?.status === 401 || answer?.status === 403;

  async function waitForPlace(answer) {
    screen?.classList.add("components-reconnect-show");
    lost(`${await answer.text()} This one goes on by itself then.`);
    while (answer?.status === 429) {
      await wait(5000);
      answer = await asked();
    }
    reload();
  }

  // Once in a minute: a proxy that refuses lines for good must not make the page flicker.
  function reloadedLately() {
    try {
      const last = Number(sessionStorage.getItem("reloaded-at"));
      if (Date.now() - last < 60_000) return true;
      sessionStorage.setItem("reloaded-at", String(Date.now()));
      return false;
    } catch {
      return true;
    }
  }

  // Blazor says nothing of a line that could not be opened: the page would look alive and do nothing.
  async function watchOpening() {
    await wait(3000);
    if (opened()) return;
    const answer = await asked();
    if (answer?.status === 429) { await waitForPlace(answer); return; }
    if (refused(answer) && !reloadedLately()) { reload(); return; }
    await wait(9000);
    if (opened()) return;
    screen?.classList.add("components-reconnect-show");
    lost("The line to the server could not be opened. The page loads again in half a minute. If that does not help, something between you and the server keeps it from /_blazor.");
    await wait(30_000);
    if (!opened()) reloadWhenBack();
  }

  Blazor.start({
    ssr: { disableDomPreservation: true },
    circuit: {
      reconnectionOptions: {
        maxRetries: 1000,
        retryIntervalMilliseconds: (tries) => Math.min(500 * 2 ** tries, 5000),
      },
    },
  });
  watchOpening();
})();
