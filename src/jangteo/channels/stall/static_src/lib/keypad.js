// <form data-keypad>: big keys write into its field. The first digit replaces the old price, as on a till.
const MOST_DIGITS = 8;

export function keypad() {
  const form = document.querySelector("form[data-keypad]");
  const field = form?.querySelector("input[name=price]");
  if (!field) return;
  const old = field.value;
  let fresh = true;

  const coarse = matchMedia("(pointer: coarse)").matches;
  if (coarse) field.inputMode = "none"; // the phone's own keyboard would cover the keys
  field.classList.add("is-old");

  const write = (digits) => {
    const number = digits.replace(/\D/g, "").replace(/^0+(?=\d)/, "").slice(0, MOST_DIGITS);
    field.value = number ? Number(number).toLocaleString("en-US") : "";
    field.classList.toggle("is-old", field.value === old);
  };

  form.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    if (key === "back") write(fresh ? "" : field.value.replace(/\D/g, "").slice(0, -1));
    else write((fresh ? "" : field.value) + key);
    fresh = false;
  });
  field.addEventListener("input", () => {
    fresh = false;
    write(field.value);
  });
  field.addEventListener("focus", () => field.select());
}
