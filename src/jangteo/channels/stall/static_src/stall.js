// The stall owner's console: answers that survive a bad line, the price keypad, uploads with progress.
import { answers } from "./lib/answers.js";
import { copy } from "./lib/copy.js";
import { keypad } from "./lib/keypad.js";
import { uploads } from "./lib/uploads.js";

answers();
copy();
keypad();
uploads();

// <button data-unit="1단"> writes its unit into the field before it
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-unit]");
  const field = chip?.closest("[data-unit-chips]")?.querySelector("input[name=unit]");
  if (field) field.value = chip.dataset.unit;
});
