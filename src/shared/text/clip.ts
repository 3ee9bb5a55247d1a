/**
 * Shortens what a stranger wrote, before it is stored or shown.
 *
 * @module
 */

/** How much of an error's message is kept. */
export const MAX_MESSAGE: number = 8 * 1024;

/** How much of a stack trace is read. */
export const MAX_STACK: number = 64 * 1024;

/**
 * Shortens a text to what fits into a message, a log line or a column.
 *
 * @returns The text, or its beginning.
 */
export function clip(text: string, limit = 120): string {
  if (text.length <= limit) return text;
  // Half of a surrogate pair would be stored as something else.
  return `${text.slice(0, limit - 1).toWellFormed().replace(/\uFFFD$/, "")}…`;
}
