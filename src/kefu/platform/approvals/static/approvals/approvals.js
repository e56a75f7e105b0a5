// The list of what waits for me: A approves the row one is on, D declines it.
(() => {
  "use strict";
  const keys = { a: "[data-approve]", d: "[data-decline]" };
  let gone = 0;
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys === "off" || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest?.("input:not([type=checkbox]),textarea,select,[contenteditable],dialog")) return;
    // After G a letter goes to a page.
    if (event.key === "g") { gone = Date.now(); return; }
    if (Date.now() - gone < 1200) { gone = 0; return; }
    const row = document.querySelector("[data-rows] [data-at]");
    const button = keys[event.key] && row?.querySelector(keys[event.key]);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
