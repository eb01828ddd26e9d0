// <form data-answer> inside #now: sent in place, once, and again until the server has it.
//
// An answer is idempotent, so sending it twice is safe; losing it is not. When the server cannot be reached the page
// says so over its whole height and keeps trying: after 2, 4, 8 and then every 10 seconds, and as soon as the phone is
// online again.
const WAIT_MS = [2000, 4000, 8000, 10000];
const LIMIT_MS = 12000;

export function answers() {
  const sheet = document.getElementById("sending");
  let again; // resolves the pause before the next try

  const pause = (ms) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      again = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const tell = (header) => {
    try {
      const { toast } = JSON.parse(header ?? "{}");
      if (toast) document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
    } catch {
      // a header of another kind
    }
  };

  const show = (html) => {
    const place = document.getElementById("now");
    place.innerHTML = html;
    window.htmx?.process(place);
    window.scrollTo(0, 0);
  };

  const send = async (url, body) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LIMIT_MS);
    try {
      const headers = { "HX-Request": "true", "X-CSRFToken": body.get("csrfmiddlewaretoken") ?? "" };
      return await fetch(url, { method: "POST", body, headers, credentials: "same-origin", signal: stop.signal });
    } finally {
      clearTimeout(timer);
    }
  };

  const deliver = async (url, body) => {
    for (let turn = 0; ; turn += 1) {
      try {
        const response = await send(url, body);
        if (response.status < 500) return response;
      } catch {
        // no connection, or none in time
      }
      if (sheet) sheet.hidden = false;
      await pause(WAIT_MS[Math.min(turn, WAIT_MS.length - 1)]);
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-answer]");
    if (!form || !document.getElementById("now")?.contains(form)) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    const button = event.submitter;
    button?.setAttribute("aria-busy", "true");
    const body = new FormData(form, button);
    document.querySelectorAll('[data-ring="on"]').forEach((e) => (e.dataset.ring = "off"));
    const response = await deliver(form.action, body);
    if (sheet) sheet.hidden = true;
    delete form.dataset.busy;
    button?.removeAttribute("aria-busy");
    tell(response.headers.get("HX-Trigger"));
    if (response.ok && !response.redirected) show(await response.text());
    else location.reload();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-send-again]")) again?.();
  });
  addEventListener("online", () => again?.());
}
