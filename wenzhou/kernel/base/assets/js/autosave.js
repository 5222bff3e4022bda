// <form data-autosave="URL">: every change is sent after a short rest, one request at a time.
// What could not be sent stays in this browser, is tried again, and is offered on the next visit.
import { csrfToken, icon, problemText, t } from "./tools.js";

const SIGN_IN = "/account/login/";
const SENT = "wz-draft-sent";

const REST = 800;
const RETRIES = [2000, 5000, 15000, 30000];
const PREFIX = "wz-draft:";

export function start(root) {
  settle();
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    if (form.dataset.autosaveReady) continue;
    form.dataset.autosaveReady = "yes";
    new Autosave(form);
  }
}

/** A form that was sent has arrived, unless it was answered by sign-in or a problem: then its copy stays. */
function settle() {
  const sent = sessionStorage.getItem(SENT);
  if (!sent) return;
  sessionStorage.removeItem(SENT);
  const refused = location.pathname.startsWith("/account/") || document.querySelector("[data-problem]");
  const there = document.querySelector(`form[data-autosave="${CSS.escape(sent)}"]`);
  if (!refused && !there) localStorage.removeItem(PREFIX + sent);
}

/** Removes every local copy: on a shared computer nothing may stay behind. */
export function forgetDrafts() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.key = PREFIX + this.url;
    this.state = document.querySelector("[data-autosave-state]");
    this.tries = 0;
    this.dirty = false;
    this.sending = false;
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("submit", (event) => this.left(event));
    window.addEventListener("online", () => this.dirty && this.send());
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty && !this.submitted) event.preventDefault();
    });
    this.offerCopy();
  }

  changed(event) {
    if (event.target.type === "file" || event.target.dataset.noAutosave !== undefined) return;
    this.dirty = true;
    this.keepCopy();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), REST);
  }

  /** The answers, without files and without Django's token. */
  values() {
    return [...new FormData(this.form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  }

  async send() {
    if (this.sending) return;
    clearTimeout(this.timer);
    this.sending = true;
    this.dirty = false;
    this.say(t("正在保存…", "Saving…"), "refresh", "");
    let status = 0;
    let text = "";
    try {
      const response = await fetch(this.url, {
        method: "POST",
        body: new URLSearchParams(this.values()),
        headers: { "X-CSRFToken": csrfToken(this.form), Accept: "application/json" },
        credentials: "same-origin",
      });
      status = response.redirected ? 401 : response.status;
      if (response.ok && !response.redirected) this.revise(await response.text());
      else if (!response.ok) text = problemText(status, response.headers.get("content-type") ?? "", await response.text());
    } catch {
      status = 0;
    }
    this.sending = false;
    if (this.waiting !== undefined) {
      this.form.requestSubmit(this.waiting ?? undefined);
      return;
    }
    if (status >= 200 && status < 300) this.saved();
    else this.failed(status, text);
  }

  /** The next save is made over this revision: the answer may be JSON with one, or nothing of the kind. */
  revise(body) {
    const field = this.form.elements.namedItem("revision");
    if (!field) return;
    try {
      const { revision } = JSON.parse(body);
      if (revision !== undefined) field.value = revision;
    } catch {
      // An answer without a revision leaves the field as it is.
    }
  }

  saved() {
    this.tries = 0;
    if (this.dirty) {
      this.timer = setTimeout(() => this.send(), REST);
      return;
    }
    localStorage.removeItem(this.key);
    if (this.listAnew) {
      this.reload();
      return;
    }
    const now = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
    this.say(t(`已保存 ${now}`, `Saved ${now}`), "cloud-check", "is-saved");
  }

  failed(status, text) {
    this.dirty = true;
    // A refusal will not pass by itself; a lost network or a server at rest may.
    if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
      if (status === 401) {
        this.say(t("登录已过期，内容已留在本机", "Signed out; what you typed is kept on this device"), "alert-circle", "is-failed");
        this.state?.append(this.choice(t("重新登录", "Sign in again"), () => this.signIn()));
        return;
      }
      this.say(text || problemText(status, "", ""), "alert-circle", "is-failed");
      // Another device was first. What was typed here stays in this browser and is offered after the reload.
      if (status === 409) this.state?.append(this.choice(t("刷新", "Reload"), () => this.reload()));
      return;
    }
    const rest = RETRIES[Math.min(this.tries, RETRIES.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.send(), rest);
    this.say(
      t("网络中断，内容已留在本机，恢复后自动保存", "No network: kept on this device, saved when it is back"),
      "cloud-off",
      "is-failed",
    );
  }

  say(text, symbol, css) {
    if (!this.state) return;
    this.state.className = `wz-autosave ${css}`;
    const words = document.createElement("span");
    words.textContent = text;
    this.state.replaceChildren(icon(symbol), words);
  }

  keepCopy() {
    try {
      localStorage.setItem(this.key, JSON.stringify(this.values()));
    } catch {
      // A full or closed store: the server's copy is the one that counts.
    }
  }

  offerCopy() {
    const kept = localStorage.getItem(this.key);
    if (!kept || !this.state) return;
    if (answers(JSON.parse(kept)) === answers(this.values())) {
      localStorage.removeItem(this.key);
      return;
    }
    this.say(t("本机有一份未上传的内容", "This device holds changes that were not sent"), "history", "is-failed");
    this.state.append(
      this.choice(t("恢复", "Restore"), () => this.restore(JSON.parse(kept))),
      this.choice(t("放弃", "Discard"), () => {
        localStorage.removeItem(this.key);
        this.say(t("填写时自动保存", "Saved as you type"), "cloud-check", "");
      }),
    );
  }

  choice(text, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = text;
    button.addEventListener("click", act);
    return button;
  }

  restore(pairs) {
    const byName = Map.groupBy ? Map.groupBy(pairs, ([name]) => name) : grouped(pairs);
    for (const element of this.form.elements) {
      if (!element.name || element.type === "file" || element.type === "hidden") continue;
      const values = (byName.get(element.name) ?? []).map(([, value]) => value);
      if (element.type === "checkbox" || element.type === "radio") element.checked = values.includes(element.value);
      else if (values.length) this.put(element, values[0]);
    }
    this.dirty = true;
    this.send();
  }

  /** A select that is filled by another one has not got the option yet: after the save the server lists it. */
  put(element, value) {
    if (element instanceof HTMLSelectElement && ![...element.options].some((option) => option.value === value)) {
      element.add(new Option(value, value));
      this.listAnew = true;
    }
    element.value = value;
  }

  signIn() {
    this.submitted = true;
    location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname)}`);
  }

  reload() {
    this.submitted = true;
    location.reload();
  }

  /** A save under way must end first, or the form would come with a revision that is one behind. */
  left(event) {
    if (this.sending) {
      event.preventDefault();
      this.waiting = event.submitter ?? null;
      return;
    }
    this.submitted = true;
    clearTimeout(this.timer);
    // The session may have ended: the copy stays until a page shows that the form has arrived.
    sessionStorage.setItem(SENT, this.url);
  }
}

/** The answers in one order, to compare; the revision is no answer. */
function answers(pairs) {
  return JSON.stringify(pairs.filter(([name]) => name !== "revision").sort());
}

function grouped(pairs) {
  const map = new Map();
  for (const pair of pairs) map.set(pair[0], [...(map.get(pair[0]) ?? []), pair]);
  return map;
}
