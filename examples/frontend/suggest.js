/* Suggestions while somebody types: a combobox after the ARIA pattern. */
import { read } from "./api.js";
import { h } from "./dom.js";

const PAUSE = 200; // milliseconds without a key before the API is asked

/** Puts suggestions to `input`; `choose(suggestion)` is called with the one that is taken. */
export function suggestions(input, choose) {
  const list = h("ul", { id: "vorschlaege", role: "listbox", "aria-label": "Vorschläge", hidden: "" });
  const status = h("p", { class: "unseen", role: "status" });
  let found = [];
  let active = -1;
  let timer = 0;
  let asking = new AbortController();

  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false",
  })) input.setAttribute(name, value);

  function show(items) {
    [found, active] = [items, -1];
    list.replaceChildren(...items.map((item, index) =>
      h("li", { id: `vorschlag-${index}`, role: "option", "aria-selected": "false" },
        item.text, h("small", {}, [item.type, item.note].filter(Boolean).join(" · ")))));
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    asking.abort(); // an answer that comes late would open the list again
    show([]);
    status.textContent = "";
  }

  function mark(index) {
    active = (index + found.length) % found.length;
    [...list.children].forEach((row, i) => row.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", `vorschlag-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function take(index) {
    const taken = found[index];
    close();
    choose(taken);
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    try {
      const answer = await read("@suggest", { q: input.value }, asking.signal);
      show(answer.suggestions);
      status.textContent = found.length === 1 ? "Ein Vorschlag" : `${found.length || "Keine"} Vorschläge`;
    } catch {
      show([]); // without suggestions one can search all the same
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) close();
    else timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? found.length - 1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) take(active);
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the field keeps the focus until the row is taken
    const row = event.target.closest("[role=option]");
    if (row) take([...list.children].indexOf(row));
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
}
