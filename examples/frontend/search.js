/* The page of the search: what was found, and by what it can be narrowed. */
import { read } from "./api.js";
import { h } from "./dom.js";
import { METADATA, empty, listing, section } from "./pages.js";

/** The facets of the API that this page offers, in this order; there are more. */
const FACETS = ["art", "thema", "projekt", "jahr"];
const ROWS_OF_FACET = 8;

/** The page for these parameters: `q`, and any of FACETS, each as often as you like. */
export async function search(asked, signal) {
  const filters = Object.fromEntries(FACETS.map((name) => [name, asked.getAll(name)]));
  const answer = await read("@search", {
    SearchableText: asked.get("q") ?? "", facets: 1, highlights: 1, b_size: 10, metadata_fields: METADATA, ...filters,
  }, signal);
  const count = answer.items_total;
  const title = count === 1 ? "Ein Treffer" : `${count ? count.toLocaleString("de-DE") : "Keine"} Treffer`;
  return [
    h("h1", { tabindex: "-1" }, asked.get("q") ? `${title} für „${asked.get("q")}“` : title),
    answer.degraded ? h("p", { class: "empty" }, "Die Suche läuft gerade einfacher als sonst.") : null,
    answer.did_you_mean ? h("p", {}, "Meinten Sie ",
      h("a", { href: address(asked, (to) => to.set("q", answer.did_you_mean)) }, answer.did_you_mean), "?") : null,
    h("div", { class: "columns" },
      h("div", {}, h("h2", { class: "unseen" }, "Treffer"), count ? listing(answer) : nothing()),
      h("div", { class: "facets" }, chosen(asked, answer.facets), FACETS.map((name) => facet(name, asked, answer.facets[name])))),
  ];
}

function nothing() {
  return empty("Dazu steht noch nichts im Leitfaden. Versuchen Sie es mit einem anderen oder kürzeren Wort, oder sehen Sie ",
    h("a", { href: "#/leitfaden" }, "in den Kapiteln"), " nach.");
}

/** What narrows the search now; a click takes it away. */
function chosen(asked, facets) {
  const rows = FACETS.flatMap((name) => asked.getAll(name).map((token) => {
    const title = facets[name]?.items.find((item) => item.token === token)?.title ?? token;
    const without = address(asked, (to) => {
      const kept = asked.getAll(name).filter((other) => other !== token);
      to.delete(name);
      kept.forEach((other) => to.append(name, other));
    });
    return h("li", {}, h("a", { href: without, "aria-label": `Filter ${title} aufheben` }, `${title} ✕`));
  }));
  return rows.length ? section("Gefiltert nach", h("ul", { class: "plain chosen" }, rows)) : null;
}

function facet(name, asked, found) {
  const rows = (found?.items ?? []).filter((item) => !asked.getAll(name).includes(item.token)).slice(0, ROWS_OF_FACET);
  return rows.length ? section(found.title, h("ul", { class: "plain" }, rows.map((item) => h("li", {},
    h("a", { href: address(asked, (to) => to.append(name, item.token)) }, item.title), " ", h("small", {}, item.count))))) : null;
}

function address(asked, change) {
  const to = new URLSearchParams(asked);
  change(to);
  return `#/suche?${to}`;
}
