/**
 * Which names a plugin may have: those that an address, a log and a person can
 * tell from each other and from an id.
 *
 * @module
 */

/** The most bytes of UTF-8 that a name may have. */
export const MAX_NAME_BYTES = 200;

/** Control, bidirectional, zero-width and other characters that nobody sees. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const SCOPED = /^@([^/]+)\/([^/]+)$/;

/**
 * Tells what is wrong with a plugin's name. Plugins that are stored under such
 * a name already are reached by their id.
 *
 * @returns What is wrong, or `undefined`.
 */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === "") return "is empty";
  if (new TextEncoder().encode(name).length > MAX_NAME_BYTES) {
    return `is longer than ${MAX_NAME_BYTES} bytes`;
  }
  if (name.trim() !== name) return "begins or ends with a space";
  if (!name.isWellFormed()) return "holds half of a surrogate pair";
  if (INVISIBLE.test(name)) return "holds a character that nobody can see";
  if (/^\p{Nd}+$/u.test(name)) return "is a number, as ids are; add a letter";
  if (/[\\?#]/.test(name)) return "holds \\, ? or #, which addresses cut at";
  const parts = SCOPED.exec(name)?.slice(1) ?? [name];
  if (parts.some((part) => part.includes("/"))) {
    return "holds a slash, which only @scope/name may";
  }
  if (parts.some((part) => part === "." || part === "..")) {
    return "is a step in a path and no name";
  }
  return undefined;
}
