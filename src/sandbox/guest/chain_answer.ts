/**
 * Decides what a chain has answered, by the code that decides it for plugins in
 * the host's process, so that both ways of running answer the same.
 *
 * @module
 */
import { isReply, type Reply } from "../../plugin/reply.ts";
import { respond } from "../../dispatch/http/respond.ts";
import { toTextStream } from "../../dispatch/http/stream.ts";
import type { WireAnswer } from "../wire/answer.ts";
import { refused } from "../wire/byte_writer.ts";
import { crossingValue } from "../wire/crossing_value.ts";
import { packBlobs } from "../wire/packed_blob.ts";

/**
 * Decides what a value is as an answer.
 *
 * @param value What the chain came to.
 * @param request The request that it answers.
 * @returns The answer, at once where nothing has to be waited for.
 * @throws {PluginError} `ACTION_FAILED` where the value cannot cross; also what
 * the plugin's own code throws when the value is read.
 */
export function chainAnswer(
  value: unknown,
  request: Request,
): WireAnswer | Promise<WireAnswer> {
  if (typeof value !== "object" || value === null) return plain(value);
  if (value instanceof Response) return ofResponse(value);
  if (isReply(value)) return ofReply(value, request);
  if (value instanceof ReadableStream) {
    return { kind: "stream", value: value.pipeThrough(toTextStream()) };
  }
  if (value instanceof Blob) return ofBlob(value);
  if (Symbol.asyncIterator in value) return ofIterable(value, request);
  return plain(value);
}

function plain(value: unknown): WireAnswer {
  return { kind: "value", value: crossingValue(value) };
}

function ofResponse(value: Response): WireAnswer {
  if (value.type === "error") {
    throw refused("Response.error() is no answer to a client");
  }
  refuseSwitching(value.status);
  return { kind: "response", value };
}

function refuseSwitching(status: number | undefined): void {
  if (status !== 101) return;
  throw refused(
    "status 101 switches to another protocol, and a plugin's process has no connection to switch",
  );
}

async function ofReply(reply: Reply, request: Request): Promise<WireAnswer> {
  const { status, headers } = reply;
  refuseSwitching(status);
  return {
    kind: "reply",
    status,
    headers: [...new Headers(headers)],
    answer: await chainAnswer(reply.value, request),
  };
}

async function ofBlob(value: Blob): Promise<WireAnswer> {
  await packBlobs(value);
  return { kind: "blob", value };
}

/** What is made of its items may depend on what the client accepts. */
async function ofIterable(
  value: object,
  request: Request,
): Promise<WireAnswer> {
  return { kind: "response", value: await respond(value, request) };
}
