// What an editor and the office do with the real Plone client, from the draft to its deletion.
import { apiPath, exchange, isError, newClient, password, pathOf, signedIn, step } from "./steps.mjs";

const title = `Probe mit dem Plone-Client ${Date.now()}`;
const better = `${title}, verbessert`;
const word = "Sprechstundenkalender";

// --- login ------------------------------------------------------------------------------------
const visitor = newClient();
const editor = newClient();
await step("an editor logs in", editor, "login", { username: "weimar", password }, (data) => ({
  "a token": typeof data === "string" && data.split(".").length === 3,
}));
await step(
  "a wrong password is refused", newClient(), "login", { username: "weimar", password: "falsch" },
  (data) => ({ error: isError(data) }),
);
const office = await signedIn("koordination");

// --- create and read --------------------------------------------------------------------------
const created = await step(
  "an editor creates a draft", editor, "createContentMutation",
  { path: "/projekte/weimar", data: { "@type": "Experience", title, description: word } },
  (data, wire) => ({
    "its address": data["@id"]?.startsWith(`${apiPath}/erfahrungen/`),
    Location: wire.location === data["@id"],
    "@type": data["@type"] === "Experience",
    title: data.title === title,
    "a draft": data.review_state === "draft",
    UID: typeof data.UID === "string",
    parent: pathOf(data.parent?.["@id"]) === "/projekte/weimar",
  }),
);
const path = pathOf(created["@id"]);
await step(
  "a visitor does not know of the draft", visitor, "getContentQuery", { path },
  (data) => ({ error: isError(data) }),
);
const expand = ["actions", "breadcrumbs", "navigation", "types", "workflow"];
await step(
  "the editor reads it with expanders", editor, "getContentQuery", { path, expand },
  (data) => {
    const parts = data["@components"];
    return {
      title: data.title === title,
      "all are there": expand.every((name) => parts[name]),
      workflow: parts.workflow["@id"] === `${data["@id"]}/@workflow`,
      actions: Array.isArray(parts.actions.object),
      breadcrumbs: parts.breadcrumbs.items.length > 0,
      navigation: parts.navigation.items.length > 0,
      types: Array.isArray(parts.types),
      transitions: parts.workflow.transitions.length > 0,
      lock: data.lock.locked === false,
    };
  },
);

// --- update and lock --------------------------------------------------------------------------
await step("the editor locks it", editor, "createLockMutation", { path, data: {} }, (data) => ({
  locked: data.locked === true,
  token: typeof data.token === "string",
  creator: data.creator === "weimar",
  time: Boolean(data.time),
  timeout: Number.isInteger(data.timeout),
}));
const locked = await step("the lock can be read", editor, "getLockQuery", { path }, (data) => ({
  locked: data.locked === true,
  token: typeof data.token === "string",
}));
await step(
  "another one can't write meanwhile", office, "updateContentMutation",
  { path, data: { title: "Fremd" } }, (data) => ({ error: isError(data) }),
);
await step(
  "its holder can't either, without its token", editor, "updateContentMutation",
  { path, data: { title: "Selbst" } }, (data) => ({ error: isError(data) }),
);
await step(
  "the lock is refreshed", editor, "updateLockMutation",
  { path, locktoken: locked.token ?? "none" },
);
await step("the lock is given back", editor, "deleteLockMutation", { path }, (data) => ({
  free: data.locked === false,
}));
await step(
  "the editor updates it", editor, "updateContentMutation",
  { path, data: { title: better, description: `${word} für alle` } },
);
await step("the update is there", editor, "getContentQuery", { path }, (data) => ({
  title: data.title === better,
  "still a draft": data.review_state === "draft",
  free: data.lock.locked === false,
}));

const drafted = { SearchableText: better, review_state: ["draft", "in_review"], b_size: 5 };
await step(
  "the editor searches for the draft", editor, "getSearchQuery", { query: drafted },
  (data) => ({
    found: data.items.some((item) => item["@id"].endsWith(path) && item.title === better),
    state: data.items.every((item) => item.review_state === "draft"),
    total: data.items_total === data.items.length,
  }),
);
await step(
  "a visitor searches for it in vain", visitor, "getSearchQuery", { query: drafted },
  (data) => ({ nothing: data.items.length === 0 && data.items_total === 0 }),
);

// --- comments ---------------------------------------------------------------------------------
await step(
  "the office comments on it", office, "createCommentMutation",
  { path, data: { text: "Bitte noch den Ort nennen." } },
  (_data, wire) => ({ Location: wire.location?.includes("/@comments/") }),
);
const comments = await step("comments are read", editor, "getCommentsQuery", { path }, (data) => ({
  total: data.items_total === 1,
  text: data.items[0].text.data.includes("den Ort nennen"),
  author: data.items[0].author_username === "koordination",
  comment_id: typeof data.items[0].comment_id === "string",
}));
const comment_id = comments.items?.[0]?.comment_id ?? "0";
await step(
  "the office changes its comment", office, "updateCommentMutation",
  { path, comment_id, data: { text: "Bitte noch Ort und Tag nennen." } },
);
await step(
  "the editor answers", editor, "createCommentMutation",
  { path, reply_id: comment_id, data: { text: "Kommt." } },
  (_data, wire) => ({ Location: wire.location?.includes("/@comments/") }),
);
const said = await step(
  "the change and the answer are there", editor, "getCommentsQuery", { path }, (data) => ({
    changed: data.items.some((item) => item.text.data.includes("Ort und Tag")),
    answer: data.items.some((item) => item.in_reply_to === comment_id),
  }),
);
await step("what was answered is not deleted", office, "deleteCommentMutation",
  { path, comment_id }, (data) => ({ error: isError(data) }));
