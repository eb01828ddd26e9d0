// <button data-copy="id" data-copy-more="https://..." data-copied="복사했어요"> copies the words of #id as plain text
export const copy = () => {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    const words = button && document.getElementById(button.dataset.copy);
    if (!words) return;
    const text = [words.textContent.trim(), button.dataset.copyMore].filter(Boolean).join("\n");
    const label = button.querySelector("span");
    try {
      await navigator.clipboard.writeText(text);
      label.textContent = button.dataset.copied;
    } catch {
      // no permission: the words are marked, the person copies them herself
      const range = document.createRange();
      range.selectNodeContents(words);
      const selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    }
  });
};
