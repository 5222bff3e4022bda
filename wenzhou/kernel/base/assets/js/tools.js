// What several parts need.

/** The text in the language of the page. */
export function t(zh, en) {
  return document.documentElement.lang.startsWith("en") ? en : zh;
}

/** Django's token for a POST: from the cookie, which a sign-in in another tab renews, else from a form. */
export function csrfToken(near = document) {
  const cookie = document.cookie.split("; ").find((pair) => pair.startsWith("wz_csrf="));
  if (cookie) return cookie.slice("wz_csrf=".length);
  const field = near.querySelector?.("[name=csrfmiddlewaretoken]") ?? document.querySelector("[name=csrfmiddlewaretoken]");
  return field?.value ?? "";
}

/** A copy of an icon that is on the page already would tie parts together; the sprite's address does not. */
export function icon(name) {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "/static/wz/icons.svg";
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

const SYMBOLS = { info: "info-circle", success: "circle-check", warning: "alert-triangle", error: "alert-circle" };

/** Says something in the corner; errors stay until they are closed. */
export function toast(text, level = "info") {
  const box = document.createElement("div");
  box.className = `wz-alert wz-alert-${level}`;
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", t("关闭", "Close"));
  close.textContent = "×";
  close.addEventListener("click", () => box.remove());
  box.append(icon(SYMBOLS[level] ?? SYMBOLS.info), words, close);
  document.getElementById("toasts")?.append(box);
  if (level !== "error") setTimeout(() => box.remove(), 8000);
}

/** What a refused request says to a person: a problem document or a problem page, else by its status. */
export function problemText(status, type, body) {
  if (type.includes("json")) {
    try {
      const problem = JSON.parse(body);
      const details = (problem.errors ?? []).map((error) => error.detail);
      return [...new Set([problem.detail ?? problem.title, ...details])].filter(Boolean).join(" ");
    } catch {
      // Not a document after all: fall through to the status.
    }
  }
  const page = new DOMParser().parseFromString(body, "text/html").querySelector("[data-problem]");
  if (page) return page.textContent.replace(/\s+/g, " ").trim();
  if (status === 0) return t("网络中断，请检查网络后重试。", "The network is down. Check it and try again.");
  if (status === 401 || status === 403) return t("登录已失效或没有权限，请重新登录。", "You are signed out or may not do this. Sign in again.");
  if (status === 413) return t("文件太大。", "The file is too large.");
  return t(`操作未成功（${status}），请稍后重试。`, `That did not work (${status}). Try again later.`);
}
