// A client of the real package, and what it does, one JSON line for each step on standard output.
import diagnostics from "node:diagnostics_channel";
import PloneClient from "@plone/client";

export const apiPath = process.env.API_PATH;
export const password = process.env.THINKA_DEMO_PASSWORD;

// What went over the wire last: the package's callers see only the answer's data.
let wire = {};
diagnostics.subscribe("http.client.response.finish", ({ request, response }) => {
  wire = {
    method: request.method,
    path: request.path,
    status: response.statusCode,
    location: response.headers.location ?? null,
  };
});

export function newClient() {
  return PloneClient.initialize({ apiPath });
}

/** A client that is signed in as `username`, or a visitor's if that fails. */
export async function signedIn(username) {
  const client = newClient();
  await exchange(client, "login", { username, password });
  return client;
}

/** Calls a method of the package by its name: a query, a mutation, or login. */
export function call(client, name, args) {
  if (name.endsWith("Query")) return client[name](args ?? {}).queryFn();
  if (name.endsWith("Mutation")) return client[name]().mutationFn(args ?? {});
  return client[name](args);
}

/** One call: what was sent and answered. Nothing is thrown for an answer that is an error. */
export async function exchange(client, name, args) {
  wire = {};
  let data, broken;
  try {
    data = await call(client, name, args);
  } catch (error) {
    data = error.response?.data;
    if (!error.response) broken = String(error);
  }
  return { call: name, ...wire, data, broken };
}

/**
 * One step: a call, and what its answer must be. Prints the step; returns the answer's data.
 * `checks(data, wire)` answers an object of names and whether they hold.
 */
export async function step(title, client, name, args, checks = () => ({})) {
  const seen = await exchange(client, name, args);
  let held;
  try {
    held = seen.broken ? { [seen.broken]: false } : checks(seen.data ?? {}, seen);
  } catch (error) {
    held = { [String(error)]: false };
  }
  const failed = Object.keys(held).filter((check) => !held[check]);
  const { call: name_, method, path, status } = seen;
  const line = { step: title, call: name_, method, path, status, checks: held };
  // The answer itself only where it is not what it should be.
  if (failed.length || status >= 400) line.answer = seen.data;
  console.log(JSON.stringify(line));
  return seen.data ?? {};
}

/** The path of the guide that an `@id` of the API names. */
export function pathOf(id) {
  return (id ?? "").replace(apiPath, "");
}

export const isError = (data) =>
  typeof data.type === "string" && typeof data.message === "string";
