// The payment company's widget. Its script is loaded here and nowhere else; the page's policy allows that one host.
//   <div id="pay" data-script="https://js.tosspayments.com/v2/standard" data-params='{"clientKey": ...}'>
const box = document.getElementById("pay");
const button = document.getElementById("pay-button");
const error = document.getElementById("pay-error");

function fail() {
  button.removeAttribute("aria-busy");
  error.hidden = false;
}

function load(url) {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: url, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

async function begin() {
  const { clientKey, customerKey, currency, amount, ...request } = JSON.parse(box.dataset.params);
  await load(box.dataset.script);
  const widgets = window.TossPayments(clientKey).widgets({ customerKey });
  await widgets.setAmount({ currency, value: amount });
  await Promise.all([
    widgets.renderPaymentMethods({ selector: "#pay-methods" }),
    widgets.renderAgreement({ selector: "#pay-agreement" }),
  ]);
  button.disabled = false;
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    error.hidden = true;
    try {
      await widgets.requestPayment(request);
    } catch (problem) {
      // the shopper closed the window: nothing to complain about
      button.removeAttribute("aria-busy");
      if (problem?.code !== "USER_CANCEL") fail();
    }
  });
}

begin().catch(fail);
