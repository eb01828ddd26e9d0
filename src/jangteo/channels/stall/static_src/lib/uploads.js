// <input type=file data-file> shows what was chosen; <form data-upload> takes a dropped file and shows how far it is.
export function uploads() {
  document.addEventListener("change", (event) => {
    const input = event.target.closest("input[data-file]");
    const name = input?.closest("label")?.querySelector("[data-file-name]");
    if (!name || !input.files.length) return;
    const many = input.files.length > 1 && name.dataset.many;
    name.textContent = many ? many.replace("{n}", input.files.length) : input.files[0].name;
  });
  document.querySelectorAll("form[data-upload]").forEach(wire);
}

function wire(form) {
  const drop = form.querySelector(".drop");
  const input = form.querySelector("input[type=file]");
  for (const type of ["dragenter", "dragover"])
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

  form.addEventListener("submit", (event) => {
    if (!("upload" in new XMLHttpRequest())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    send(form);
  });
}

function send(form) {
  const box = form.querySelector("[data-progress]");
  const say = form.querySelector("[data-progress-say]");
  const bar = form.querySelector("progress");
  const button = form.querySelector("button");
  const rest = () => {
    delete form.dataset.sent;
    button.removeAttribute("aria-busy");
    box.hidden = true;
  };
  box.hidden = false;
  say.textContent = say.dataset.sending;
  button.setAttribute("aria-busy", "true");
  const request = new XMLHttpRequest();
  request.open("POST", form.action || location.href);
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
  });
  request.upload.addEventListener("load", () => {
    say.textContent = say.dataset.reading;
    bar.removeAttribute("value");
  });
  request.addEventListener("load", () => {
    if (request.responseURL !== location.href && request.status < 400) location.assign(request.responseURL);
    else answer(form, request.responseText, rest);
  });
  request.addEventListener("error", () => {
    rest();
    const text = document.getElementById("toasts")?.dataset.sayFailed;
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  });
  request.send(new FormData(form));
}

/** The same page came back with what is wrong with the file: show its words here. */
function answer(form, html, rest) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const notice = page.querySelector("main .notice") ?? page.querySelector("main h1");
  form.parentElement.querySelector(":scope > .notice")?.remove();
  if (notice) form.before(document.importNode(notice, true));
  rest();
}
