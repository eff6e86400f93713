// While somebody writes a title: what is like it already, to be read or added to. Asks the address
// in the field's data-similar; where that does not answer, nothing is shown. Saving never waits.
(() => {
  "use strict";
  const PAUSE = 600;
  const SHORTEST = 8;

  // The first words of the text: Wagtail's editor keeps them as JSON in a hidden field.
  function textOf(form) {
    const field = form.querySelector("[name=body]");
    try {
      return JSON.parse(field.value).blocks.map((block) => block.text).join(" ").slice(0, 500);
    } catch {
      return "";
    }
  }

  function newTab(text, url) {
    const link = document.createElement("a");
    const note = document.createElement("span");
    link.href = url;
    link.target = "_blank";
    link.rel = "noopener";
    link.append(text);
    note.className = "visually-hidden w-sr-only";
    note.textContent = " (in neuem Fenster)";
    link.append(note);
    return link;
  }

  function row(entry) {
    const item = document.createElement("li");
    item.append(newTab(entry.title, entry.url), ` ${entry.facts}`);
    if (entry.supplement_url) item.append(" · ", newTab("dort ergänzen", entry.supplement_url));
    return item;
  }

  function watch(title) {
    const form = title.form;
    const box = document.createElement("div");
    const status = document.createElement("p");
    const list = document.createElement("ul");
    let timer = 0;
    let asked = "";
    let request = null;

    box.className = "similar";
    status.setAttribute("role", "status");
    list.hidden = true;
    box.append(status, list);
    title.insertAdjacentElement("afterend", box);

    function show(entries) {
      const said = entries.length === 0 ? "" : "Ähnliches gibt es schon:";
      // Said once, not again with every letter.
      if (status.textContent !== said) status.textContent = said;
      list.replaceChildren(...entries.map(row));
      list.hidden = entries.length === 0;
    }

    function ask() {
      const written = title.value.trim();
      const text = textOf(form);
      if (`${written}\n${text}` === asked) return;
      asked = `${written}\n${text}`;
      if (request) request.abort();
      if (written.length < SHORTEST) {
        show([]);
        return;
      }
      request = new AbortController();
      const sent = { title: written, text, entry: title.dataset.similarEntry || "" };
      fetch(title.dataset.similar, {
        method: "POST",
        body: new URLSearchParams(sent),
        headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
        signal: request.signal,
      })
        .then((answer) => (answer.ok ? answer.json() : { entries: [] }))
        .then((answer) => show(answer.entries))
        .catch(() => {});
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    }

    form.addEventListener("input", later);
    form.addEventListener("keyup", later);
    if (title.value) later();
  }

  document.querySelectorAll("[data-similar]").forEach(watch);
})();
