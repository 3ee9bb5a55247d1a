/**
 * Reads a stream of bytes as text, and never more of it than allowed.
 *
 * @module
 */
import { abortable } from "@std/async";
import { fetchError, printable, transientError } from "./fetch_error.ts";
import type { FetchTask } from "./fetch_options.ts";

/** Where a body comes from. */
export interface BodySource {
  /** The address, for messages. */
  readonly url: string;
  /** The stream; `null` for an empty body. */
  readonly body: ReadableStream<Uint8Array> | null;
  /** What the sender says of the length. */
  readonly totalBytes?: number;
}

/**
 * Reads a body as UTF-8. A byte order mark stays, so that a digest over the
 * text is a digest over what was sent.
 *
 * @throws {PluginError} `MANIFEST_TOO_LARGE`, `MANIFEST_FETCH_FAILED`, and
 * `INVALID_MANIFEST` for a manifest that is not UTF-8.
 */
export async function readBody(
  source: BodySource,
  task: FetchTask,
): Promise<string> {
  const bytes = await readBytes(source, task);
  try {
    const options = { fatal: true, ignoreBOM: true };
    return new TextDecoder("utf-8", options).decode(bytes);
  } catch (cause) {
    const code = task.subject === "manifest"
      ? "INVALID_MANIFEST"
      : "MANIFEST_FETCH_FAILED";
    const state = "it is not UTF-8 text";
    throw fetchError(code, [task.subject, source.url], { state, cause });
  }
}

async function readBytes(
  source: BodySource,
  task: FetchTask,
): Promise<Uint8Array> {
  const { url, body, totalBytes } = source;
  const { subject, limits } = task;
  const reader = body?.getReader();
  const buffer = new Uint8Array(
    new ArrayBuffer(0, {
      maxByteLength: limits.maxBytes,
    }),
  );
  let receivedBytes = 0;
  try {
    checkSize(totalBytes ?? 0, source, task);
    for (;;) {
      const chunk = await readChunk(reader, source, task);
      if (chunk === undefined) return buffer.slice(0, receivedBytes);
      checkSize(receivedBytes + chunk.length, source, task);
      buffer.buffer.resize(receivedBytes + chunk.length);
      buffer.set(chunk, receivedBytes);
      receivedBytes += chunk.length;
      limits.onProgress?.({
        subject,
        url: printable(url),
        receivedBytes,
        ...(totalBytes !== undefined && { totalBytes }),
      });
    }
  } finally {
    // Not awaited: a stream that hangs may hang in its cancelling too.
    reader?.cancel().catch(() => {});
  }
}

function checkSize(bytes: number, { url }: BodySource, task: FetchTask): void {
  const { maxBytes } = task.limits;
  if (bytes <= maxBytes) return;
  const state =
    `it is larger than ${maxBytes} bytes; raise install.maxBytes where it may be`;
  throw fetchError("MANIFEST_TOO_LARGE", [task.subject, url], { state });
}

async function readChunk(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  { url }: BodySource,
  { subject, signal }: FetchTask,
): Promise<Uint8Array | undefined> {
  if (!reader) return undefined;
  try {
    return (await abortable(reader.read(), signal)).value;
  } catch (cause) {
    signal.throwIfAborted();
    const state = "the connection broke off before the end";
    throw transientError([subject, url], { state, cause });
  }
}
