/* Asking the API. Knows nothing of the screen. */
import { API } from "./config.js";

/** The public site that the API belongs to. */
export const SITE = API.replace(/\/api$/, "");

/** An answer that is an error; status 0: there was no answer at all. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Reads a path below the API, or a whole address that an answer named (batching.next).
    Values of `parameters` may be lists. Raises ApiError, and AbortError if `signal` says so. */
export async function read(path, parameters = {}, signal = undefined) {
  const url = new URL(path.startsWith(API) ? path : `${API}/${path}`);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) url.searchParams.append(name, one);
  }
  let answer;
  try {
    // No caching of our own: every answer carries an ETag and "no-cache", so the browser keeps
    // it, asks again with If-None-Match, and an unchanged page costs an empty 304.
    answer = await fetch(url, { headers: { Accept: "application/json" }, signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, "Der Leitfaden ist gerade nicht zu erreichen.");
  }
  const data = await answer.json().catch(() => null);
  if (answer.ok && data !== null) return data;
  throw new ApiError(answer.status, data?.message ?? "Der Leitfaden hat keine lesbare Antwort gegeben.");
}

/** Where this front end shows an address of the API or of the public site, as "#/path"; null if
    it is neither (or a file). What stands on another thing's page ("...#beschluss-1") is there. */
export function local(address) {
  const url = new URL(address, `${SITE}/`);
  url.hash = "";
  const found = [API, SITE].find((root) => `${url.href}/`.startsWith(`${root}/`));
  const path = found === undefined ? null : url.href.slice(found.length).replace(/^\/+|\/+(?=$|\?)/g, "");
  return path === null || /^(documents|media|images|static|admin)\//.test(path) ? null : `#/${path}`;
}
