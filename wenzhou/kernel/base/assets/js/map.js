// MapLibre without any outside service: the areas and points of one GeoJSON on a plain ground.
// Labels are HTML markers, so that no glyph files are needed and Chinese uses the page's fonts.
import * as maplibregl from "maplibre-gl";

import { t } from "./tools.js";

const SHADES = ["#edf5f2", "#c6e0d8", "#92c4b8", "#559c96", "#1f6d72"];
const NONE = "#f3f4f2";
const LABEL_LIMIT = 40;

export async function draw(element) {
  const { geojson, title, label, value, unit, link } = element.dataset;
  await stylesheet();
  const response = await fetch(geojson, { headers: { Accept: "application/geo+json, application/json" } });
  if (!response.ok) throw new Error(`${geojson}: ${response.status}`);
  const data = await response.json();
  fillTable(element, data, label, value);
  const figures = data.features.map((feature) => feature.properties[value]).filter(Number.isFinite);
  const steps = breaks(figures);
  element.replaceChildren();
  maplibregl.setWorkerUrl(new URL("./map-worker.js", import.meta.url).href);
  const map = new maplibregl.Map({
    container: element,
    style: style(data, value, steps),
    bounds: bounds(data),
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: false,
    locale: locale(),
  });
  map.touchZoomRotate.disableRotation();
  map.scrollZoom.disable();
  map.getCanvas().setAttribute("aria-label", title);
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.FullscreenControl(), "top-right");
  if (steps.length) element.append(legend(steps, unit, figures.every(Number.isInteger)));
  labels(map, data, label);
  map.on("click", (event) => {
    const [hit] = map.queryRenderedFeatures(event.point, { layers: ["points", "areas"] });
    if (hit) popup(map, event.lngLat, hit.properties, { label, value, unit, link });
  });
  for (const layer of ["areas", "points"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  await map.once("load");
  element.dataset.ready = "drawn";
}

function stylesheet() {
  const href = new URL("./map.css", import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = href;
  return new Promise((resolve, reject) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", reject);
    document.head.append(sheet);
  });
}

/** Lower bounds of all classes but the first. The smallest value, often 0, is a class of its own; the others go by quantile. */
function breaks(values) {
  const least = Math.min(...values);
  const above = values.filter((one) => one > least).sort((a, b) => a - b);
  const cuts = SHADES.slice(1).map((_, at) => above[Math.floor((at * above.length) / (SHADES.length - 1))]);
  return [...new Set(cuts)].filter((cut) => cut !== undefined);
}

function style(data, value, steps) {
  const number = ["to-number", ["get", value], 0];
  const shade = steps.length ? ["step", number, SHADES[0], ...steps.flatMap((cut, at) => [cut, SHADES.at(at - steps.length)])] : SHADES[1];
  return {
    version: 8,
    sources: { data: { type: "geojson", data } },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#dfeaf0" } },
      {
        id: "areas",
        type: "fill",
        source: "data",
        filter: ["==", ["geometry-type"], "Polygon"],
        paint: { "fill-color": ["case", ["has", value], shade, NONE] },
      },
      {
        id: "borders",
        type: "line",
        source: "data",
        filter: ["!=", ["geometry-type"], "Point"],
        paint: { "line-color": "#40686d", "line-width": 1.1 },
      },
      {
        id: "points",
        type: "circle",
        source: "data",
        filter: ["==", ["geometry-type"], "Point"],
        paint: { "circle-radius": 5, "circle-color": "#b02a37", "circle-stroke-color": "#fff", "circle-stroke-width": 1.5 },
      },
    ],
  };
}

function* positions(coordinates) {
  if (typeof coordinates[0] === "number") yield coordinates;
  else for (const part of coordinates) yield* positions(part);
}

function box(geometry) {
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [x, y] of positions(geometry.coordinates)) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

function bounds(data) {
  const boxes = data.features.filter((feature) => feature.geometry).map((feature) => box(feature.geometry));
  if (!boxes.length) return [119.6, 27.0, 121.3, 28.6]; // Wenzhou
  return [0, 1, 2, 3].map((at) => Math[at < 2 ? "min" : "max"](...boxes.map((one) => one[at])));
}

