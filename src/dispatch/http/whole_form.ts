/**
 * Whether a multipart form has arrived to its end. Deno's parser takes what
 * breaks off as well, and drops the field that it broke off in.
 *
 * @module
 */
import type { WholeBody } from "../../shared/static_body.ts";

/** The longest delimiter of RFC 2046; each byte of a form is compared with it. */
const MAX_BOUNDARY_CHARS = 70;

const BOUNDARY = /;\s*boundary=(?:"([^"]*)"|([^\s;]+))/i;

/**
 * Whether a form ends with the delimiter that closes it, or something behind
 * that. No form has a delimiter longer than the standard allows.
 *
 * @param type Its content type, which names the delimiter.
 * @returns Whether it does; true also where no delimiter is named.
 */
export function isWholeForm(body: WholeBody, type: string): boolean {
  const named = BOUNDARY.exec(type);
  const boundary = named?.[1] ?? named?.[2];
  if (boundary === undefined) return true;
  if (boundary.length > MAX_BOUNDARY_CHARS) return false;
  const end = `--${boundary}--`;
  if (typeof body === "string") return body.includes(end);
  return endsAnywhere(body, new TextEncoder().encode(end));
}

/** Looks from the back, where it is to be expected. */
function endsAnywhere(body: Uint8Array, end: Uint8Array): boolean {
  for (let at = body.length - end.length; at >= 0; at--) {
    let same = 0;
    while (same < end.length && body[at + same] === end[same]) same++;
    if (same === end.length) return true;
  }
  return false;
}
