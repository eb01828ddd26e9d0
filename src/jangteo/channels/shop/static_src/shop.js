// The bar of a product page says what the chosen amount costs:
//   <div data-unit-price="2500" data-per="1"><input type=number>...<span data-sum hidden></span></div>
// data-per: how much of the input one unit is (100 for grams).
const bar = document.querySelector("[data-unit-price]");
const english = document.documentElement.lang === "en";

function say() {
  const input = bar.querySelector("input[type=number]");
  const krw = Math.round((Number(input.value) / Number(bar.dataset.per)) * Number(bar.dataset.unitPrice));
  const place = bar.querySelector("[data-sum]");
  place.hidden = !Number.isFinite(krw) || krw <= 0;
  place.textContent = english ? `₩${krw.toLocaleString("en")}` : `${krw.toLocaleString("ko")}원`;
}

if (bar) {
  bar.addEventListener("input", say);
  say();
}
