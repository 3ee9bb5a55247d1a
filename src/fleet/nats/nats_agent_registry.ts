/**
 * What an agent sees of a registry on NATS. It makes no consumers: with one of
 * three nodes gone those time out, direct gets and publishes do not.
 *
 * @module
 */
import type { JetStreamClient, JetStreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/nats-core";
import { Backoff } from "../../async/backoff.ts";
import { sleep } from "../../async/timer.ts";
import type { AgentRegistry } from "../registry.ts";
import type { AgentHeartbeat, AgentReport } from "../documents/report.ts";
import {
  DESIRED,
  HEARTBEAT_SUBJECT,
  keyOf,
  LIVE_SUBJECT,
  REPORT_SUBJECT,
} from "./buckets.ts";
import { inboxOf } from "./fleet_accounts.ts";
import { connectNats, natsError, type NatsOptions } from "./connect.ts";
import {
  type DirectReader,
  directReader,
  readBundle,
} from "./direct_reader.ts";

/** What is open while there is a connection. */
interface Opened {
  readonly connection: NatsConnection;
  readonly reader: DirectReader;
  readonly stream: JetStreamClient;
}

/** A registry on NATS, as one agent sees it. */
export class NatsAgentRegistry implements AgentRegistry {
  readonly #agent: string;
  readonly #timeoutMs: number;
  readonly #opened: Promise<Opened>;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #ended = Promise.withResolvers<never>();
  #connection: NatsConnection | undefined;
  #isClosed = false;

  /**
   * Connects in the background: whoever asks before fails after a while.
   *
   * @param agent The agent.
   * @param options How the servers are reached.
   */
  constructor(agent: string, options: NatsOptions) {
    this.#agent = agent;
    this.#timeoutMs = options.timeoutMs ?? 5_000;
    this.#opened = this.#open(options);
    this.#opened.catch(() => {});
    this.#ended.promise.catch(() => {});
  }

  /** As of {@linkcode AgentRegistry.desired}. */
  async desired(scope: string): Promise<string | undefined> {
    return await this.#try(`read ${scope}`, async ({ reader }) => {
      const entry = await reader(DESIRED, keyOf(scope));
      return entry && new TextDecoder().decode(entry.data);
    });
  }

  /** As of {@linkcode AgentRegistry.bundle}. */
  async bundle(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const act = `read bundle ${digest}`;
    return await this.#try(act, ({ reader }) => readBundle(reader, digest));
  }

  /** As of {@linkcode AgentRegistry.hints}. */
  hints(scopes: readonly string[], listener: () => void): () => void {
    let isOver = false;
    const ends: (() => void)[] = [];
    this.#opened.then(({ connection }) => {
      if (isOver) return;
      for (const scope of scopes) {
        const subscription = connection.subscribe(
          `${LIVE_SUBJECT}${keyOf(scope)}`,
          { callback: () => listener() },
        );
        ends.push(() => subscription.unsubscribe());
      }
      // Whatever was told before nobody heard.
      listener();
    }, () => {});
    this.#listeners.add(listener);
    return () => {
      isOver = true;
      this.#listeners.delete(listener);
      if (!this.#isClosed) { for (const end of ends) end(); }
    };
  }

  /** As of {@linkcode AgentRegistry.report}. */
  async report(id: string, report: AgentReport): Promise<void> {
    await this.#try("hand in a report", async ({ stream }) => {
      await stream.publish(
        `${REPORT_SUBJECT}${this.#agent}`,
        JSON.stringify(report),
        { msgID: id, timeout: this.#timeoutMs },
      );
    });
  }

  /** As of {@linkcode AgentRegistry.heartbeat}. */
  heartbeat(heartbeat: AgentHeartbeat): void {
    const connection = this.#connection;
    if (connection === undefined || this.#isClosed) return;
    const subject = `${HEARTBEAT_SUBJECT}${this.#agent}`;
    connection.publish(subject, JSON.stringify(heartbeat));
  }

  /** Closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#ended.reject(natsError("Cannot use the fleet's registry", "closed"));
    this.#closing.abort();
    // One that was just being opened is closed as soon as it is open.
    await this.#opened.then(({ connection }) => connection.close(), () => {});
  }

  async #open(options: NatsOptions): Promise<Opened> {
    const connection = await this.#connect(options);
    this.#connection = connection;
    void this.#follow(connection);
    const { jetstream, jetstreamManager } = await import("@nats-io/jetstream");
    const timeout = this.#timeoutMs;
    const manager: JetStreamManager = await jetstreamManager(connection, {
      timeout,
      // The question whether JetStream is there is one that agents may not ask.
      checkAPI: false,
    });
    const stream = jetstream(connection, { timeout });
    return { connection, stream, reader: directReader(manager) };
  }

  /**
   * Tries until there is a server. The client would wait for one by itself, and
   * could not be told to stop.
   */
  async #connect(options: NatsOptions): Promise<NatsConnection> {
    const backoff = new Backoff({ minMs: 500, maxMs: 15_000 });
    const { signal } = this.#closing;
    for (;;) {
      try {
        return await connectNats(options, inboxOf(this.#agent));
      } catch {
        await sleep(backoff.next(), signal);
      }
    }
  }

  /** What was told while the connection was broken was told to nobody. */
  async #follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type !== "reconnect") continue;
      for (const listener of this.#listeners) listener();
    }
  }

  async #try<T>(
    act: string,
    work: (opened: Opened) => Promise<T>,
  ): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const refuse = () => reject(new Error("no server can be reached"));
      timer = setTimeout(refuse, this.#timeoutMs);
    });
    try {
      const ends = [late, this.#ended.promise];
      const opened = await Promise.race([this.#opened, ...ends]);
      clearTimeout(timer);
      return await Promise.race([work(opened), this.#ended.promise]);
    } catch (cause) {
      throw natsError(`Cannot ${act}`, cause);
    } finally {
      clearTimeout(timer);
    }
  }
}
