/**
 * Tells code that was written for Bun by what it uses.
 *
 * @module
 */

/** Text in which a word stands for nothing: prose in comments. */
const COMMENT_LINES = /^[ \t]*(?:\/\/|\/\*|\*[ \t/]).*$/gm;
/** `Bun` by itself, where it is neither a member nor a text. */
const BUN = /(?<![\w$#"'`-]|(?<!\.\.)\.)Bun(?![\w$"'`-])/.source;
const MEMBER = String.raw`\s*(?:\?\.|\.(?!\.)|\[)`;
const USED = new RegExp(`${BUN}(?=${MEMBER})`);
/** A declaration of it, or a question whether it is there. */
const OTHERWISE = new RegExp(`${BUN}(?!${MEMBER}|\\s*:)`);

/**
 * Tells whether code takes `Bun` for granted: it uses members of it, and
 * neither declares a `Bun` of its own nor asks first whether there is one, which
 * has to be answered with no. Where it is not certain it says no: the code then
 * meets what it would meet without this handler.
 *
 * @returns Whether to give it what a bundle made for Bun gets.
 */
export function takesBunForGranted(code: string): boolean {
  if (!USED.test(code)) return false;
  const text = code.replace(COMMENT_LINES, "");
  return USED.test(text) && !OTHERWISE.test(text);
}
