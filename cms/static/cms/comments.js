/* Select a passage of the draft, choose "Dazu etwas sagen": the form then holds the quote.
   Without this file one copies the passage, or chooses the field. */
"use strict";

(function () {
  const form = document.querySelector("[data-comment-form]");
  const button = document.querySelector("[data-comment-pick]");
  if (!form || !button) return;
  const quote = form.querySelector("[data-comment-quote]");
  const before = form.querySelector("[data-comment-before]");
  const text = form.querySelector("[data-comment-text]");
  const BEFORE_LENGTH = 60;
  let picked = null;

  /* What stands before the selection in its own paragraph. */
  function textBefore(range) {
    const node = range.startContainer;
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const block = element.closest("p, li, dd, h1, h2, h3, h4");
    if (!block) return "";
    const around = document.createRange();
    around.setStart(block, 0);
    around.setEnd(range.startContainer, range.startOffset);
    return around.toString().slice(-BEFORE_LENGTH);
  }

  function show() {
    const selection = document.getSelection();
    const words = selection.toString().trim();
    const range = words ? selection.getRangeAt(0) : null;
    const node = range && range.commonAncestorContainer;
    const element = node && (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
    button.hidden = !(element && element.closest(".entry"));
    if (button.hidden) return;
    picked = { words, before: textBefore(range) };
    const place = range.getBoundingClientRect();
    button.style.top = `${window.scrollY + place.bottom + 8}px`;
    const room = document.documentElement.clientWidth - button.offsetWidth - 8;
    button.style.left = `${Math.max(8, Math.min(window.scrollX + place.left, room))}px`;
  }

  document.body.append(button);
  document.addEventListener("selectionchange", show);
  // A button takes the selection away before its click arrives.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    quote.value = picked.words;
    before.value = picked.before;
    button.hidden = true;
    text.focus();
    form.scrollIntoView({ block: "nearest" });
  });
  quote.addEventListener("input", () => {
    before.value = "";
  });
})();
