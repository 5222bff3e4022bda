// Copy, print, back; room for a bar at the foot; the drafts on this machine go when the person signs out.
import { forgetDrafts } from "./autosave.js";
import { t, toast } from "./tools.js";

export function start() {
  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy.dataset.copy);
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-back]")) window.history.length > 1 ? window.history.back() : location.assign("/");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) forgetDrafts();
  });
  const bar = document.querySelector("[data-foot-bar]");
  if (bar) new ResizeObserver(() => leaveRoom(bar)).observe(bar);
}

/** What is scrolled to stays clear of the bar, however many lines the bar has. */
function leaveRoom(bar) {
  const stuck = getComputedStyle(bar).position === "sticky";
  document.documentElement.style.scrollPaddingBottom = stuck ? `${bar.offsetHeight + 16}px` : "1rem";
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("已复制", "Copied"), "success");
  } catch {
    toast(t("无法复制，请手动选择文字。", "Could not copy; select the text by hand."), "warning");
  }
}
