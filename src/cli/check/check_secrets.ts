/**
 * Finds secrets in what is about to be published.
 *
 * @module
 */
import { error, type Finding, warning } from "./finding.ts";
import { placeOf, type SourceText } from "./source_lines.ts";

/** What services themselves say their secrets look like. */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ["a token of GitHub", /\b(?:gh[pousr]_\w{36,}|github_pat_\w{22,})/g],
  ["a token of GitLab", /\bglpat-[\w-]{20,}/g],
  ["a key of AWS", /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ["a key of Google", /\bAIza[\w-]{35}\b/g],
  ["a token of Slack", /\bxox[abprs]-[\w-]{10,}/g],
  ["a key of Stripe", /\b[rs]k_live_\w{16,}/g],
  ["a token of npm", /\bnpm_\w{36}\b/g],
  ["a private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g],
  [
    "a password in an address",
    /\b[a-z][\w+.-]{1,20}:\/\/[^\s/:@"'`${}]+:[^\s/:@"'`${}]{3,}@/g,
  ],
];

const LIKELY =
  /\b(?:password|passwd|secret|token|api_?key)\w{0,20}["']?\s*[:=]\s*["'`]([^"'`\s${}]{12,})["'`]/gi;

/** Finds secrets in the author's files; they are not repeated. */
export function checkSecrets(sources: readonly SourceText[]): Finding[] {
  return sources.flatMap((source) => [
    ...KNOWN.flatMap(([what, pattern]) =>
      [...source.text.matchAll(pattern)].map(({ index }) =>
        error(
          placeOf(source, index),
          `${what} is in the code, which everybody can read: withdraw it, and ` +
            'declare a setting of type "secret"',
        )
      )
    ),
    ...[...source.text.matchAll(LIKELY)].map(({ index }) =>
      warning(
        placeOf(source, index),
        "what looks like a secret is in the code, which everybody can read; " +
          'declare a setting of type "secret"',
      )
    ),
  ]);
}
