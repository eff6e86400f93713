// Every query and mutation of the package, once, as the office: what each is answered.
import { apiPath, exchange, isError, newClient, pathOf, signedIn } from "./steps.mjs";

const office = await signedIn("koordination");
const editor = await signedIn("weimar");

async function draft(title) {
  const data = { "@type": "Experience", title };
  const seen = await exchange(editor, "createContentMutation", { path: "/projekte/weimar", data });
  return pathOf(seen.data?.["@id"]);
}
const path = await draft("Probe mit jedem Aufruf");
const second = await draft("Probe zum Verschieben");
const good = await draft("Probe zum Veröffentlichen");
const doomed = await draft("Probe zum Löschen");
const comment = await exchange(office, "createCommentMutation", { path, data: { text: "Probe" } });
const comment_id = comment.location?.split("/").pop() ?? "0";

const text = "Probe";
const query = [{ i: "portal_type", o: "plone.app.querystring.operation.selection.any",
  v: ["Experience"] }];
const items = [{ path: "/alte-probe" }];
const rootItems = [{ path: "/alte-probe-2", "redirect-to": path }];
const relation = { relation: "related", source: path, target: second };
const groupId = "Probe";
const userId = "koordination";
const email = "probe@example.org";
const new_password = "Ein-neues-Kennwort-7";
const old_password = process.env.THINKA_DEMO_PASSWORD;
const addonId = "plone.session";
const version = 0;
let locktoken = "none";

