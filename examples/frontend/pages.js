/* What each kind of content looks like: every function makes elements of one answer. */
import { SITE, local, read } from "./api.js";
import { API } from "./config.js";
import { day, h, rich } from "./dom.js";

const KINDS = { good: "Gute Erfahrung", bad: "Schlechte Erfahrung", neutral: "Neutraler Punkt", discussion: "Diskussion" };
const VERDICTS = { proven: "bewährt", partly: "teils", not_proven: "nicht bewährt", open: "noch offen" };
const STATES = { open: "offen", done: "erledigt", deferred: "vertagt", dropped: "verworfen" };
/** Fields of rich text and of plain text that any type may have, in the order to read them in. */
const TEXTS = [["introduction", ""], ["teaser", ""], ["body", ""], ["programme", "Programm"], ["summary", ""],
  ["material", "Material"], ["plenary", "Plenum"]];

/** The page of what stands at a path of the guide. */
export function page(content) {
  const own = { Guide: guide, Topic: topic, Experience: experience }[content["@type"]] ?? other;
  return [h("h1", { tabindex: "-1" }, content.title), ...own(content).flat()];
}

function guide(content) {
  return [introduction(content), content.topics.length ? chapters(content.topics)
    : empty("Im Leitfaden steht noch nichts. Sobald etwas veröffentlicht ist, ist es hier zu lesen.")];
}

function topic(content) {
  return [introduction(content), content.topics.length ? chapters(content.topics) : null,
    section("Erfahrungen", content.items.length ? listing(content)
      : empty("Zu diesem Thema gibt es noch keine Erfahrung.")),
    outcomes(content)];
}

function chapters(topics) {
  return h("ul", { class: "chapters" }, topics.map((one) =>
    h("li", {}, link(one), " ", h("small", {}, one.count === 1 ? "ein Eintrag" : `${one.count} Einträge`),
      one.topics.length ? chapters(one.topics) : null)));
}

function experience(content) {
  const steps = [["Wie es war", content.situation], ["Was wir getan haben", content.approach],
    ["Was daraus wurde", content.result], ["Was wir gelernt haben", content.lesson]];
  return [
    h("p", { class: "facts" }, h("span", { class: `kind ${content.kind}` }, KINDS[content.kind]), " ",
      content.project ? link(content.project) : "ein Projekt", content.date ? ` · ${day(content.date)}` : null),
    h("div", { class: "text" }, rich(content.body.data)),
    steps.filter(([, text]) => text).map(([title, text]) => section(title, h("p", { class: "text lines" }, text))),
    sides(content.arguments),
    content.supplements.length ? section("Was andere Projekte dazu sagen", h("ul", { class: "plain" },
      content.supplements.map((one) => h("li", {}, h("p", {}, h("strong", {}, one.project?.title ?? "ein Projekt"),
        one.verdict ? `: ${VERDICTS[one.verdict]}` : null), h("div", { class: "text" }, rich(one.text.data)))))) : null,
    content.topics.length ? section("Themen", links(content.topics)) : null,
    content.sources.length ? section("Woher das kommt", links(content.sources)) : null,
  ];
}

function sides(all) {
  return [["pro", "Dafür spricht"], ["contra", "Dagegen spricht"]].map(([side, title]) => {
    const said = all.filter((one) => one.side === side);
    return said.length ? section(title, h("ul", {}, said.map((one) => h("li", {}, one.text)))) : null;
  });
}

/** Any other type: its texts and what it holds. New types of the guide need nothing here. */
function other(content) {
  const texts = TEXTS.filter(([name]) => content[name]?.data ?? content[name]);
  return [content.date ? h("p", { class: "facts" }, [day(content.date), content.place].filter(Boolean).join(", ")) : null,
    texts.map(([name, title]) => {
      const value = content[name];
      const text = value.data === undefined ? h("p", { class: "text lines" }, value)
        : h("div", { class: "text" }, rich(value.data));
      return title ? section(title, text) : text;
    }),
    texts.length ? null : h("p", { class: "text" }, content.description),
    content.items?.length ? section("Was dazugehört", listing(content)) : null, outcomes(content)];
}

function outcomes(content) {
  return content.outcomes?.length ? section("Beschlossen und weiterverfolgt", h("ul", {}, content.outcomes.map((one) =>
    h("li", {}, one.text, " ", h("small", {}, STATES[one.state] ?? "", one.due_date ? ` · bis ${day(one.due_date)}` : ""))))) : null;
}

// --- lists ---------------------------------------------------------------------------------------

/** What the items of a list are asked for with, beside what each has anyway. */
export const METADATA = ["kind", "project", "date"];

/** The items of an answer, and a button that fetches the next ones while there are any. */
export function listing(answer) {
  const list = h("ul", { class: "plain hits" }, answer.items.map(row));
  const more = h("button", { class: "quiet" }, "Mehr anzeigen");
  let next = answer.batching?.next;
  more.addEventListener("click", async () => {
    more.disabled = true;
    try {
      const following = await read(next);
      const rows = following.items.map(row);
      list.append(...rows);
      next = following.batching?.next;
      rows[0]?.querySelector("a").focus();
      if (!next) more.remove();
    } catch {
      more.textContent = "Das ging nicht. Noch einmal versuchen";
    }
    more.disabled = false;
  });
  return [list, next ? more : null];
}

function row(item) {
  const place = local(item["@id"]);
  const facts = [item.kind in KINDS ? h("span", { class: `kind ${item.kind}` }, KINDS[item.kind]) : null,
    [item.project?.title, day(item.date)].filter(Boolean).join(" · ")];
  return h("li", {},
    h("h3", {}, h("a", { href: place ?? item["@id"] }, item.highlight ? rich(item.highlight.title) : item.title)),
    h("p", { class: "facts" }, facts),
    h("p", { class: "text" }, item.highlight ? rich(item.highlight.fragment) : rest(item)));
}

/** Many an entry says in its first sentence what its title says. */
function rest(item) {
  return item.description.startsWith(item.title) ? item.description.slice(item.title.length).replace(/^[\s.:;,–-]+/, "") : item.description;
}

// --- small parts ---------------------------------------------------------------------------------

export function section(title, ...content) {
  return h("section", {}, h("h2", {}, title), ...content);
}

/** A sentence that helps where there is nothing to show. */
export function empty(...sentence) {
  return h("p", { class: "empty" }, ...sentence);
}

function introduction(content) {
  return content.introduction ? h("p", { class: "lead lines" }, content.introduction) : null;
}

function link(item) {
  return h("a", { href: local(item["@id"]) ?? item["@id"] }, item.title);
}

function links(items) {
  return h("ul", {}, items.map((item) => h("li", {}, link(item))));
}

/** The same thing on the guide's own site; `path` as in the API. */
export function original(path) {
  return h("p", { class: "original" }, h("a", { href: `${SITE}/${path}/` }, "Im Leitfaden selbst lesen"),
    " · ", h("a", { href: `${API}/${path}` }, "Als Daten (JSON)"));
}