const answer = said.items?.find((item) => item.in_reply_to === comment_id)?.comment_id ?? "0";
await step("the editor deletes the answer", editor, "deleteCommentMutation",
  { path, comment_id: answer });
await step("the office deletes its comment", office, "deleteCommentMutation", { path, comment_id });

// --- workflow and search ----------------------------------------------------------------------
await step("an editor sees what may be done", editor, "getWorkflowQuery", { path }, (data) => ({
  state: data.state.id === "draft" && typeof data.state.title === "string",
  history: Array.isArray(data.history),
  transitions: data.transitions.every((one) => one["@id"].includes("/@workflow/") && one.title),
  submit: data.transitions.some((one) => one["@id"].endsWith("/@workflow/submit")),
  "not publish": !data.transitions.some((one) => one["@id"].endsWith("/@workflow/publish")),
}));
await step(
  "an editor may not publish", editor, "createWorkflowMutation", { path },
  (data) => ({ error: isError(data) }),
);
await step(
  "a visitor still does not know of it", visitor, "getContentQuery", { path },
  (data) => ({ error: isError(data) }),
);
await step("the office publishes it", office, "createWorkflowMutation", { path }, (data) => ({
  action: data.action === "publish",
  actor: data.actor === "koordination",
  state: data.review_state === "published",
  time: Boolean(data.time),
  title: typeof data.title === "string",
  comments: typeof data.comments === "string",
}));
await found();
await step(
  "the search below the project finds it", editor, "getSearchQuery",
  { query: { SearchableText: better, path: { query: "/projekte/weimar", depth: 2 } } },
  (data) => ({ found: data.items.some((item) => item.title === better) }),
);
await step(
  "the search below another project does not", editor, "getSearchQuery",
  { query: { SearchableText: better, path: { query: "/projekte/jena" } } },
  (data) => ({ "not found": data.items.every((item) => item.title !== better) }),
);

// --- history and revert -----------------------------------------------------------------------
await step(
  "an editor changes what is published", editor, "updateContentMutation",
  { path, data: { title: `${better} (neu)` } },
);
await step("its readers read what was published", await signedIn("jena"), "getContentQuery", { path },
  (data) => ({ title: data.title === better }));
const history = await step("history", editor, "getHistoryQuery", { path }, (data) => ({
  "newest first": data.length > 2 && data[0].time >= data.at(-1).time,
  entries: data.every((one) =>
    ["action", "actor", "comments", "time", "transition_title", "type"].every((key) => key in one)),
  actor: data.every((one) => typeof one.actor.id === "string" && "fullname" in one.actor),
  versions: data.some((one) => one.type === "versioning" && Number.isInteger(one.version)),
  workflow: data.some((one) => one.type === "workflow" && one.review_state === "published"),
}));
const versions = Array.isArray(history) ? history.filter((one) => one.type === "versioning") : [];
const oldest = versions.at(-1)?.version ?? 0;
await step("one version", editor, "getHistoryVersionedQuery", { path, version: oldest }, (data) => ({
  title: data.title === title,
  "@type": data["@type"] === "Experience",
}));
await step("version 0 is the first", editor, "getHistoryVersionedQuery", { path, version: 0 },
  (data) => ({ title: data.title === title }));
await step("the content as it was", editor, "getContentQuery", { path, version: String(oldest) },
  (data) => ({ title: data.title === title }));
await step(
  "revert", editor, "revertHistoryMutation", { path, data: { version: oldest } },
  (data) => ({ message: typeof data.message === "string" }),
);
await step("the draft is the old version", editor, "getContentQuery", { path }, (data) => ({
  title: data.title === title || data.title === better,
}));
await step("its readers do not read the reverted one", await signedIn("jena"), "getContentQuery",
  { path }, (data) => ({ title: data.title === better }));

// --- the way around ---------------------------------------------------------------------------
await step("breadcrumbs", editor, "getBreadcrumbsQuery", { path }, (data) => ({
  root: data.root === apiPath,
  "@id": data["@id"].endsWith("/@breadcrumbs"),
  "itself last": data.items.at(-1)["@id"] === created["@id"],
}));
await step("navigation", visitor, "getNavigationQuery", { path: "/", depth: 2 }, (data) => ({
  "@id": data["@id"] === `${apiPath}/@navigation`,
  guide: data.items.some((item) => item["@id"] === `${apiPath}/leitfaden`),
  topics: data.items.some((item) => item.items?.length > 0),
}));
await step("context navigation", visitor, "getContextNavigationQuery", { path: "/leitfaden" },
  (data) => ({ items: Array.isArray(data.items) }));
