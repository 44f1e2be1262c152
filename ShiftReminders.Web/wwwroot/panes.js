// What happens around the pane of details beside a list: it and the row it belongs to come into sight.
(() => {
  const $ = (selector) => document.querySelector(selector);
  const settled = 1500;
  let opened, title, settling = 0;

  // The list gets lower and draws its rows anew while the pane opens, in its own time: the row is kept in sight until
  // that is over, or until somebody scrolls.
  function showRow() {
    const running = settling > performance.now();
    settling = performance.now() + settled;
    if (!running) keepRow();
  }

  function keepRow() {
    $("main tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    if (performance.now() < settling) requestAnimationFrame(keepRow);
  }

  for (const act of ["wheel", "touchmove", "pointerdown", "keydown"]) {
    addEventListener(act, () => { settling = 0; }, { capture: true, passive: true });
  }

  function showPane(pane) {
    // Beside the list it is in sight already, and scrolling would only move the rows under the cursor.
    if (pane.offsetTop > pane.previousElementSibling.offsetTop) pane.scrollIntoView({ block: "nearest" });
  }

  function follow() {
    const pane = $("[data-pane]");
    // At once: a list that gets lower draws only the rows in sight, and the opened one would be among the others.
    if (pane?.dataset.pane !== opened) {
      opened = pane?.dataset.pane;
      if (pane) showRow();
    }
    const now = $("[data-pane-title]");
    if (now === title) return;
    title = now;
    if (!title) return;
    showPane(pane);
    showRow();
  }

  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
})();
