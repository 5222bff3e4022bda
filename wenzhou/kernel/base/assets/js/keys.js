// One key presses a button: data-key="s". Not while somebody types, and not when she has switched keys off (WCAG 2.1.4).
const OFF = "wz-keys-off";

export function start() {
  for (const toggle of document.querySelectorAll("[data-keys-switch]")) {
    toggle.checked = localStorage.getItem(OFF) !== "1";
    toggle.addEventListener("change", () => localStorage.setItem(OFF, toggle.checked ? "0" : "1"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (localStorage.getItem(OFF) === "1" || document.querySelector("dialog[open]")) return;
    if (event.target.closest?.("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
