// Where the focus goes, and what comes into sight, when details beside a list or a dialog open and close.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const lost = () => document.activeElement === document.body || !document.activeElement;

  // Details ----------------------------------------------------------------
  const settled = 1500;
  let opened, title, settling = 0;
  let byKey = false;

  // The list folds into fewer columns, gets lower and draws its rows anew while the pane opens, in its own time: both are
  // kept in sight until that is over, or until somebody scrolls.
  function showBoth() {
    const running = settling > performance.now();
    settling = performance.now() + settled;
    if (!running) keepBoth();
  }

  function keepBoth() {
    const pane = $("[data-pane]");
    if (!pane) { settling = 0; return; }
    // Beside the list it is in sight already, and scrolling would only move the rows under the cursor.
    if (pane.offsetTop > pane.previousElementSibling.offsetTop) pane.scrollIntoView({ block: "nearest" });
    $("main tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    if (performance.now() < settling) requestAnimationFrame(keepBoth);
  }

  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(act, () => { settling = 0; }, { capture: true, passive: true });
  }

  function followPane() {
    const pane = $("[data-pane]");
    const before = opened;
    opened = pane?.dataset.pane;
    // At once: a list that gets lower draws only the rows in sight, and the opened one would be among the others.
    if (pane && opened !== before) showBoth();
    if (!pane && before && lost()) $(`[data-opens="${CSS.escape(before)}"]`)?.focus();
    const now = $("[data-pane-title]");
    if (now === title) return;
    title = now;
    if (!title) return;
    showBoth();
    // Who clicked goes on with the mouse; a pane over the whole window leaves nothing else to go on with.
    const fromRow = lost() || document.activeElement.closest("[data-opens]");
    if (fromRow && (byKey || getComputedStyle(pane).position === "fixed")) title.focus({ preventScroll: true });
  }

  document.addEventListener("pointerdown", () => { byKey = false; }, true);
  document.addEventListener("keydown", (press) => { if (press.key === "Enter") byKey = true; }, true);

  document.addEventListener("keydown", (press) => {
    if (press.key !== "Escape" || press.defaultPrevented || press.target.matches("input, select, textarea")) return;
    if ($("dialog[open], .mud-dialog, .mud-popover-open, :popover-open, [data-nav-open]")) return;
    $("[data-pane-close]")?.click();
  });

  // Dialogs ----------------------------------------------------------------
  let focused = null, returnTo = null, returnToPane = false;
  let dialog = false;

  document.addEventListener("focusin", (focus) => {
    if (!focus.target.closest(".mud-dialog-container")) focused = focus.target;
  });

  function followDialog() {
    const before = dialog;
    dialog = $(".mud-dialog") !== null;
    if (dialog && !before) {
      returnTo = focused;
      returnToPane = Boolean(focused?.closest("[data-pane]"));
    }
    if (dialog || !returnTo) return;
    // What opened it cannot be used again before its act has ended, and may be gone by then.
    if (returnTo.disabled && returnTo.isConnected) return;
    if (lost()) (returnTo.isConnected ? returnTo : (returnToPane && $("[data-pane-title]")) || $("main h1"))?.focus();
    returnTo = null;
  }

  new MutationObserver(() => { followPane(); followDialog(); })
    .observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
})();
