/* Making elements. No text of the API is ever put together to HTML here. */
import { SITE, local } from "./api.js";

/** An element: h("a", { href: "#/" }, "Start"). Texts become text nodes, so nothing in them can
    be markup. Children that are null or false are left out; an attribute too, if undefined. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

const ALLOWED = new Set(
  ["P", "BR", "HR", "H2", "H3", "H4", "UL", "OL", "LI", "B", "STRONG", "I", "EM", "MARK", "BLOCKQUOTE", "A", "IMG"],
);
const DROPPED = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "MATH"]);

/** Rich text of the API as elements. The guide cleans what its editors write, and so its HTML is
    safe. We don't rely on that: a front end that trusts what comes over the wire is only as safe
    as every server on the way. DOMParser makes a document in which no script runs and no image
    loads; of it we copy the elements that we know, without their attributes. */
export function rich(html) {
  const parsed = new DOMParser().parseFromString(html ?? "", "text/html");
  return copies(parsed.body);
}

function copies(parent) {
  return Array.from(parent.childNodes, copy).flat();
}

function copy(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE || DROPPED.has(node.tagName.toUpperCase())) return [];
  if (!ALLOWED.has(node.tagName)) return copies(node);
  return [h(node.tagName, attributes(node), ...copies(node))];
}

function attributes(node) {
  if (node.tagName === "A") return { href: address(node, "href", ["http:", "https:", "mailto:", "tel:"]) };
  if (node.tagName !== "IMG") return {};
  return { src: address(node, "src", ["http:", "https:"]), alt: node.getAttribute("alt") ?? "", loading: "lazy" };
}

/** A link may lead on, but never be a script ("javascript:"); to the guide it leads to us. */
function address(node, name, protocols) {
  const written = node.getAttribute(name) ?? "";
  if (!URL.canParse(written, `${SITE}/`)) return undefined;
  const url = new URL(written, `${SITE}/`);
  if (!protocols.includes(url.protocol)) return undefined;
  return (name === "href" && local(url.href)) || url.href;
}

/** "2026-02-01" or a point in time, as Germans write it. */
export function day(value) {
  return value ? new Date(value).toLocaleDateString("de-DE", { timeZone: value.length > 10 ? undefined : "UTC" }) : "";
}
