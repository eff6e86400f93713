/* Which page is shown: the address after the # is the path of the guide, "#/erfahrungen/...". */
import { ApiError, local, read } from "./api.js";
import { h } from "./dom.js";
import { METADATA, empty, original, page } from "./pages.js";
import { search } from "./search.js";
import { suggestions } from "./suggest.js";

const main = document.querySelector("main");
const form = document.querySelector("#suche");
const NAME = document.title;
let asking = new AbortController();
let isFirst = true;

/** Shows what the address says. A page that was asked for before and comes late is not shown. */
async function show() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const before = document.activeElement;
  main.setAttribute("aria-busy", "true");
  let elements;
  try {
    elements = await contents(path || "leitfaden", new URLSearchParams(query), signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    elements = failure(error);
  }
  if (signal.aborted) return;
  main.replaceChildren(...elements.flat().filter(Boolean));
  main.removeAttribute("aria-busy");
  announce(document.activeElement === before || document.activeElement === document.body);
}

async function contents(path, query, signal) {
  if (path === "suche") {
    form.elements.q.value = query.get("q") ?? "";
    return search(query, signal);
  }
  const content = await read(path, { metadata_fields: METADATA, expand: "breadcrumbs", b_size: 20 }, signal);
  return [breadcrumbs(content["@components"].breadcrumbs.items), ...page(content), original(path)];
}

function breadcrumbs(items) {
  if (items.length < 2) return null;
  const above = items.slice(0, -1);
  return h("nav", { "aria-label": "Sie sind hier" }, h("ol", { class: "breadcrumbs" },
    above.map((item) => h("li", {}, h("a", { href: local(item["@id"]) ?? item["@id"] }, item.title)))));
}

function failure(error) {
  if (!(error instanceof ApiError)) throw error; // a fault of this program: not to be hidden
  if (error.status === 404) {
    return [h("h1", { tabindex: "-1" }, "Das gibt es hier nicht"),
      empty("Vielleicht wurde es zurückgezogen oder umbenannt. ", h("a", { href: "#/leitfaden" }, "Zu den Kapiteln"))];
  }
  return [h("h1", { tabindex: "-1" }, "Das ließ sich nicht laden"), empty(error.message),
    h("button", { onclick: show }, "Noch einmal versuchen")];
}

/** Who can't see that the page has changed is told: title, focus, and a word of the screen reader.
    Who went on to something else while it was loading, the search field, say, stays there. */
function announce(moveFocus) {
  const title = main.querySelector("h1");
  document.title = title.textContent === NAME ? NAME : `${title.textContent} – ${NAME}`;
  if (!isFirst) {
    scrollTo(0, 0);
    if (moveFocus) title.focus({ preventScroll: true });
  }
  isFirst = false;
  document.querySelector("#status").textContent = title.textContent;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const address = `#/suche?${new URLSearchParams({ q: form.elements.q.value.trim() })}`;
  if (location.hash === address) show();
  else location.hash = address;
});
suggestions(form.elements.q, (taken) => {
  const place = local(taken.url);
  if (place === null) location.assign(taken.url);
  else location.hash = place;
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address after the # is the page, and stays
  main.focus();
});
addEventListener("hashchange", show);
show();
