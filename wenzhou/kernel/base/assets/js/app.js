// Loaded on every page. Each part works on what it finds and does nothing where it finds nothing.
import { start as autosave } from "./autosave.js";
import { start as dialogs } from "./dialogs.js";
import { start as diagrams } from "./diagram.js";
import { start as keys } from "./keys.js";
import { start as menus } from "./menus.js";
import { start as requests } from "./requests.js";
import { start as small } from "./small.js";
import { start as tables } from "./tables.js";
import { start as uploads } from "./upload.js";

const parts = [tables, uploads, autosave, diagrams, figures];

/** Charts and maps bring heavy libraries: they are fetched when one comes near the screen. */
function figures(root) {
  lazily(root, "[data-chart]", async (element) => (await import("./chart.js")).draw(element));
  lazily(root, "[data-map]", async (element) => (await import("./map.js")).draw(element));
}

function lazily(root, selector, draw) {
  for (const element of root.querySelectorAll(selector)) {
    if (element.dataset.ready) continue;
    element.dataset.ready = "waiting";
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        draw(element).then(
          () => (element.dataset.ready = "drawn"),
          () => {
            // The table beside it holds the same figures.
            element.dataset.ready = "failed";
            element.closest("figure")?.querySelector("details")?.setAttribute("open", "");
            element.hidden = true;
          },
        );
      },
      { rootMargin: "300px" },
    );
    observer.observe(element);
  }
}

function startParts(root) {
  for (const part of parts) part(root);
}

menus();
dialogs();
keys();
small();
requests(startParts);
startParts(document);
document.querySelector("[data-focus]")?.focus();
