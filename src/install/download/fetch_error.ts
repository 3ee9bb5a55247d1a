/**
 * The errors of a download, in words that keep secrets out of logs.
 *
 * @module
 */
import { PluginError, type PluginErrorCode } from "../../shared/errors.ts";
import { clip } from "../manifest/issues.ts";
import type { FetchSubject } from "./fetch_options.ts";

/** An error after which trying again may help. */
export class TransientError extends PluginError {}

/**
 * A URL for people: without credentials, query and fragment, which may hold
 * secrets.
 */
export function printable(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return url;
  return parsed.origin === "null"
    ? `${parsed.protocol}${parsed.pathname}`
    : parsed.origin + parsed.pathname;
}

/** The error for a download that has failed for good. */
export function fetchError(
  code: PluginErrorCode,
  [subject, url]: readonly [FetchSubject, string],
  { state, cause }: { state: string; cause?: unknown },
): PluginError {
  const message = wordsFor(subject, url, state);
  return new PluginError(code, message, optionsOf(cause));
}

/** The error for a download that may succeed later. */
export function transientError(
  [subject, url]: readonly [FetchSubject, string],
  { state, cause }: { state: string; cause?: unknown },
): PluginError {
  const words = wordsFor(subject, url, state);
  return new TransientError("MANIFEST_FETCH_FAILED", words, optionsOf(cause));
}

/** An error that nothing caused has no `cause` at all. */
function optionsOf(cause: unknown): ErrorOptions {
  return cause === undefined ? {} : { cause };
}

function wordsFor(subject: FetchSubject, url: string, state: string): string {
  return `Cannot fetch ${subject} "${clip(printable(url))}": ${state}`;
}
