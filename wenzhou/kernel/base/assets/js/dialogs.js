// data-confirm="question" on a button or a form asks first; data-dialog="id" opens a <dialog>.
import { t } from "./tools.js";

export function start() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
  });
  document.addEventListener("submit", askForm, true);
  document.addEventListener("click", askButton, true);
  // htmx asks by its own event, before it sends.
  document.addEventListener("htmx:confirm", (event) => {
    const question = event.detail.elt.dataset.confirm;
    if (!question) return;
    event.preventDefault();
    ask(event.detail.elt).then((yes) => yes && event.detail.issueRequest(true));
  });
}

const agreed = new WeakSet();

function askForm(event) {
  const form = event.target;
  const asker = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asker.dataset.confirm || agreed.delete(form)) return;
  if (form.hasAttribute("hx-post")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(asker, isDanger(event.submitter)).then((yes) => {
    if (!yes) return;
    agreed.add(form);
    form.requestSubmit(event.submitter ?? undefined);
  });
}

/** Links with data-confirm; buttons are asked when their form is sent. */
function askButton(event) {
  const link = event.target.closest("a[data-confirm]");
  if (!link || link.hasAttribute("hx-get") || link.hasAttribute("hx-post")) return;
  event.preventDefault();
  ask(link).then((yes) => yes && location.assign(link.href));
}

/** Resolves to true when the person says yes. */
export function ask(element, grave = false) {
  const { confirm, confirmTitle, confirmYes } = element.dataset;
  const danger = grave || isDanger(element);
  const dialog = document.createElement("dialog");
  dialog.className = `wz-dialog${danger ? " is-danger" : ""}`;
  const title = document.createElement("h2");
  title.id = "wz-confirm-title";
  title.textContent = confirmTitle || t("请确认", "Please confirm");
  const text = document.createElement("p");
  text.textContent = confirm;
  const row = document.createElement("div");
  row.className = "btn-list";
  const no = button(t("取消", "Cancel"), "btn");
  const yes = button(confirmYes || t("确定", "Confirm"), `btn ${danger ? "btn-danger" : "btn-primary"}`);
  row.append(no, yes);
  dialog.setAttribute("aria-labelledby", title.id);
  dialog.append(title, text, row);
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer = false;
    no.addEventListener("click", () => dialog.close());
    yes.addEventListener("click", () => {
      answer = true;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    dialog.showModal();
    no.focus();
  });
}

const isDanger = (element) => Boolean(element && ("confirmDanger" in element.dataset || element.classList.contains("btn-danger")));

function button(text, css) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = css;
  made.textContent = text;
  return made;
}