await step("types", editor, "getTypesQuery", undefined, (data) => ({
  "a list": Array.isArray(data),
  addable: data.some((type) => type.title && type.addable !== undefined
    && type["@id"] === `${apiPath}/@types/Experience`),
}));
await step("one type", editor, "getTypeQuery", { contentPath: "Experience" }, (data) => ({
  schema: data.type === "object" && "title" in data.properties,
  required: data.required.includes("title"),
  fieldsets: data.fieldsets.length > 0 && data.fieldsets[0].fields.includes("title"),
}));
await step("vocabularies", editor, "getVocabulariesListQuery", undefined, (data) => ({
  "a list": Array.isArray(data) && data.every((one) => one["@id"] && one.title),
}));
await step("actions", office, "getActionsQuery", { path }, (data) => ({
  categories: ["object", "object_buttons", "user"].every((name) => Array.isArray(data[name])),
  actions: data.object.every((one) => one.id && one.title && "icon" in one),
}));
await step("the site", visitor, "getSiteQuery", undefined, (data) => ({
  "@id": data["@id"] === `${apiPath}/@site`,
  title: typeof data["plone.site_title"] === "string",
}));

await step("the top of the navigation", editor, "getNavrootQuery", { path }, (data) => ({
  home: data.navroot["@id"] === apiPath,
}));
await step("what can be asked", visitor, "getQueryStringQuery", undefined, (data) => ({
  indexes: data.indexes.portal_type.operations.length > 0,
  sortable: "sortable_title" in data.sortable_indexes,
}));
await step(
  "the values of a field", editor, "getSourceQuery", { path, field: "topics" },
  (data) => ({ items: Array.isArray(data.items) && typeof data.items_total === "number" }),
);

// --- as Plone names it -------------------------------------------------------------------------
const page = await step(
  "a document of Plone's", editor, "createContentMutation",
  { path: "/projekte/weimar",
    data: { "@type": "Document", title: `${title} 3`, description: "Kurz." } },
  (data) => ({ ours: data["@type"] === "Experience", kept: data.description === "Kurz." }),
);
await step(
  "its description changes", editor, "updateContentMutation",
  { path: pathOf(page["@id"]), data: { description: "Noch kürzer." } },
);
await step(
  "the new description is there", editor, "getContentQuery", { path: pathOf(page["@id"]) },
  (data) => ({ kept: data.description === "Noch kürzer." }),
);
const news = await step(
  "a news item of Plone's", editor, "createContentMutation",
  { path: "/aktuelles", data: { "@type": "News Item", title: `${title} 4`, description: "Neu." } },
  (data) => ({ ours: data["@type"] === "News", kept: data.teaser === "Neu." }),
);
await step("the news is deleted", editor, "deleteContentMutation", { path: pathOf(news["@id"]) });

// --- delete -----------------------------------------------------------------------------------
const doomed = await step(
  "a draft to delete", editor, "createContentMutation",
  { path: "/projekte/weimar", data: { "@type": "Experience", title: `${title} (weg)` } },
);
await step("delete", editor, "deleteContentMutation", { path: pathOf(doomed["@id"]) });
await step("it is gone", editor, "getContentQuery", { path: pathOf(doomed["@id"]) },
  (data) => ({ error: isError(data) }));
await step("what was published is not deleted", editor, "deleteContentMutation", { path },
  (data) => ({ error: isError(data) }));

// --- one account, the whole way ---------------------------------------------------------------
const own = await step(
  "the office writes itself", office, "createContentMutation",
  { path: "/projekte/koordinierungsstelle", data: { "@type": "Experience", title: `${title} 2` } },
  (data) => ({ "a draft": data.review_state === "draft" }),
);
const ownPath = pathOf(own["@id"]);
await step(
  "alone it says why", office, "createWorkflowMutation", { path: ownPath },
  (data) => ({ error: isError(data), how: data.message.includes("comment") }),
);
await step(
  "with a reason it is published", office, "createWorkflowMutation",
  { path: ownPath, data: { comment: "Die zweite Person ist im Urlaub." } },
  (data) => ({ state: data.review_state === "published", reason: data.comments.includes("Urlaub") }),
);
await step(
  "it is changed", office, "updateContentMutation", { path: ownPath, data: { title: `${title} 3` } },
);
await step(
  "a second person needs no reason", await signedIn("pruefung"), "createWorkflowMutation",
  { path: ownPath }, (data) => ({ state: data.review_state === "published" }),
);

/** Asks until the feed has brought the entry into the index. */
async function found() {
  const query = { SearchableText: better, metadata_fields: ["UID", "kind"], b_size: 5 };
  for (let tries = 0; tries < 60; tries += 1) {
    const { data } = await exchange(editor, "getSearchQuery", { query });
    if (data?.items?.some((item) => item.title === better)) break;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  await step("the search finds it", editor, "getSearchQuery", { query }, (data) => ({
    found: data.items.some((item) => item.title === better && item.UID === created.UID),
    total: data.items_total >= 1,
  }));
}
