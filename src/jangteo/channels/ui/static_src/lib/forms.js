// Forms: the CSRF header on htmx requests, and no second order from a double tap.
import { csrfToken } from "./toast.js";

const UNSAFE = /^(post|put|patch|delete)$/i;

export function guardForms() {
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (UNSAFE.test(request.method)) request.headers["X-CSRFToken"] ||= csrfToken();
  });

  // Plain posts only: htmx cancels the event and queues by itself.
  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    setTimeout(() => release(form), 20000);
  });

  // Coming back with the back button finds the form usable again.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  document.addEventListener("htmx:before:request", (event) => busy(event, true));
  document.addEventListener("htmx:finally:request", (event) => busy(event, false));
}

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll('[aria-busy="true"]').forEach((b) => b.removeAttribute("aria-busy"));
}

function busy(event, on) {
  const form = event.detail.ctx.sourceElement;
  if (!form?.matches?.("form")) return;
  const button = form.querySelector("button:not([type=button])");
  if (on) button?.setAttribute("aria-busy", "true");
  else button?.removeAttribute("aria-busy");
}