/** Twice the area of a ring, and its centroid: the label stands in the largest part. */
function centroid(ring) {
  let [area, x, y] = [0, 0, 0];
  for (let at = 0; at < ring.length - 1; at += 1) {
    const cross = ring[at][0] * ring[at + 1][1] - ring[at + 1][0] * ring[at][1];
    area += cross;
    x += (ring[at][0] + ring[at + 1][0]) * cross;
    y += (ring[at][1] + ring[at + 1][1]) * cross;
  }
  return { size: Math.abs(area), at: area ? [x / (3 * area), y / (3 * area)] : ring[0] };
}

function labels(map, data, label) {
  const areas = data.features.filter((feature) => feature.geometry?.type.endsWith("Polygon"));
  if (areas.length > LABEL_LIMIT) return;
  for (const feature of areas) {
    const { type, coordinates } = feature.geometry;
    const rings = type === "Polygon" ? [coordinates[0]] : coordinates.map((part) => part[0]);
    const place = feature.properties.label_point ?? rings.map(centroid).sort((a, b) => b.size - a.size)[0].at;
    const element = document.createElement("span");
    element.className = "wz-map-label";
    element.setAttribute("aria-hidden", "true");
    element.textContent = feature.properties[label] ?? "";
    new maplibregl.Marker({ element }).setLngLat(place).addTo(map);
    // The table beside the map carries the names for screen readers.
    element.removeAttribute("aria-label");
    element.removeAttribute("role");
    element.removeAttribute("tabindex");
  }
}

function popup(map, place, properties, { label, value, unit, link }) {
  const content = document.createElement("div");
  const name = document.createElement("strong");
  name.textContent = properties[label] ?? "";
  content.append(name);
  if (properties[value] !== undefined) {
    const figure = document.createElement("div");
    figure.textContent = `${Number(properties[value]).toLocaleString()} ${unit}`;
    content.append(figure);
  }
  if (properties[link]) {
    const anchor = document.createElement("a");
    anchor.href = properties[link];
    anchor.textContent = t("查看", "Open");
    content.append(anchor);
  }
  new maplibregl.Popup({ maxWidth: "280px" }).setLngLat(place).setDOMContent(content).addTo(map);
}

/** Classes run from their lower bound up to, not including, the next; whole numbers are said as closed ranges. */
function legend(steps, unit, whole) {
  const holder = document.createElement("div");
  holder.className = "wz-map-legend";
  const list = document.createElement("ul");
  steps.concat(Infinity).forEach((cut, at) => {
    const row = document.createElement("li");
    const patch = document.createElement("i");
    patch.style.background = at === 0 ? SHADES[0] : SHADES.at(at - 1 - steps.length); // as style() has them
    const from = at === 0 ? null : steps[at - 1];
    const words = range(from, cut, whole);
    row.append(patch, ` ${words} ${unit}`);
    list.append(row);
  });
  holder.append(list);
  return holder;
}

function range(from, cut, whole) {
  if (from === null) return `< ${cut.toLocaleString()}`;
  if (cut === Infinity) return `≥ ${from.toLocaleString()}`;
  if (!whole) return `${from.toLocaleString()} – < ${cut.toLocaleString()}`;
  return cut - 1 === from ? from.toLocaleString() : `${from.toLocaleString()} – ${(cut - 1).toLocaleString()}`;
}

function fillTable(element, data, label, value) {
  const body = element.closest("figure").querySelector("[data-map-table] tbody");
  if (!body || body.rows.length) return;
  const rows = data.features.slice(0, 500).map(({ properties }) => [properties[label] ?? "", properties[value]]);
  rows.sort((a, b) => (Number(b[1]) || 0) - (Number(a[1]) || 0));
  for (const [name, figure] of rows) {
    const row = body.insertRow();
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    const cell = document.createElement("td");
    cell.className = "wz-number";
    cell.textContent = figure === undefined ? "" : Number(figure).toLocaleString();
    row.append(head, cell);
  }
}

function locale() {
  return {
    "NavigationControl.ZoomIn": t("放大", "Zoom in"),
    "NavigationControl.ZoomOut": t("缩小", "Zoom out"),
    "FullscreenControl.Enter": t("全屏", "Full screen"),
    "FullscreenControl.Exit": t("退出全屏", "Leave full screen"),
    "Popup.Close": t("关闭", "Close"),
    "Map.Title": t("地图", "Map"),
  };
}
