// Runs before the first paint: which colours, and in which time zone the viewer is.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const choices = ["system", "light", "dark"];

  function read() {
    try {
      const kept = localStorage.getItem("theme");
      return choices.includes(kept) ? kept : "system";
    } catch {
      return "system"; // storage is forbidden: follow the system
    }
  }

  function apply(choice = read()) {
    root.dataset.themeChoice = choice;
    root.dataset.theme = choice === "system" ? (system.matches ? "dark" : "light") : choice;
  }

  window.portalTheme = {
    next() {
      const choice = choices[(choices.indexOf(root.dataset.themeChoice) + 1) % choices.length];
      try { localStorage.setItem("theme", choice); } catch { /* for this page only, then */ }
      apply(choice);
    },
  };

  apply();
  system.addEventListener("change", () => apply());
  addEventListener("storage", (change) => { if (change.key === "theme") apply(); });

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // Where there is TLS, only cookies with the prefix are seen by the server.
  const [prefix, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
  if (zone) document.cookie = `${prefix}viewer-time-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax${secure}`;
})();
