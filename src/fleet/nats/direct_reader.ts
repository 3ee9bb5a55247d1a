/**
 * Reads from buckets by direct gets, which any replica answers.
 *
 * @module
 */
import type { JetStreamManager } from "@nats-io/jetstream";
import { BUNDLES, streamOf } from "./buckets.ts";

/** An entry of a bucket. */
export interface Entry {
  /** Its value. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Its revision. */
  readonly revision: number;
  /** When it was written, in milliseconds since 1970. */
  readonly at: number;
}

/** Reads the newest entry of a key; `undefined` where there is none. */
export type DirectReader = (
  bucket: string,
  key: string,
) => Promise<Entry | undefined>;

/**
 * A reader on a connection.
 *
 * @param direct Whether any replica may answer; otherwise the leader does, as
 * of the last write.
 */
export function directReader(
  manager: JetStreamManager,
  direct = true,
): DirectReader {
  return async (bucket, key) => {
    const stream = streamOf(bucket);
    const query = { last_by_subj: `$KV.${bucket}.${key}` };
    const message = direct
      ? await manager.direct.getMessage(stream, query)
      : await manager.streams.getMessage(stream, query);
    if (message === null) return undefined;
    const operation = message.header?.get("KV-Operation");
    const isGone = operation === "DEL" || operation === "PURGE";
    if (isGone) return undefined;
    const data = new Uint8Array(message.data);
    return { data, revision: message.seq, at: message.time.getTime() };
  };
}

/** The key of a piece of a bundle. */
export function chunkKey(digest: string, index: number): string {
  return `${digest}.${index}`;
}

/**
 * Reads a bundle: how many pieces it has stands under its digest.
 *
 * @returns The bytes, unchecked; `undefined` where a piece is missing.
 */
export async function readBundle(
  reader: DirectReader,
  digest: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const head = await reader(BUNDLES, digest);
  if (head === undefined) return undefined;
  const count = Number(new TextDecoder().decode(head.data));
  if (!Number.isInteger(count) || count < 1 || count > 1_000) return undefined;
  const pieces = [];
  for (let index = 0; index < count; index++) {
    const piece = await reader(BUNDLES, chunkKey(digest, index));
    if (piece === undefined) return undefined;
    pieces.push(piece.data);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
