// What a page does without asking the server: shortcuts, menus, copying.
(() => {
  const $ = (selector) => document.querySelector(selector);

  // Keyboard ---------------------------------------------------------------
  const pages = { n: "/", t: "/tonight", r: "/reminders", s: "/shifts", w: "/explain", c: "/cron" };
  let afterG = -Infinity;

  function shortcutsEnabled() {
    try { return localStorage.getItem("shortcuts") !== "off"; } catch { return true; }
  }

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function go(path) {
    // A link of the page itself lets Blazor navigate without a full load.
    const link = document.querySelector(`nav a[href="${path}"]`);
    if (link) link.click(); else location.assign(path);
  }

  function focusSearch() {
    const box = $("main [data-search]") ?? $("[data-search]");
    if (!box) return;
    if (box.offsetParent === null) { go("/reminders"); return; }
    box.focus();
    box.select();
  }

  function moveRow(step) {
    const rows = [...document.querySelectorAll("main [data-row]")];
    if (rows.length === 0) return;
    // From details on to the neighbours of their row.
    const from = document.activeElement.closest("[data-row]") ?? $("main tr[aria-selected=true] [data-row], main tr[aria-selected=true][data-row]");
    const at = rows.indexOf(from);
    rows[Math.max(0, Math.min(rows.length - 1, at + step))].focus();
  }

  const keys = {
    "/": focusSearch,
    "?": () => openDialog("shortcuts"),
    t: () => window.portalTheme.next(),
    p: () => $("[data-live-toggle]")?.click(),
    j: () => moveRow(1),
    k: () => moveRow(-1),
    g: () => { afterG = performance.now(); },
  };

  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || typing(press.target) || !shortcutsEnabled()) return;
    if ($("dialog[open], .mud-dialog")) return;
    const page = performance.now() - afterG < 1200 ? pages[press.key] : undefined;
    afterG = -Infinity;
    const act = page ? () => go(page) : keys[press.key];
    if (!act) return;
    press.preventDefault();
    act();
  });

  // In an open list of suggestions these choose; they would move the cursor as well.
  document.addEventListener("keydown", (press) => {
    if (/^Arrow(Up|Down)$/.test(press.key) && press.target.matches("[role=combobox][aria-expanded=true]")) press.preventDefault();
  });

  // Clicks -----------------------------------------------------------------
  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog || dialog.open) return;
    const box = dialog.querySelector("[data-shortcuts-enabled]");
    if (box) box.checked = shortcutsEnabled();
    dialog.showModal();
  }

  function toggleNavigation(open) {
    document.documentElement.toggleAttribute("data-nav-open", open);
    const button = $("[data-nav-toggle]");
    button?.setAttribute("aria-expanded", String(document.documentElement.hasAttribute("data-nav-open")));
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const said = button.parentElement.querySelector(".copy-done");
    said.textContent = "Copied";
    setTimeout(() => { said.textContent = ""; }, 1500);
  }

  document.addEventListener("click", (click) => {
    const target = click.target.closest("[data-copy],[data-print],[data-theme-switch],[data-open-dialog],[data-nav-toggle],nav a");
    if (!target) return;
    if (target.matches("[data-copy]")) copy(target);
    else if (target.matches("[data-print]")) print();
    else if (target.matches("[data-theme-switch]")) window.portalTheme.next();
    else if (target.matches("[data-open-dialog]")) openDialog(target.dataset.openDialog);
    else if (target.matches("[data-nav-toggle]")) toggleNavigation(!document.documentElement.hasAttribute("data-nav-open"));
    else toggleNavigation(false);
  });

  document.addEventListener("pointerdown", (press) => {
    if (!press.target.closest("#navigation,[data-nav-toggle]")) toggleNavigation(false);
  });

  // A click into a text field makes MudBlazor focus it once more, a round trip later: whoever goes on typing in the next one
  // would find themselves in the first again. What opens a list or a calendar needs its click.
  addEventListener("click", (click) => {
    if (click.target.matches(".mud-input > :is(input, textarea):not([role=combobox])") && !click.target.closest(".mud-picker")) click.stopPropagation();
  }, true);

  document.addEventListener("change", (change) => {
    if (!change.target.matches("[data-shortcuts-enabled]")) return;
    try { localStorage.setItem("shortcuts", change.target.checked ? "on" : "off"); } catch { /* for this page only */ }
  });

  document.addEventListener("keydown", (press) => {
    if (press.key === "Escape" && document.documentElement.hasAttribute("data-nav-open")) {
      toggleNavigation(false);
      $("[data-nav-toggle]")?.focus();
    }
  });

  // The secret of a one-time link is the part of the address that only the browser sees.
  const fromHash = $("[data-from-hash]");
  if (fromHash && location.hash.length > 1) {
    fromHash.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
  }
})();
