// The stall owner's console: answers that survive a bad line, the price keypad, uploads with progress.
import { answers } from "./lib/answers.js";
import { copy } from "./lib/copy.js";
import { keypad } from "./lib/keypad.js";
import { saying } from "./lib/saying.js";
import { uploads } from "./lib/uploads.js";

answers();
copy();
keypad();
saying();
uploads();

// <button data-unit="1단"> writes its unit into the field before it
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-unit]");
  const field = chip?.closest("[data-unit-chips]")?.querySelector("input[name=unit]");
  if (field) field.value = chip.dataset.unit;
});

// <button data-fill="#field" data-word="국산"> writes its word into a field
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fill]");
  const field = chip && document.querySelector(chip.dataset.fill);
  if (field) field.value = chip.dataset.word;
});
