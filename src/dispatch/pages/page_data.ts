/**
 * Turns what an API route returned into data for a page.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { isReply } from "../../plugin/reply.ts";

/**
 * Takes the data out of an answer.
 *
 * @param value What the route returned: a value, a `reply()` or a `Response`.
 * @returns The data.
 * @throws {PluginError} `ACTION_FAILED` where the answer's status is an error,
 * or where the data has no JSON form, so that it fails this one call and not
 * the page around it.
 */
export async function toPageData(value: unknown): Promise<unknown> {
  if (value instanceof Response) return await fromResponse(value);
  if (!isReply(value)) return serialisable(value);
  if ((value.status ?? 200) >= 400) {
    throw failure(`the route answered ${value.status}`);
  }
  return serialisable(value.value);
}

async function fromResponse(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.ok) {
    throw failure(`the route answered ${response.status} ${text}`.trimEnd());
  }
  if (text === "") return undefined;
  const type = response.headers.get("content-type") ?? "";
  return /[/+]json\b/.test(type) ? JSON.parse(text) : text;
}

function serialisable(value: unknown): unknown {
  try {
    JSON.stringify(value);
  } catch (cause) {
    throw failure(`its value has no JSON form (${messageOf(cause)})`, cause);
  }
  return value;
}

function failure(state: string, cause?: unknown): PluginError {
  return new PluginError(
    "ACTION_FAILED",
    `Cannot use the answer for a page: ${state}`,
    { cause },
  );
}
