/**
 * What the routes of `/api/v1` answer alike.
 *
 * @module
 */
import type { Context } from "hono";
import { Refusal } from "../http/problem.ts";
import type { OperationResult } from "../../management/mod.ts";
import type { ServerEnv } from "../server_env.ts";

/**
 * Answers what became of an operation.
 *
 * @throws {PluginError} What stopped it.
 */
export function answerOperation(
  context: Context<ServerEnv>,
  result: OperationResult,
  status: 200 | 201 = 200,
): Response {
  if (!result.success) throw result.cause;
  const { id, message, warnings = [] } = result;
  return context.json({ id, message, warnings }, status);
}

/** Who acts, for the audit log. */
export function actorOf(context: Context<ServerEnv>): { actor: string } {
  return { actor: context.get("principal")!.name };
}

/**
 * Refuses a change of what somebody else has changed since (RFC 9110, 13.1.1).
 *
 * @throws {Refusal} `PRECONDITION_FAILED`.
 */
export function checkIfMatch(context: Context<ServerEnv>, etag: string): void {
  const asked = context.req.header("if-match");
  if (asked === undefined || asked === "*") return;
  if (asked.split(",").some((one) => one.trim() === etag)) return;
  throw new Refusal(
    "PRECONDITION_FAILED",
    "Cannot change it: somebody else has since; look again",
  );
}

/** A page of a list, which a cursor goes on from. */
export function pageOf<T extends { readonly id: number }>(
  items: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: number },
): { items: readonly T[]; next?: string } {
  const from = cursor === undefined
    ? items
    : items.filter(({ id }) => id < cursor);
  const page = from.slice(0, limit);
  const last = page.at(-1);
  return from.length > limit && last !== undefined
    ? { items: page, next: String(last.id) }
    : { items: page };
}
