/**
 * Turns what an API route returned into data for a page.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { toJson } from "../http/json.ts";
import { isReply } from "../../plugin/reply.ts";
import { checkInit, respond } from "../http/respond.ts";

/**
 * Takes the data out of an answer.
 *
 * @param value What the route returned: a value, a `reply()` or a `Response`.
 * @throws {PluginError} `ACTION_FAILED` where the answer's status is an error,
 * or where the data has no JSON form, so that it fails this one call and not
 * the page around it.
 */
export async function toPageData(value: unknown): Promise<unknown> {
  if (value instanceof Response) return await fromResponse(value);
  if (isReply(value)) {
    if (checkInit(value).status >= 400) {
      throw failure(`the route answered ${value.status}`);
    }
    return await toPageData(value.value);
  }
  return isBody(value)
    ? await fromResponse(await respond(value, anyClient()))
    : serialisable(value);
}

/** How much of a body a page takes: some would never end. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024;

/** One that accepts anything. */
function anyClient(): Request {
  return new Request("http://localhost/");
}

/** Whether a value makes a body that is no JSON. */
function isBody(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    (Symbol.asyncIterator in value || ArrayBuffer.isView(value) ||
      value instanceof ArrayBuffer || value instanceof Blob);
}

async function fromResponse(response: Response): Promise<unknown> {
  const text = await textOf(response);
  if (!response.ok) {
    throw failure(`the route answered ${response.status} ${text}`.trimEnd());
  }
  if (text === "") return undefined;
  const type = response.headers.get("content-type") ?? "";
  return /[/+]json\b/.test(type) ? JSON.parse(text) : text;
}

async function textOf({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let [text, size] = ["", 0];
  for await (const bytes of body) {
    size += bytes.length;
    if (size > MAX_PAGE_BYTES) {
      throw failure(`its body is larger than ${MAX_PAGE_BYTES} bytes`);
    }
    text += decoder.decode(bytes, { stream: true });
  }
  return text + decoder.decode();
}

/** A page is handed on as JSON, where big integers are numbers. */
function serialisable(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    if (JSON.stringify(value) !== undefined) return value;
  } catch {
    // What follows says why, or mends it.
  }
  try {
    return JSON.parse(toJson(value));
  } catch (cause) {
    throw failure(messageOf(cause), cause);
  }
}

function failure(state: string, cause?: unknown): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot use the answer for a page: ${state}`,
    { cause },
  );
}
