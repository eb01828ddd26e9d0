// Toasts: short words about what was just done, with a way to undo it.
//
// Made by the server in the page, by an out-of-band fragment into #toasts, or by the response header
//   HX-Trigger: {"toast": {"text": "...", "undo": "/path", "kind": "error"}}
// A script may do the same: document.dispatchEvent(new CustomEvent("toast", {detail: {text, undo}})).
const SHOWN_MS = 7000;
const SHOWN_WITH_UNDO_MS = 14000;

export function toasts() {
  const place = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!place || !template) return;
  const timers = new WeakMap();

  const leave = (toast) => {
    clearTimeout(timers.get(toast));
    toast.remove();
  };
  const wait = (toast) => {
    clearTimeout(timers.get(toast));
    const time = toast.querySelector("form") ? SHOWN_WITH_UNDO_MS : SHOWN_MS;
    timers.set(toast, setTimeout(() => leave(toast), time));
  };
  const hold = (toast) => clearTimeout(timers.get(toast));

  const show = ({ text, undo }) => {
    const toast = template.content.firstElementChild.cloneNode(true);
    toast.querySelector(".toast-text").textContent = text;
    const form = toast.querySelector("form");
    if (undo) {
      form.action = undo;
      const token = csrfToken();
      let input = form.querySelector('[name="csrfmiddlewaretoken"]');
      if (token && !input) {
        input = document.createElement("input");
        Object.assign(input, { type: "hidden", name: "csrfmiddlewaretoken" });
        form.prepend(input);
      }
      if (input) input.value = token;
    } else {
      form.remove();
    }
    place.append(toast);
  };

  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]")) wait(node);
    while (place.querySelectorAll("[data-toast]").length > 2) leave(place.querySelector("[data-toast]"));
  }).observe(place, { childList: true });
  place.querySelectorAll("[data-toast]").forEach(wait);

  for (const type of ["pointerenter", "focusin"])
    place.addEventListener(type, (e) => e.target.closest("[data-toast]") && hold(e.target.closest("[data-toast]")), true);
  for (const type of ["pointerleave", "focusout"])
    place.addEventListener(type, (e) => e.target.matches?.("[data-toast], [data-toast] *") && wait(e.target.closest("[data-toast]")), true);
  place.addEventListener("click", (e) => e.target.closest("[data-toast-close]") && leave(e.target.closest("[data-toast]")));
  document.addEventListener("toast", (e) => show(e.detail ?? {}));

  // A failed request says so; a whole error page is never poured into a part of this page.
  document.addEventListener("htmx:after:request", (e) => {
    const { response, text = "" } = e.detail.ctx;
    if (response.status < 400 || !/<html[\s>]/i.test(text.slice(0, 400))) return;
    e.preventDefault();
    const page = new DOMParser().parseFromString(text, "text/html");
    const words = [...page.querySelectorAll("main h1, main .card p")].slice(0, 2).map((n) => n.textContent.trim());
    show({ text: words.join(". ") || place.dataset.sayFailed });
  });
  document.addEventListener("htmx:error", (e) => {
    if (e.detail?.error?.name !== "AbortError" || e.detail?.ctx?.request?.signal?.reason === "timeout")
      show({ text: place.dataset.sayFailed });
  });
}

/** The token any form of this page carries. */
export function csrfToken() {
  return document.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";
}
