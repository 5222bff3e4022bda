// htmx: token on every write, errors said in words, new content brought to life.
import htmx from "htmx.org";

import { csrfToken, problemText, toast } from "./tools.js";

const SAFE = new Set(["get", "head", "options"]);

export function start(startParts) {
  document.addEventListener("htmx:configRequest", (event) => {
    if (!SAFE.has(event.detail.verb)) event.detail.headers["X-CSRFToken"] = csrfToken(event.detail.elt);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    const type = xhr.getResponseHeader("content-type") ?? "";
    const fragment = xhr.status === 422 && type.includes("html") && !xhr.responseText.includes("data-problem");
    // 422 with HTML is the form again, with its errors: it is shown. Anything else is told.
    event.detail.shouldSwap = fragment;
    event.detail.isError = !fragment;
  });
  document.addEventListener("htmx:responseError", (event) => tell(event.detail.elt, event.detail.xhr));
  document.addEventListener("htmx:sendError", (event) => tell(event.detail.elt, event.detail.xhr));
  document.addEventListener("htmx:afterSettle", (event) => {
    startParts(event.detail.elt.parentElement ?? document);
    event.detail.elt.querySelector?.("[data-focus]")?.focus();
  });
  // Forms sent the ordinary way: one press, one request.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get" || form.hasAttribute("hx-post")) return;
    const token = form.elements.namedItem("csrfmiddlewaretoken");
    if (token) token.value = csrfToken(form);
    setTimeout(() => {
      for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
        button.setAttribute("aria-busy", "true");
        button.disabled = true;
      }
    });
  });
  // Coming back by the browser's history must not leave the buttons dead.
  window.addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("button[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.disabled = false;
    }
  });
  window.htmx = htmx;
}

function tell(element, xhr) {
  const text = problemText(xhr.status, xhr.getResponseHeader("content-type") ?? "", xhr.responseText ?? "");
  const handled = !element.dispatchEvent(new CustomEvent("wz:problem", { bubbles: true, cancelable: true, detail: text }));
  if (!handled) toast(text, "error");
}
