// What happens around the pane of details beside a list: it and the row it belongs to come into sight.
(() => {
  const $ = (selector) => document.querySelector(selector);
  let opened, title;

  function showRow() {
    $("main tr[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
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
