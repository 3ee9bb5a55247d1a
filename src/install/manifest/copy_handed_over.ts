/**
 * Copies what a host hands over before anything looks at it.
 *
 * @module
 */
import { messageOf, PluginError } from "../../shared/errors.ts";
import { readJson } from "../../shared/document/json.ts";
import { clip, refuseFor } from "./issues.ts";

/**
 * A value that a host handed over, as JSON would carry it: read once, so that
 * getters and proxies cannot show one thing to a check and another to the
 * store.
 *
 * @throws {PluginError} `INVALID_REQUEST` where the value cannot be read.
 */
export function copyHandedOver(
  value: unknown,
  what: "plugin" | "manifest" = "plugin",
): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new PluginError(
      "INVALID_REQUEST",
      `Cannot read the ${what} that was handed over: ${clip(messageOf(cause))}`,
      { cause },
    );
  }
  if (text === undefined) return undefined;
  const { value: copy, issues } = readJson(text);
  if (issues.length === 0) return copy;
  const intent = `Cannot read the ${what} that was handed over`;
  const code = what === "plugin" ? "INVALID_PLUGIN" : "INVALID_MANIFEST";
  throw refuseFor(code, intent, issues);
}
