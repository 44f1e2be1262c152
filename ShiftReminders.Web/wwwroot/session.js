// Tells the server that its person is here: the idle limit counts from the last key or click, not from what a page does by itself.
(() => {
  const every = 60_000;
  let told = Date.now(); // loading the page was the first sign

  function tell() {
    if (Date.now() - told < every || !document.querySelector(".shell")) return;
    told = Date.now();
    fetch("/session/use", { method: "POST", redirect: "manual", keepalive: true }).catch(() => { /* the next key or click tells again */ });
  }

  for (const sign of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(sign, tell, { capture: true, passive: true });
})();
