/**
 * Which headers pass between the agent's clients and a plugin in a process of
 * its own. The plugin answers on the agent's origin, where a cookie, a script
 * or a service worker of its making would act for the agent; and a request's
 * credentials are the operator's, not the plugin's.
 *
 * @module
 */
import { guardHeaders } from "../../../shared/guard_headers.ts";
import { isReply, reply } from "../../../plugin/reply.ts";
import type { HeaderPermissions } from "../../process/permissions.ts";
import type { WireRequest } from "../../wire/protocol.ts";

/** What requests carry for the agent alone. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
]);

/** What answers always may carry. */
const HARMLESS: ReadonlySet<string> = new Set([
  "content-type",
  "content-language",
  "content-disposition",
  "cache-control",
  "etag",
  "last-modified",
  "vary",
  "location",
  "link",
  "retry-after",
]);

/**
 * `x-…` is the plugin's own business, unless a browser acts on it, or a proxy
 * in front of the agent, which would hand out a file of its own.
 */
const ACTED_ON = /^x-(?:frame-|accel-|sendfile|lighttpd-|reproxy-)/;

/** Which headers of one plugin pass. */
export class HeaderPolicy {
  readonly #request: ReadonlySet<string>;
  readonly #response: ReadonlySet<string>;

  constructor({ request = [], response = [] }: HeaderPermissions = {}) {
    this.#request = new Set(request);
    this.#response = new Set(response);
  }

  /** Takes the credentials out of a request. */
  request(parts: WireRequest): WireRequest {
    const headers = parts.headers.filter(([name]) =>
      !CREDENTIALS.has(name) || this.#request.has(name)
    );
    return { ...parts, headers };
  }

  /**
   * Takes out of an answer what would act for the agent.
   *
   * @returns The answer; what has no headers, as it is.
   */
  answer(value: unknown): unknown {
    if (value instanceof Response) {
      const { body, status, statusText } = value;
      const headers = this.#guarded(value.headers);
      return new Response(body, { status, statusText, headers });
    }
    if (!isReply(value)) return value;
    const { status } = value;
    return reply(this.answer(value.value), {
      ...(status === undefined ? {} : { status }),
      headers: this.#guarded(new Headers(value.headers)),
    });
  }

  #guarded(headers: Headers): Headers {
    const guarded = new Headers();
    for (const [name, value] of headers) {
      if (this.#passes(name)) guarded.append(name, value);
    }
    guardHeaders(guarded);
    return guarded;
  }

  #passes(name: string): boolean {
    return HARMLESS.has(name) || this.#response.has(name) ||
      name.startsWith("x-") && !ACTED_ON.test(name);
  }
}
