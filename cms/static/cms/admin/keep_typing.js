// Wagtail's text editor writes into its form a quarter of a second after the last key. Who saves
// sooner would lose the end of the text: so it is written before a form goes out.
(() => {
  "use strict";
  const write = () => {
    document.querySelectorAll("[data-draftail-input]").forEach((input) => {
      const editor = input.draftailEditor;
      if (editor && typeof editor.saveState === "function") editor.saveState();
    });
  };
  document.addEventListener("submit", write, true);
  window.addEventListener("pagehide", write, true);
})();
