/* Small comforts. Every page works without this file. */
"use strict";

/* Suggestions while somebody types: a combobox after the ARIA pattern.
   The field's data-suggest holds the address that answers
   {"suggestions": [{text, url, group, note}]}, those of a group one after the other. */
function suggestions(input) {
  const list = document.createElement("div");
  const status = document.createElement("p");
  let timer = 0;
  let request = null;
  let active = -1;

  list.id = `${input.id}-vorschlaege`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Vorschläge");
  list.hidden = true;
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  input.parentNode.append(list, status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(items) {
    const groups = new Map();
    items.forEach((item, index) => {
      if (!groups.has(item.group)) groups.set(item.group, []);
      groups.get(item.group).push(option(item, index));
    });
    list.replaceChildren(...Array.from(groups, ([title, rows]) => group(title, rows)));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
    status.textContent = items.length === 0 ? "Keine Vorschläge" :
      items.length === 1 ? "Ein Vorschlag" : `${items.length} Vorschläge`;
  }

  function group(title, rows) {
    const box = document.createElement("div");
    const heading = document.createElement("div");
    heading.className = "suggestions__group";
    heading.textContent = title;
    heading.setAttribute("aria-hidden", "true");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", title);
    box.append(heading, ...rows);
    return box;
  }

  function option(item, index) {
    const row = document.createElement("div");
    row.id = `${list.id}-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    row.dataset.url = item.url;
    row.append(item.text);
    if (item.note) {
      const note = document.createElement("span");
      note.className = "suggestions__note";
      note.textContent = item.note;
      row.append(" ", note);
    }
    return row;
  }

  function options() {
    return Array.from(list.querySelectorAll("[role=option]"));
  }

  function mark(index) {
    const rows = options();
    active = (index + rows.length) % rows.length;
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === active)));
    input.setAttribute("aria-activedescendant", rows[active].id);
    rows[active].scrollIntoView({ block: "nearest" });
  }

  function ask() {
    const text = input.value.trim();
    if (request) request.abort();
    if (text.length < 2) {
      close();
      return;
    }
    request = new AbortController();
    fetch(`${input.dataset.suggest}?q=${encodeURIComponent(text)}`, { signal: request.signal })
      .then((answer) => (answer.ok ? answer.json() : { suggestions: [] }))
      .then((answer) => (document.activeElement === input ? show(answer.suggestions) : close()))
      .catch((error) => {
        if (error.name !== "AbortError") close();  // the next question is on its way
      });
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(active + 1);
    else if (event.key === "ArrowUp") mark(active < 0 ? options().length - 1 : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) {
      window.location.assign(options()[active].dataset.url);
    } else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    const row = event.target.closest("[role=option]");
    event.preventDefault();
    if (row) window.location.assign(row.dataset.url);
  });
  input.addEventListener("blur", close);
}

document.querySelectorAll("input[data-suggest]").forEach(suggestions);

/* A part of a page that comes when its place is nearly seen: in place of the link to it. Where
   there is nothing to show, it goes; where it cannot be had, the link stays. */
function part(section) {
  const observer = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    observer.disconnect();
    fetch(section.dataset.part)
      .then((answer) => (answer.ok ? answer.text() : Promise.reject(answer)))
      .then((html) => {
        if (html.trim()) section.lastElementChild.outerHTML = html;
        else section.remove();
      })
      .catch(() => {});
  }, { rootMargin: "400px" });
  observer.observe(section);
}

document.querySelectorAll("[data-part]").forEach(part);

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});