/** What each is called with (undefined: nothing), or what makes it. In this order. */
const CALLS = {
  getContentQuery: { path, expand: ["workflow"], fullObjects: true },
  createContentMutation: { path: "/projekte/weimar", data: { "@type": "Experience", title: text } },
  updateContentMutation: { path, data: { title: "Probe mit jedem Aufruf, zweite Fassung" } },
  getBreadcrumbsQuery: { path },
  getNavigationQuery: { path: "/", depth: 2 },
  getContextNavigationQuery: { path },
  getActionsQuery: { path },
  getNavrootQuery: { path },
  getSearchQuery: { query: { SearchableText: "Sprechstunde", sort_on: "effective" } },
  getQuerystringSearchQuery: { query },
  postQuerystringSearchMutation: { data: { b_size: "5", query } },
  getQueryStringQuery: undefined,
  getTypesQuery: undefined,
  getTypeQuery: { contentPath: "Experience" },
  getTypeFieldQuery: { contentFieldPath: "Experience/title" },
  createTypeFieldMutation: { contentPath: "Experience",
    data: { title: text, description: text, factory: "Textline" } },
  updateTypeFieldMutation: { contentPath: "Experience/title", data: { title: text } },
  getVocabulariesListQuery: undefined,
  getVocabulariesQuery: { path: "topics" },
  getSourceQuery: { path, field: "topics" },
  getQuerysourceQuery: { path, field: "topics", query: "Öff" },
  getWorkflowQuery: { path },
  getHistoryQuery: { path },
  getHistoryVersionedQuery: { path, version },
  revertHistoryMutation: { path, data: { version } },
  getLockQuery: { path },
  createLockMutation: { path, data: { stealable: false, timeout: 600 } },
  updateLockMutation: () => ({ path, locktoken }),
  deleteLockMutation: { path, data: { force: true } },
  getCommentsQuery: { path },
  createCommentMutation: { path, data: { text } },
  updateCommentMutation: { path, comment_id, data: { text } },
  deleteCommentMutation: { path, comment_id },
  createWorkflowMutation: { path: good, data: { comment: "Gelesen." } },
  createWorkingcopyMutation: { path: good },
  getWorkingcopyQuery: { path: good },
  checkInWorkingcopyMutation: { path: good },
  deleteWorkingcopyMutation: { path: good },
  copyMutation: { path: "/projekte/weimar", data: { source: second } },
  moveMutation: { path: "/projekte/jena", data: { source: [second] } },
  deleteContentMutation: { path: doomed },
  getAliasesQuery: { path },
  createAliasesMutation: { path, data: { items } },
  deleteAliasesMutation: { path, data: { items } },
  getAliasesListQuery: undefined,
  createAliasesMultipleMutation: { data: { items: rootItems } },
  getRelationsListQuery: undefined,
  getRelationsQuery: { source: path },
  createRelationsMutation: { data: { items: [relation] } },
  deleteRelationsMutation: { data: { items: [relation] } },
  fixRelationsMutation: undefined,
  getLinkintegrityQuery: { uids: "experience-1" },
  getUsersQuery: { query: "wei", limit: 5 },
  getUserQuery: { userId },
  createUserMutation: { data: { username: email, email, sendPasswordReset: true,
    roles: ["partner"] } },
  updateUserMutation: { userId, data: { fullname: "Kira Koordination" } },
  deleteUserMutation: { userId: email },
  resetPasswordMutation: { userId: "niemand" },
  resetPasswordWithTokenMutation: { userId, data: { reset_token: "probe", new_password } },
  updatePasswordMutation: { userId, data: { old_password, new_password } },
  createGroupMutation: { data: { groupname: groupId, users: ["weimar"] } },
  getGroupsQuery: undefined,
  getGroupQuery: { groupId },
  updateGroupMutation: { groupId, data: { description: text } },
  deleteGroupMutation: { groupId },
  getRolesQuery: undefined,
  getPrincipalsQuery: { search: "wei" },
  getUserschemaQuery: undefined,
  getSiteQuery: undefined,
  getAddonsQuery: undefined,
  getAddonQuery: { addonId },
  installAddonMutation: { addonId },
  installProfileAddonMutation: { addonId, profile: "default" },
  uninstallAddonMutation: { addonId },
  upgradeAddonMutation: { addonId },
  getControlpanelsQuery: undefined,
  getControlpanelQuery: { path: "editing" },
  createControlpanelMutation: { path: "editing", data: {} },
  updateControlpanelMutation: { path: "editing", data: {} },
  deleteControlpanelMutation: { path: "editing", data: {} },
  getRegistriesQuery: undefined,
  getRegistryQuery: { registryName: "plone.site_title" },
  updateRegistryMutation: { data: {} },
  getRulesQuery: undefined,
  createRuleMutation: { ruleId: "probe" },
  updateRulesMutation: { data: {} },
  deleteRulesMutation: { data: { rules_ids: [] } },
  getDatabaseQuery: undefined,
  getSystemQuery: undefined,
  getTransactionsQuery: undefined,
  revertTransactionsMutation: { data: { transaction_ids: [] } },
  getUpgradeQuery: undefined,
  runUpgradeMutation: { data: { dry_run: true } },
  emailNotificationMutation: { data: { name: text, from: "a@example.org", subject: text,
    message: text } },
  emailSendMutation: { data: { name: text, from: "a@example.org", to: "b@example.org",
    subject: text, message: text } },
  getTranslationQuery: { path },
  linkTranslationMutation: { path, data: { id: second } },
  unlinkTranslationMutation: { path, data: { language: "de" } },
  loginMutation: { username: "weimar", password: process.env.THINKA_DEMO_PASSWORD },
};

for (const [name, args] of Object.entries(CALLS)) {
  const seen = await exchange(office, name, typeof args === "function" ? args() : args);
  if (name === "createLockMutation") locktoken = seen.data?.token ?? locktoken;
  const { call, method, path: sent, status, broken } = seen;
  const error = status >= 400 ? { error: isError(seen.data ?? {}) } : {};
  const address = sent?.replace(new URL(apiPath).pathname + "/++api++", "");
  console.log(JSON.stringify({ call, method, path: address, status, broken, checks: error }));
}
const all = Object.keys(newClient()).filter((name) => /(Query|Mutation)$/.test(name));
console.log(JSON.stringify({ call: "all", names: all }));
