/**
 * Tells ranges of versions from other texts, without the library that reads
 * them: every row that is saved is checked, and few ranges are ever compared.
 *
 * @module
 */

/** How long a range may be: reading one takes time for each of its parts. */
export const MAX_RANGE = 500;

const NUMBER = "(?:0|[1-9]\\d*|[xX*])";
const IDENTIFIER = "(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)";
const PRERELEASE = `(?:-${IDENTIFIER}(?:\\.${IDENTIFIER})*)?`;
const BUILD = "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?";
const VERSION =
  `v?${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER}${PRERELEASE}${BUILD})?)?`;
const COMPARATOR = new RegExp(`^(?:[<>]=?|=|\\^|~>?)?${VERSION}$`);
const HYPHENATED = new RegExp(`^${VERSION}\\s+-\\s+${VERSION}$`);

/** Tells whether a text is a range of versions, as in `^1.2` or `>=0.1 <2`. */
export function isRange(text: string): boolean {
  return text.length <= MAX_RANGE &&
    text.split("||").every((part) => isPart(part.trim()));
}

function isPart(part: string): boolean {
  if (HYPHENATED.test(part)) return true;
  // An operator may stand apart from its version.
  const comparators = part.replace(/([<>=^~])\s+/g, "$1").split(/\s+/);
  return comparators.every((comparator) => COMPARATOR.test(comparator));
}
