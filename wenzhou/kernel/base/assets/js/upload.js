// The drop zone of {% upload %}: htmx sends the file, this shows how far it is and what went wrong.
export function start(root) {
  for (const zone of root.querySelectorAll("[data-upload]")) {
    if (zone.dataset.uploadReady) continue;
    zone.dataset.uploadReady = "yes";
    watch(zone);
  }
}

function watch(zone) {
  const input = zone.querySelector("input[type=file]");
  const progress = zone.querySelector("progress");
  const error = zone.querySelector("[data-upload-error]");
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("is-over");
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("htmx:beforeRequest", () => {
    error.hidden = true;
    progress.value = 0;
    progress.hidden = false;
  });
  input.addEventListener("htmx:xhr:progress", (event) => {
    if (event.detail.lengthComputable) progress.value = (100 * event.detail.loaded) / event.detail.total;
  });
  input.addEventListener("htmx:afterRequest", () => {
    progress.hidden = true;
    // The file has been taken: it must not go again with the form.
    input.value = "";
  });
  input.addEventListener("wz:problem", (event) => {
    event.preventDefault();
    error.querySelector("span").textContent = event.detail;
    error.hidden = false;
  });
}
