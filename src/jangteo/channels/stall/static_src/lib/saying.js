// <form data-saying>: a microphone that writes what it hears into the form's text field and sends it.
//
// Speech recognition is the browser's own and not every browser has one; without it the text field alone is there.
// What was heard is never done: the server answers with sentences to agree to.
const QUIET_MS = 12000;

export function saying() {
  const form = document.querySelector("form[data-saying]");
  const button = form?.querySelector("[data-mic]");
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  if (!button) return;
  if (!Recognition) {
    form.querySelector("[data-mic-none]").hidden = false;
    return;
  }
  const field = form.querySelector("[name=text]");
  const say = form.querySelector("[data-mic-say]");
  const words = button.dataset;
  let listening = null;
  button.hidden = false;

  const rest = (text) => {
    listening = null;
    button.classList.remove("is-on");
    button.setAttribute("aria-pressed", "false");
    say.textContent = text;
  };

  const start = () => {
    const ears = new Recognition();
    ears.lang = "ko-KR";
    ears.interimResults = true;
    ears.continuous = false;
    ears.maxAlternatives = 1;
    let heard = "";
    let trouble = "";
    const timer = setTimeout(() => ears.stop(), QUIET_MS);
    ears.onresult = (event) => {
      heard = Array.from(event.results, (result) => result[0].transcript).join(" ");
      field.value = heard.trim();
    };
    ears.onerror = (event) => {
      trouble = event.error === "not-allowed" || event.error === "service-not-allowed" ? words.sayDenied : words.sayNothing;
    };
    ears.onend = () => {
      clearTimeout(timer);
      rest(trouble || (heard.trim() ? words.sayDone : words.sayNothing));
      if (heard.trim() && !trouble) form.requestSubmit();
    };
    listening = ears;
    button.classList.add("is-on");
    button.setAttribute("aria-pressed", "true");
    say.textContent = words.sayListening;
    try {
      ears.start();
    } catch {
      clearTimeout(timer);
      rest(words.sayNothing);
    }
  };

  button.addEventListener("click", () => (listening ? listening.stop() : start()));
}
