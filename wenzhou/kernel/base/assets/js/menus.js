// The navigation on a phone and the drop-down menus: native <details>, closed by Escape and by a press elsewhere.
export function start() {
  const toggle = document.querySelector(".wz-nav-toggle");
  const nav = document.getElementById("wz-nav");
  toggle?.addEventListener("click", () => {
    const open = nav.classList.toggle("is-open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.wz-drop[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.wz-drop[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (nav?.classList.contains("is-open")) {
      toggle.click();
      toggle.focus();
    }
  });
}
