/**
 * Finds the name that somebody meant who has misspelt it.
 *
 * @module
 */

/** Names beyond this length are not compared: it would cost too much. */
const MAX_LENGTH = 100;

/**
 * The known name that is nearest to a name, where one is near: a quarter of its
 * letters may differ, three at most. Two letters that changed places count as
 * one, and case does not count.
 *
 * @returns The nearest; undefined where none is near.
 */
export function nearestName(
  name: string,
  known: Iterable<string>,
): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  let nearest: string | undefined;
  let least = Math.min(3, Math.max(1, Math.floor(name.length / 4))) + 1;
  for (const other of known) {
    if (other.length > MAX_LENGTH) continue;
    if (Math.abs(other.length - name.length) >= least) continue;
    const distance = distanceOf(name.toLowerCase(), other.toLowerCase());
    // Two single letters have nothing in common.
    if (distance >= least || distance >= name.length) continue;
    least = distance;
    nearest = other;
  }
  return nearest;
}

/**
 * The end of a message that says which name was probably meant.
 *
 * @returns Such as `; did you mean "list"?`; empty where none is near.
 */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** How many letters to insert, leave out, replace or swap with the next. */
function distanceOf(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(
        above[j]! + 1,
        row[j - 1]! + 1,
        above[j - 1]! + cost,
      );
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] &&
        a[i - 2] === b[j - 1];
      if (isSwapped) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length]!;
}
