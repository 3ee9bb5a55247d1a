/**
 * The few colours that the commands use.
 *
 * @module
 */

/** Functions that colour a string, or do not. */
export type Colours = Readonly<Record<keyof typeof CODES, Paint>>;

type Paint = (text: string) => string;

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Makes colours that do something where `enabled`. */
export function colours(enabled: boolean): Colours {
  const paints = Object.entries(CODES).map(([name, [on, off]]) => {
    const paint: Paint = (text) =>
      enabled ? `\x1b[${on}m${text}\x1b[${off}m` : text;
    return [name, paint];
  });
  return Object.fromEntries(paints) as Colours;
}
