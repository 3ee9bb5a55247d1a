/**
 * Answers a repeated request with the answer of the first, where the client
 * says that it is the same one (`Idempotency-Key`, draft-ietf-httpapi-07), so
 * that a retry after a broken connection does nothing twice.
 *
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { tokenDigest } from "../auth/secret_token.ts";
import type { ServerEnv } from "../server_env.ts";
import { Refusal } from "./problem.ts";

const KEPT_MS = 10 * 60_000;
const MAX_KEPT = 200;
interface Kept {
  readonly request: string;
  readonly answer: Promise<Response | undefined>;
  readonly at: number;
}

/** Keeps the answers of requests that name a key. */
export function idempotency(): MiddlewareHandler<ServerEnv> {
  const kept = new Map<string, Kept>();
  return async (context, next) => {
    const { method, raw } = context.req;
    const key = context.req.header("idempotency-key");
    if (key === undefined || method !== "POST") return await next();
    const { kind, id } = context.get("principal") ?? { kind: "nobody", id: 0 };
    const name = tokenDigest(JSON.stringify([kind, id, key]));
    const body = await context.req.text();
    const request = tokenDigest(JSON.stringify([raw.url, body]));
    forgetOld(kept);
    const known = kept.get(name);
    if (known !== undefined) return await repeat(known, request);
    const { promise, resolve } = Promise.withResolvers<Response | undefined>();
    kept.set(name, { request, answer: promise, at: Date.now() });
    try {
      await next();
      const answer = await keep(context.res);
      if (answer === undefined) kept.delete(name);
      resolve(answer?.clone());
      if (answer !== undefined) context.res = answer;
    } catch (error) {
      kept.delete(name);
      resolve(undefined);
      throw error;
    }
  };
}

async function repeat(known: Kept, request: string): Promise<Response> {
  if (known.request !== request) {
    throw new Refusal(
      "CONFLICT",
      "Cannot take the request: its Idempotency-Key was used for another one",
    );
  }
  const answer = await known.answer;
  if (answer !== undefined) return answer.clone();
  throw new Refusal(
    "CONFLICT",
    "Cannot repeat the request: the first one failed; send it with a new Idempotency-Key",
  );
}

/** What went wrong for good is not repeated for ever: only answers are kept. */
async function keep(response: Response): Promise<Response | undefined> {
  if (response.status >= 500) return undefined;
  const type = response.headers.get("content-type") ?? "";
  if (response.body !== null && !type.includes("json")) return undefined;
  const body = response.body === null ? null : await response.text();
  return new Response(body, response);
}

function forgetOld(kept: Map<string, Kept>): void {
  const now = Date.now();
  for (const [name, { at }] of kept) {
    if (now - at < KEPT_MS && kept.size < MAX_KEPT) return;
    kept.delete(name);
  }
}
