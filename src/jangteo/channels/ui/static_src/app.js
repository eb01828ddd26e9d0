// What every page loads. Pages work as plain forms and links without it; this makes them quicker and kinder.
import htmx from "htmx.org/dist/htmx.esm.js";
import { guardForms } from "./lib/forms.js";
import { moreLetters } from "./lib/letters.js";
import { live } from "./lib/live.js";
import { steppers } from "./lib/stepper.js";
import { toasts } from "./lib/toast.js";

document.documentElement.classList.replace("no-js", "js");
window.htmx = htmx;

toasts();
steppers();
guardForms();
live();

const offline = document.getElementById("offline");
const tellOffline = () => offline && (offline.hidden = navigator.onLine !== false);
addEventListener("online", tellOffline);
addEventListener("offline", tellOffline);
tellOffline();

moreLetters();

// A chosen option that should act at once: <select data-submit>, radio groups inside <fieldset data-submit>
document.addEventListener("change", (event) => {
  const field = event.target.closest("[data-submit]");
  if (field && event.target.form) event.target.form.requestSubmit();
});

// <button data-print>
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
