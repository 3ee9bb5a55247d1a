/**
 * What controllers and operators see of a registry on NATS.
 *
 * @module
 */
import type {
  JetStreamApiError,
  JetStreamClient,
  JetStreamManager,
} from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import type {
  ControlRegistry,
  DocumentKind,
  ReceivedReport,
  Revised,
} from "../registry.ts";
import {
  BUNDLES,
  CHUNK_BYTES,
  DESIRED,
  HEARTBEAT_SUBJECT,
  keyOf,
  makeBuckets,
  REPORT_SUBJECT,
  REPORTS,
  scopeOf,
  streamOf,
} from "./buckets.ts";
import { connectNats, natsError, type NatsOptions } from "./connect.ts";
import {
  chunkKey,
  type DirectReader,
  directReader,
  readBundle,
} from "./direct_reader.ts";

/** Another write came first. */
const WRONG_REVISION = 10071;
/** There is nothing under that name or number. */
const NOT_FOUND = 10037;
/** How many reports are asked for at once. */
const BATCH = 64;
/** How often opening is tried, each time for `timeoutMs`. */
const OPEN_ATTEMPTS = 4;

/** How a registry on NATS is opened. */
export interface NatsControlOptions extends NatsOptions {
  /**
   * On how many nodes everything is kept; it counts where a bucket is made.
   *
   * @default 3
   */
  replicas?: number;
}

/** A registry on NATS. */
export class NatsControlRegistry implements ControlRegistry {
  readonly #connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #stream: JetStreamClient;
  readonly #read: DirectReader;
  readonly #readLast: DirectReader;

