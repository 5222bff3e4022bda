// Zoom of an inline drawing: the width of the SVG in its scrolling window.
const STEP = 1.25;

export function start(root) {
  for (const figure of root.querySelectorAll("[data-diagram]")) {
    const svg = figure.querySelector("svg:not(.icon)");
    if (!svg || figure.dataset.ready) continue;
    figure.dataset.ready = "yes";
    const view = figure.querySelector(".wz-diagram-view");
    const natural = svg.viewBox.baseVal?.width || svg.getBoundingClientRect().width;
    const fitted = Math.min(natural, view.clientWidth);
    let width = view.clientWidth < 600 ? Math.max(fitted, natural * 0.6) : fitted; // a phone scrolls, a desk sees it whole
    const show = () => {
      svg.style.width = `${Math.round(width)}px`;
      svg.style.height = "auto";
    };
    figure.addEventListener("click", (event) => {
      const zoom = event.target.closest("[data-zoom]")?.dataset.zoom;
      if (!zoom) return;
      if (zoom === "in") width = Math.min(width * STEP, natural * 4);
      if (zoom === "out") width = Math.max(width / STEP, 160);
      if (zoom === "fit") width = view.clientWidth;
      show();
    });
    show();
    // The present step in the middle of the window, without moving the page.
    const current = svg.querySelector("[data-current]");
    if (current) {
      const [inner, outer] = [current.getBoundingClientRect(), view.getBoundingClientRect()];
      view.scrollLeft += inner.x + inner.width / 2 - outer.x - outer.width / 2;
    }
  }
}
