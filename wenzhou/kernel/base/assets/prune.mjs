// Takes the component families that no page of ours uses out of Tabler's style sheet.
// A list of families rather than a scan of the templates: a page may use any class that is left
// without building again, and the result does not depend on which pages exist.

const UNUSED =
  /^(navbar|offcanvas|theme|signal|ribbon|carousel|markdown|form-(imagecheck|colorinput|fieldset|floating)|otp|vc-|calendar|sparkline|sortable|mention|chat|ts-|dropzone|link-|btn-(facebook|twitter|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin|tiktok|x|whatsapp|telegram|animate|floating)|bg-(facebook|twitter|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin|tiktok|x\b|whatsapp|telegram|gradient)|text-(facebook|twitter|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|linkedin|tiktok|x\b|whatsapp|telegram)|dropdown|modal|tooltip|popover|bs-|accordion|strength|placeholder|float-|ratio|dropend|dropstart|tracking|sticky|legend|steps?\b|column|offset|jvm|litepicker|apexcharts|plyr|fslightbox|coloris|fc-|noUi|tox|gu-|driver|turbo|star-rating|gl-star|iti|clr-|cropper|pswp|signature|settings|demo|social|toast|collaps|switch-icon|chart-|img-|object-|tag\b|tags-|payment|flag|countup|hr-text|page-(center|cover|single|tabs)|layout)/;

/** Splits a style sheet (or the inside of a block) into its statements. */
function* statements(css) {
  let start = 0;
  let depth = 0;
  let quote = "";
  for (let at = 0; at < css.length; at += 1) {
    const char = css[at];
    if (quote) {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") {
      quote = char;
    } else if (char === "/" && css[at + 1] === "*") {
      at = css.indexOf("*/", at + 2) + 1;
      if (depth === 0) {
        yield css.slice(start, at + 1);
        start = at + 1;
      }
    } else if (char === "{") {
      depth += 1;
    } else if ((char === "}" && --depth === 0) || (char === ";" && depth === 0)) {
      yield css.slice(start, at + 1);
      start = at + 1;
    }
  }
}

/** Selectors of a list, commas inside brackets kept. */
function selectors(head) {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= head.length; at += 1) {
    if (head[at] === "(" || head[at] === "[") depth += 1;
    if (head[at] === ")" || head[at] === "]") depth -= 1;
    if (at === head.length || (head[at] === "," && depth === 0)) {
      parts.push(head.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}

function used(selector) {
  if (selector.includes("data-bs-theme=dark") || selector.includes("data-vc") || selector.includes("data-bs-toggle")) return false;
  // What stands inside :not() only narrows the selector, it does not name its subject.
  const names = selector.replace(/:not\([^)]*\)/g, "").matchAll(/\.((?:\\.|[\w-])+)/g);
  return ![...names].some(([, name]) => UNUSED.test(name.replaceAll("\\", "")));
}

/** The style sheet without the rules that only serve unused families. */
export function pruned(css) {
  let kept = "";
  for (const statement of statements(css)) {
    const open = statement.indexOf("{");
    if (open < 0 || statement.startsWith("/*")) {
      kept += statement;
      continue;
    }
    const head = statement.slice(0, open);
    const body = statement.slice(open + 1, -1);
    if (/^@(media|supports|layer|container)/.test(head)) {
      const inner = pruned(body);
      if (inner) kept += `${head}{${inner}}`;
    } else if (head.startsWith("@")) {
      kept += statement;
    } else {
      const left = selectors(head).filter(used);
      if (left.length) kept += `${left.join(",")}{${body}}`;
    }
  }
  return kept;
}
