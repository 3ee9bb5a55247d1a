/**
 * Names the flag that a refused permission needs.
 *
 * @module
 */

const REQUIRES = /Requires (\w+) access(?: to (?:"([^"]*)"|(\S+)))?/;

/** What to write so that what was refused is allowed. */
export function missingPermission({ message }: Error): string {
  const [, kind, quoted, bare] = REQUIRES.exec(message) ?? [];
  if (kind === undefined) return message;
  const place = quoted ?? bare;
  // Deno quotes what it hides behind a word, such as `<CWD>`, too.
  const value = place === undefined || /^<.*>$/.test(place) ||
      place === "all"
    ? ""
    : `=${place}`;
  return `Cannot go on without permission to ${kind}${
    place === undefined ? "" : ` "${place}"`
  }: run it with --allow-${kind}${value} before the command's name`;
}
