// The review screen: asks for the confirmation only where it is needed, and marks what the
// check for personal data found in the text itself. Without this script both are still there.
(() => {
  const confirm = document.querySelector("[data-guide-confirm]");
  const circles = document.querySelectorAll('input[name="circle"]');
  if (confirm && circles.length) {
    const needed = confirm.dataset.guideConfirm.trim().split(/\s+/);
    const show = () => {
      const chosen = document.querySelector('input[name="circle"]:checked');
      confirm.hidden = !chosen || !needed.includes(chosen.value);
    };
    circles.forEach((circle) => circle.addEventListener("change", show));
    show();
  }

  const paper = document.getElementById("guide-paper");
  const marks = document.querySelectorAll("[data-guide-finding]");
  if (!paper || !marks.length || !CSS.highlights) return;
  const ranges = [];
  const texts = new Set([...marks].map((mark) => mark.textContent));
  const nodes = document.createTreeWalker(paper, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    for (const text of texts) {
      let at = nodes.currentNode.data.indexOf(text);
      while (at >= 0) {
        const range = new Range();
        range.setStart(nodes.currentNode, at);
        range.setEnd(nodes.currentNode, at + text.length);
        ranges.push(range);
        at = nodes.currentNode.data.indexOf(text, at + text.length);
      }
    }
  }
  CSS.highlights.set("guide-finding", new Highlight(...ranges));
})();