  private constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    stream: JetStreamClient,
  ) {
    this.#connection = connection;
    this.#manager = manager;
    this.#stream = stream;
    this.#read = directReader(manager);
    this.#readLast = directReader(manager, false);
  }

  /**
   * Connects, and makes the streams and buckets that are missing.
   *
   * @param options How the servers are reached.
   * @returns The registry.
   * @throws {PluginError} `FLEET_FAILED`.
   */
  static async open(options: NatsControlOptions): Promise<NatsControlRegistry> {
    const { replicas = 3, timeoutMs: timeout = 5_000 } = options;
    const connection = await connectNats(options);
    try {
      const { jetstream, jetstreamManager } = await import(
        "@nats-io/jetstream"
      );
      const { Kvm } = await import("@nats-io/kv");
      const manager = await whileElecting(() =>
        jetstreamManager(connection, { timeout })
      );
      const stream = jetstream(connection, { timeout });
      await whileElecting(() =>
        makeBuckets(new Kvm(stream), manager, replicas)
      );
      return new NatsControlRegistry(connection, manager, stream);
    } catch (cause) {
      await connection.close();
      throw natsError("Cannot open the fleet's registry", cause);
    }
  }

  /** As of {@linkcode ControlRegistry.readDesired}. */
  async readDesired(scope: string): Promise<Revised | undefined> {
    return await this.#document(DESIRED, keyOf(scope));
  }

  /** As of {@linkcode ControlRegistry.writeDesired}. */
  async writeDesired(
    scope: string,
    text: string,
    revision: number,
  ): Promise<boolean> {
    const change = { text, revision };
    const written = await this.#update(DESIRED, keyOf(scope), change);
    return written !== undefined;
  }

  /** As of {@linkcode ControlRegistry.scopes}. */
  async scopes(): Promise<string[]> {
    return (await this.#keys(DESIRED)).map(scopeOf);
  }

  /** As of {@linkcode ControlRegistry.read}. */
  async read(kind: DocumentKind, key: string): Promise<Revised | undefined> {
    return await this.#document(kind, key);
  }

  /** As of {@linkcode ControlRegistry.write}. */
  async write(
    kind: DocumentKind,
    key: string,
    change: Revised,
  ): Promise<number | undefined> {
    return await this.#update(kind, key, change);
  }

  /** As of {@linkcode ControlRegistry.keys}. */
  async keys(kind: DocumentKind): Promise<string[]> {
    return await this.#keys(kind);
  }

  /** As of {@linkcode ControlRegistry.putBundle}. */
  async putBundle(
    digest: string,
    packed: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    const count = Math.max(1, Math.ceil(packed.length / CHUNK_BYTES));
    for (let index = 0; index < count; index++) {
      const piece = packed.subarray(
        index * CHUNK_BYTES,
        (index + 1) * CHUNK_BYTES,
      );
      await this.#create(chunkKey(digest, index), piece);
    }
    // The head comes last: whoever finds it finds the pieces too.
    await this.#create(digest, new TextEncoder().encode(String(count)));
  }

  /** As of {@linkcode ControlRegistry.bundle}. */
  async bundle(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const act = `read bundle ${digest}`;
    return await this.#try(act, () => readBundle(this.#read, digest));
  }

  /** As of {@linkcode ControlRegistry.listBundles}. */
  async listBundles(): Promise<{ digest: string; since: number }[]> {
    const digests = (await this.#keys(BUNDLES))
      .filter((key) => !key.includes("."));
    const found = [];
    for (const digest of digests) {
      const act = `read bundle ${digest}`;
      const head = await this.#try(act, () => this.#read(BUNDLES, digest));
      if (head !== undefined) found.push({ digest, since: head.at });
    }
    return found;
  }

  /** As of {@linkcode ControlRegistry.deleteBundle}. */
  async deleteBundle(digest: string): Promise<void> {
    await this.#try(`delete bundle ${digest}`, async () => {
      const stream = streamOf(BUNDLES);
      const subject = `$KV.${BUNDLES}.${digest}`;
      // The head goes first, so that nobody finds it without its pieces.
      await this.#manager.streams.purge(stream, { filter: subject });
      await this.#manager.streams.purge(stream, { filter: `${subject}.*` });
    });
  }

  /** As of {@linkcode ControlRegistry.reports}. */
  async reports(after: number): Promise<ReceivedReport[]> {
    return await this.#try("read the reports", async () => {
      const { state } = await this.#manager.streams.info(REPORTS);
      const first = Math.max(after + 1, state.first_seq);
      for (let from = first; from <= state.last_seq; from += BATCH) {
        const to = Math.min(from + BATCH - 1, state.last_seq);
        const batch = await this.#reportsBetween(from, to);
        // Reports that newer ones of their agents pushed out leave gaps.
        if (batch.length > 0) return batch;
      }
      return [];
    });
  }

  /** As of {@linkcode ControlRegistry.heartbeats}. */
  heartbeats(
    listener: (agent: string, heartbeat: unknown) => void,
  ): () => void {
    const subscription = this.#connection.subscribe(`${HEARTBEAT_SUBJECT}*`, {
      callback: (error, message) => {
        if (error) return;
        const agent = message.subject.slice(HEARTBEAT_SUBJECT.length);
        listener(agent, jsonOf(message.string()));
      },
    });
    return () => subscription.unsubscribe();
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.close();
  }

  async #document(bucket: string, key: string): Promise<Revised | undefined> {
    const act = `read ${bucket} ${key}`;
    const entry = await this.#try(act, () => this.#readLast(bucket, key));
    if (entry === undefined) return undefined;
    const text = new TextDecoder().decode(entry.data);
    return { text, revision: entry.revision };
  }

  async #update(
    bucket: string,
    key: string,
    { text, revision }: Revised,
  ): Promise<number | undefined> {
    return await this.#try(`write ${bucket} ${key}`, async () => {
      try {
        const subject = `$KV.${bucket}.${key}`;
        const expect = { lastSubjectSequence: revision };
        const { seq } = await this.#stream.publish(subject, text, { expect });
        return seq;
      } catch (error) {
        if (codeOf(error) === WRONG_REVISION) return undefined;
        throw error;
      }
    });
  }

  async #create(key: string, data: Uint8Array): Promise<void> {
    await this.#try(`write bundle ${key}`, async () => {
      try {
        const subject = `$KV.${BUNDLES}.${key}`;
        const expect = { lastSubjectSequence: 0 };
        await this.#stream.publish(subject, data, { expect });
      } catch (error) {
        // It is there, under the digest of what it is.
        if (codeOf(error) !== WRONG_REVISION) throw error;
      }
    });
  }

  /** Asks the stream which subjects it has: no consumer is made for it. */
  async #keys(bucket: string): Promise<string[]> {
    return await this.#try(`list ${bucket}`, async () => {
      const prefix = `$KV.${bucket}.`;
      const options = { subjects_filter: `${prefix}>` };
      const stream = streamOf(bucket);
      const { state } = await this.#manager.streams.info(stream, options);
      return Object.keys(state.subjects ?? {})
        .map((subject) => subject.slice(prefix.length));
    });
  }

  async #reportsBetween(from: number, to: number): Promise<ReceivedReport[]> {
    const sequences = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const found = await Promise.all(sequences.map((seq) => this.#report(seq)));
    return found.filter((report) => report !== undefined);
  }

  async #report(sequence: number): Promise<ReceivedReport | undefined> {
    try {
      const query = { seq: sequence };
      const message = await this.#manager.streams.getMessage(REPORTS, query);
      if (message === null) return undefined;
      const agent = message.subject.slice(REPORT_SUBJECT.length);
      return { sequence, agent, report: jsonOf(message.string()) };
    } catch (error) {
      if (codeOf(error) === NOT_FOUND) return undefined;
      throw error;
    }
  }

  async #try<T>(act: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      throw natsError(`Cannot ${act}`, cause);
    }
  }
}

/** Servers that lost one of them answer nobody while they elect a leader. */
async function whileElecting<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const isTimeout = error instanceof Error &&
        (error.name === "TimeoutError" || error.message === "timeout");
      if (!isTimeout || attempt === OPEN_ATTEMPTS) throw error;
    }
  }
}

function codeOf(error: unknown): number | undefined {
  const { code } = error as Partial<JetStreamApiError>;
  return typeof code === "number" ? code : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
