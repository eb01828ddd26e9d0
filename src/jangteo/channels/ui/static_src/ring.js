// Rings for a new order, loudly and until answered.
//
//   <button data-ring-start>소리 켜기</button>      a hand must press it once: browsers allow sound only then
//   <section data-ring="on" data-ring-say="...">   while one is on the page it rings, shakes and speaks
//   <button data-ring-quiet>                       silences the ring; the order stays
//
// <html data-ring-state> tells: off (press the button), ready, ringing, quiet. The switch hides itself once on.
// On the next page of the same visit it goes on by itself where the browser still trusts that hand, else at its next touch.
const KEY = "jangteo-ring";
const RING_MS = 3200;
const SAY_EVERY = 3;

let audio, timer, lock, turn;
let quiet = new WeakSet();
const root = document.documentElement;

const ringing = () => [...document.querySelectorAll('[data-ring="on"]')].filter((e) => !quiet.has(e));
const state = (word) => (root.dataset.ringState = word);
const isOn = () => root.dataset.ringState !== "off";

/** Two bell strokes: struck partials with a fast attack cut through a noisy lane better than a pure tone. */
function strike(at, pitch) {
  const out = audio.createDynamicsCompressor();
  out.connect(audio.destination);
  for (const [ratio, level, length] of [[1, 0.9, 0.7], [2, 0.5, 0.5], [2.76, 0.4, 0.35], [5.4, 0.2, 0.2]]) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.type = ratio === 1 ? "square" : "triangle";
    tone.frequency.value = pitch * ratio;
    gain.gain.setValueAtTime(0.0001, at);
    gain.gain.exponentialRampToValueAtTime(level, at + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + length);
    tone.connect(gain).connect(out);
    tone.start(at);
    tone.stop(at + length + 0.05);
  }
}

function speak(text) {
  if (!text || !("speechSynthesis" in window)) return;
  const voice = speechSynthesis.getVoices().find((v) => v.lang.replace("_", "-").startsWith("ko"));
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(text);
  Object.assign(words, { voice, lang: "ko-KR", rate: 0.92, volume: 1 });
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

function round() {
  const orders = ringing();
  if (!orders.length) return stop();
  if (audio?.state === "running") {
    const now = audio.currentTime + 0.05;
    [0, 0.22, 0.44, 0.9, 1.12, 1.34].forEach((t, i) => strike(now + t, i % 3 === 1 ? 1175 : 988));
  }
  navigator.vibrate?.([300, 120, 300, 120, 600]);
  if (turn % SAY_EVERY === 0) setTimeout(() => ringing().length && speak(orders.at(-1).dataset.ringSay), 1900);
  turn += 1;
  timer = setTimeout(round, RING_MS);
}

function stop() {
  clearTimeout(timer);
  timer = undefined;
  navigator.vibrate?.(0);
  window.speechSynthesis?.cancel();
  if (isOn()) state(document.querySelector('[data-ring="on"]') ? "quiet" : "ready");
}

function check() {
  if (!isOn()) return;
  if (ringing().length && timer === undefined) {
    state("ringing");
    turn = 0;
    round();
  } else if (!ringing().length && timer !== undefined) {
    stop();
  }
}

async function stayAwake() {
  try {
    if (document.visibilityState === "visible") lock = await navigator.wakeLock?.request("screen");
  } catch {
    lock = undefined; // low battery: the phone decides
  }
}

function remember(word) {
  try {
    if (word) sessionStorage.setItem(KEY, word);
    return sessionStorage.getItem(KEY);
  } catch {
    return null; // storage is off: press the button on each page
  }
}

async function begin({ silent = false } = {}) {
  audio ??= new (window.AudioContext ?? window.webkitAudioContext)();
  await audio.resume();
  if (isOn()) return;
  remember("on");
  if (!silent) strike(audio.currentTime + 0.02, 988); // a hand that turned it on hears that it works
  state("ready");
  document.querySelectorAll("[data-ring-start]").forEach((b) => (b.hidden = true));
  await stayAwake();
  check();
}

state("off");
if (remember()) {
  begin({ silent: true });
  addEventListener("pointerup", () => begin({ silent: true }), { once: true });
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-ring-start]")) begin();
  if (event.target.closest("[data-ring-quiet]")) {
    ringing().forEach((e) => quiet.add(e));
    stop();
  }
});
document.addEventListener("visibilitychange", () => {
  if (!audio || document.visibilityState !== "visible") return;
  audio.resume();
  stayAwake();
});
new MutationObserver(() => {
  if (isOn()) document.querySelectorAll("[data-ring-start]:not([hidden])").forEach((b) => (b.hidden = true));
  check();
}).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-ring"] });
