/**
 * The order of versions: that of https://semver.org, and of dotted numbers of
 * other lengths, which a library for semantic versions alone does not know.
 *
 * @module
 */

const VERSION =
  /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * Compares two versions.
 *
 * @returns Less than 0 where `a` is older, 0 where neither is, more than 0
 * where it is newer; `undefined` where one of them has no order.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [one, other] = [parse(a), parse(b)];
  if (one === undefined || other === undefined) return undefined;
  return compareAll(one.numbers, other.numbers, "0") ||
    comparePrereleases(one.prerelease, other.prerelease);
}

function parse(
  version: string,
): { numbers: string[]; prerelease: string[] } | undefined {
  const found = version.length <= 200 ? VERSION.exec(version) : null;
  if (found === null) return undefined;
  const [, numbers = "", prerelease] = found;
  return {
    numbers: numbers.split("."),
    prerelease: prerelease?.split(".") ?? [],
  };
}

/** A version without a prerelease is newer than those with one. */
function comparePrereleases(a: string[], b: string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  return compareAll(a, b, "");
}

function compareAll(a: string[], b: string[], missing: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = comparePart(a[at] ?? missing, b[at] ?? missing);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: string, b: string): number {
  const [one, other] = [a, b].map((part) =>
    /^\d+$/.test(part) ? part.replace(/^0+(?=\d)/, "") : undefined
  );
  if (one !== undefined && other !== undefined) {
    return one.length - other.length || compareText(one, other);
  }
  // Nothing comes before a number, and a number before a word.
  if (a === "" || b === "") return a.length - b.length;
  if (one !== undefined || other !== undefined) {
    return one === undefined ? 1 : -1;
  }
  return compareText(a, b);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
