/**
 * Values for a preview, made up from what a field is called.
 *
 * @module
 */

/** When the first of the made-up things was: 1 January 2026. */
const FIRST_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;

const NUMBER =
  /(?:^|[^a-z])(?:id|no|count|total|size|bytes|ms|cpu|memory|percent|usage|port|rank|age|duration|value|number|amount)s?$/;
const MOMENT =
  /(?:^|[^a-z])(?:at|on|date|time|timestamp|created|updated|since|until)$/;
const YES_OR_NO =
  /^(?:is|has|can|was)[^a-z]|(?:^|[^a-z])(?:enabled|active|running|online|healthy|ok|done)$/;

/**
 * A value for a field.
 *
 * @param index Which of several it is, from 0 on: they differ.
 */
export function madeUpValue(field: string, index: number): unknown {
  const words = field.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  if (YES_OR_NO.test(words)) return index % 2 === 0;
  if (MOMENT.test(words)) return madeUpMoment(index).toISOString();
  if (NUMBER.test(words)) return madeUpNumber(index);
  return madeUpText(field, index);
}

/** A text that says what it stands for. */
export function madeUpText(field: string, index: number): string {
  return `${field} ${index + 1}`;
}

/** A small whole number from 1 on. */
export function madeUpNumber(index: number): number {
  return index + 1;
}

/** A moment, each an hour after the one before. */
export function madeUpMoment(index: number): Date {
  return new Date(FIRST_MS + index * HOUR_MS);
}
