// The rarer letters of the page's font, asked for from a visitor's second page on and never on a slow or counted line.
const KEY = "jangteo-seen";

export function moreLetters() {
  const { fonts } = document.documentElement.dataset;
  const line = navigator.connection;
  if (!fonts || line?.saveData || /2g|3g/.test(line?.effectiveType ?? "")) return;
  try {
    if (!localStorage.getItem(KEY)) {
      localStorage.setItem(KEY, "1");
      return;
    }
  } catch {
    return; // storage is off: the core letters do
  }
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: fonts });
  const add = () => document.head.append(sheet);
  if (document.readyState === "complete") add();
  else addEventListener("load", add);
}
