// <div data-stepper> with an <input type=number> and buttons <button data-step="-1">, <button data-step="1">.
// Holding a button repeats. The input fires `input` at each step and `change` once when the hand rests.
const REST_MS = 350;

export function steppers() {
  const resting = new WeakMap();

  const step = (button) => {
    const box = button.closest("[data-stepper]");
    const input = box?.querySelector("input");
    if (!input || input.disabled) return;
    const before = input.value;
    if (button.dataset.step < 0) input.stepDown();
    else input.stepUp();
    edges(box, input);
    if (input.value === before) return;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(resting.get(input));
    resting.set(input, setTimeout(() => input.dispatchEvent(new Event("change", { bubbles: true })), REST_MS));
  };

  let held;
  const letGo = () => clearTimeout(held);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-step]");
    if (button && !button.dataset.repeated) step(button);
    if (button) delete button.dataset.repeated;
  });
  document.addEventListener("pointerdown", (event) => {
    const button = event.target.closest?.("[data-step]");
    if (!button || event.button) return;
    const again = (delay) => {
      held = setTimeout(() => {
        button.dataset.repeated = "yes";
        step(button);
        again(90);
      }, delay);
    };
    again(450);
  });
  for (const type of ["pointerup", "pointercancel", "pointerleave", "blur"]) addEventListener(type, letGo, true);

  document.addEventListener("input", (event) => {
    const box = event.target.closest?.("[data-stepper]");
    if (box) edges(box, event.target);
  });
  const all = () => document.querySelectorAll("[data-stepper]").forEach((b) => edges(b, b.querySelector("input")));
  document.addEventListener("htmx:after:swap", all);
  all();
}

function edges(box, input) {
  const value = Number(input.value);
  for (const button of box.querySelectorAll("[data-step]")) {
    const end = button.dataset.step < 0 ? input.min : input.max;
    button.disabled = end !== "" && (button.dataset.step < 0 ? value <= Number(end) : value >= Number(end));
  }
}
