// The office: a board that keeps itself fresh, keys for hands that stay on the keyboard, a bell for silent stalls.
const REFRESH_MS = 30_000;
const GATHER_MS = 250;
const KEYS_OFF = "jangteo.office.keys-off";
const BELL_ON = "jangteo.office.bell";

// ---- keeping fresh: [data-refresh] is fetched again by "office:refresh", but never under somebody's hands ----

const fresh = document.querySelector("[data-refresh]");
let gathering;
let waiting = false;
let open = [];
let focused = null;

const busy = () => {
  const field = document.activeElement;
  return fresh?.contains(field) && field.matches("input:not([type=hidden]), textarea, select");
};

function refresh() {
  if (busy()) {
    waiting = true;
    return;
  }
  waiting = false;
  document.body.dispatchEvent(new CustomEvent("office:refresh", { bubbles: true }));
}

function refreshSoon() {
  clearTimeout(gathering);
  gathering = setTimeout(refresh, GATHER_MS);
}

if (fresh) {
  for (const name of ["live:order-changed", "live:stall_day_changed", "live:again"])
    document.body.addEventListener(name, refreshSoon);
  setInterval(() => document.visibilityState === "visible" && refresh(), REFRESH_MS);
  fresh.addEventListener("focusout", () => setTimeout(() => waiting && refresh()));
  document.addEventListener("htmx:before:swap", () => {
    open = [...fresh.querySelectorAll("details[open][id]")].map((d) => d.id);
    const here = document.activeElement;
    focused = fresh.contains(here) ? { card: here.closest("li[id], article[id]")?.id, href: here.getAttribute("href") } : null;
  });
  document.addEventListener("htmx:after:swap", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (focused?.card && !fresh.contains(document.activeElement)) {
      const card = document.getElementById(focused.card);
      card?.querySelector(focused.href ? `[href="${CSS.escape(focused.href)}"], [data-card]` : "[data-card], a, button")?.focus();
    }
    tellSilent();
  });
}

// ---- keys ----

const lanes = () => [...document.querySelectorAll("[data-lane]")].map((lane) => [...lane.querySelectorAll("[data-card]")]);
const dialog = document.getElementById("keys");
const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

function place(card, all) {
  for (let lane = 0; lane < all.length; lane++) {
    const row = all[lane].indexOf(card);
    if (row >= 0) return [lane, row];
  }
  return null;
}

function sideways(all, [lane, row], step) {
  for (let next = lane + step; next >= 0 && next < all.length; next += step)
    if (all[next].length) return all[next][Math.min(row, all[next].length - 1)];
  return null;
}

function move(key, target) {
  const all = lanes();
  const card = target.closest?.(".ticket")?.querySelector("[data-card]");
  const here = card && place(card, all);
  if (!here) return all.flat()[0];
  const [lane, row] = here;
  if (key === "ArrowUp") return all[lane][row - 1];
  if (key === "ArrowDown") return all[lane][row + 1];
  if (key === "Home") return all[lane][0];
  if (key === "End") return all[lane].at(-1);
  return sideways(all, here, key === "ArrowLeft" ? -1 : 1);
}

function lettersOn() {
  return localStorage.getItem(KEYS_OFF) !== "yes";
}

function letter(event) {
  if (!lettersOn()) return false;
  if (event.key === "?") dialog.showModal();
  else if (event.key === "/") document.getElementById("scan").focus();
  else if (/^[1-5]$/.test(event.key)) lanes()[event.key - 1]?.[0]?.focus();
  else return false;
  return true;
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog.open) return;
    if (/^Arrow|^Home$|^End$/.test(event.key)) {
      const onCard = event.target.closest?.(".ticket");
      if (!onCard && (event.target !== document.body || /Home|End|Up|Down/.test(event.key))) return;
      const goal = move(event.key, event.target);
      if (goal) {
        goal.focus();
        goal.closest(".ticket").scrollIntoView({ block: "nearest" });
      }
      event.preventDefault();
    } else if (letter(event)) {
      event.preventDefault();
    }
  });
  document.querySelector("[data-keys-open]").addEventListener("click", () => dialog.showModal());
  const on = document.getElementById("keys-on");
  on.checked = lettersOn();
  on.addEventListener("change", () => localStorage.setItem(KEYS_OFF, on.checked ? "no" : "yes"));
}

// ---- the bell: a short sound when one more stall does not answer ----

const bell = document.querySelector("[data-bell]");
let audio = null;
let known = silentNow();

function silentNow() {
  return new Set([...document.querySelectorAll("[data-silent]")].map((e) => e.dataset.silent));
}

function strike() {
  if (audio?.state !== "running") return;
  [880, 1175].forEach((pitch, i) => {
    const at = audio.currentTime + 0.05 + i * 0.22;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(0.4, at + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}

function tellSilent() {
  const now = silentNow();
  if ([...now].some((id) => !known.has(id))) strike();
  known = now;
}

function startBell() {
  audio ??= new AudioContext();
  audio.resume().then(strike);
}

bell?.addEventListener("click", () => {
  const on = bell.getAttribute("aria-pressed") !== "true";
  bell.setAttribute("aria-pressed", String(on));
  localStorage.setItem(BELL_ON, on ? "yes" : "no");
  if (on) startBell();
  else audio?.suspend();
});
if (bell && localStorage.getItem(BELL_ON) === "yes") {
  bell.setAttribute("aria-pressed", "true");
  addEventListener("pointerdown", startBell, { once: true });
  addEventListener("keydown", startBell, { once: true });
}

// ---- money: tick all ----

const all = document.querySelector("[data-all]");
all?.addEventListener("change", () => {
  for (const tick of all.form.querySelectorAll('[name="settlement"]')) tick.checked = all.checked;
});

// ---- questions: [data-answer-keys] holds buttons that a key presses ----

const asking = document.querySelector("[data-answer-keys]");
if (asking)
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target) || localStorage.getItem(KEYS_OFF)) return;
    const button = asking.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
