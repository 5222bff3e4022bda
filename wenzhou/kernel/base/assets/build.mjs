// Builds the front-end parts into build/static/wz: deterministic, offline, no configuration.
//
//   app.css        Tabler without the families we do not use, then our own design
//   app.js         loaded on every page; chart-*.js and map-*.js only where a page needs them
//   icons.svg      one sprite of the Tabler icons named in icons.txt, plus our own mark
//   map.css, map-worker.js   MapLibre's style and worker, loaded by the map module
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

import { pruned } from "./prune.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../../../..");
const out = path.join(root, "build/static/wz");
const require = createRequire(import.meta.url);
const TARGET = ["chrome109", "firefox115", "safari16"];
const CSS_BUDGET = 450_000;

/** The folder of an installed package, wherever npm put it. */
function packageFolder(name) {
  const hit = require.resolve.paths(name).map((base) => path.join(base, name));
  const found = hit.find((folder) => {
    try {
      return require.resolve(path.join(folder, "package.json"));
    } catch {
      return false;
    }
  });
  if (!found) throw new Error(`npm package ${name} is missing: run npm ci`);
  return found;
}

async function styles() {
  const tabler = await readFile(path.join(packageFolder("@tabler/core"), "dist/css/tabler.min.css"), "utf8");
  const own = await esbuild.build({
    entryPoints: [path.join(here, "css/wz.css")],
    bundle: true,
    minify: true,
    write: false,
    target: TARGET,
    external: ["*.svg"],
  });
  // The map of Tabler's source is not shipped, and Django's collectstatic refuses a reference to a missing file.
  const css = `${pruned(tabler).replace(/\/\*# sourceMappingURL=.*?\*\//g, "")}\n${own.outputFiles[0].text}`;
  if (css.length > CSS_BUDGET) throw new Error(`app.css has ${css.length} bytes, budget ${CSS_BUDGET}`);
  await writeFile(path.join(out, "app.css"), css);
  const map = path.join(packageFolder("maplibre-gl"), "dist/maplibre-gl.css");
  const mapCss = await esbuild.transform(await readFile(map, "utf8"), { loader: "css", minify: true, legalComments: "inline" });
  await writeFile(path.join(out, "map.css"), mapCss.code);
}

async function scripts() {
  const result = await esbuild.build({
    entryPoints: { app: path.join(here, "js/app.js") },
    bundle: true,
    splitting: true,
    format: "esm",
    minify: true,
    target: TARGET,
    outdir: out,
    chunkNames: "[name]-[hash]",
    legalComments: "eof",
    metafile: true,
    logLevel: "warning",
  });
  const worker = path.join(packageFolder("maplibre-gl"), "dist/maplibre-gl-worker.mjs");
  const text = (await readFile(worker, "utf8")).replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  await writeFile(path.join(out, "map-worker.js"), text);
  return result.metafile.outputs;
}

/** Symbols keep their own viewBox; stroke and fill come from the class `icon`. */
async function sprite() {
  const names = (await readFile(path.join(here, "icons.txt"), "utf8"))
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
  const folder = path.join(packageFolder("@tabler/icons"), "icons");
  const symbols = [];
  for (const name of [...new Set(names)].sort()) {
    const filled = name.endsWith("-filled");
    const file = path.join(folder, filled ? "filled" : "outline", `${name.replace(/-filled$/, "")}.svg`);
    const svg = await readFile(file, "utf8").catch(() => {
      throw new Error(`icons.txt: Tabler has no icon ${name}`);
    });
    const body = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s*\n\s*/g, "");
    const paint = filled
      ? 'fill="currentColor" stroke="none"'
      : 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24"><g ${paint}>${body}</g></symbol>`);
  }
  await writeFile(
    path.join(out, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`,
  );
  return symbols.length;
}

async function build() {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const [outputs, , icons] = await Promise.all([scripts(), styles(), sprite()]);
  await cp(path.join(here, "img"), out, { recursive: true });
  const sizes = Object.entries(outputs).map(([file, { bytes }]) => `${path.basename(file)} ${Math.round(bytes / 1024)} kB`);
  console.log(`build/static/wz: ${icons} icons, ${sizes.join(", ")}`);
}

await build();
if (process.argv.includes("--watch")) {
  const { watch } = await import("node:fs");
  let timer;
  watch(here, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => build().catch((error) => console.error(error.message)), 150);
  });
}
