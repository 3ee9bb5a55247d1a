/**
 * How operators' commands show what they have in common.
 *
 * @module
 */
import type { PermissionTerms } from "./agent/agent.ts";
import type { Output } from "../program/output.ts";

/** Permissions in a line, such as `net=example.com, read`. */
export function permissionsLine(permissions: PermissionTerms): string {
  const kinds = Object.entries(permissions)
    .filter(([, terms]) => terms === true || terms.length > 0)
    .map(([kind, terms]) =>
      terms === true ? kind : `${kind}=${terms.join(",")}`
    );
  return kinds.length === 0 ? "none" : kinds.join("; ");
}

/** The permissions that arguments name: `net=example.com`, `read`. */
export function permissionsOf(
  words: readonly string[],
): Record<string, true | string[]> {
  const permissions: Record<string, true | string[]> = {};
  for (const word of words) {
    const at = word.indexOf("=");
    const kind = at < 0 ? word : word.slice(0, at);
    const before = permissions[kind];
    if (at < 0 || before === true) permissions[kind] = true;
    else {
      permissions[kind] = [
        ...(before ?? []),
        ...word.slice(at + 1).split(",").filter((term) => term !== ""),
      ];
    }
  }
  return permissions;
}

/** A text of strangers: what moves a terminal's cursor is left out. */
export function plainText(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}

/** Says that something was done, for people and scripts. */
export function tellDone(
  output: Output,
  message: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  output.line(plainText(message));
  output.json({ message, ...more });
}
