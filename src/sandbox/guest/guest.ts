/**
 * The guest: what runs in the child process. It imports the plugin with the
 * host's own loader and runs it with the host's own inline runner, so that a
 * plugin finds the same here as there; everything around that is messages.
 *
 * @module
 */
import type { PluginContributions } from "../../plugin/contributions.ts";
import {
  ActionError,
  type Issue,
  messageOf,
  PluginError,
} from "../../shared/errors.ts";
import { nameStack } from "../../shared/stack/readable_stack.ts";
import { type ImportedPlugin, PluginLoader } from "../../loader/mod.ts";
import { declaredTables, tablesByName } from "../../plugin/declared_tables.ts";
import type { Row, TableConfig, TablesByName } from "../../plugin/plugin.ts";
import { isThenable } from "../../async/thenable.ts";
import { TokenBucket } from "../../async/token_bucket.ts";
import { actionFailed } from "../../execution/chain/chain_errors.ts";
import { parseBody } from "../../dispatch/http/body.ts";
import {
  type GivenSettings,
  InlineRunner,
} from "../../execution/inline_runner.ts";
import {
  settingIssue,
  type SettledReport,
  type StoredSettings,
} from "../../execution/settle_settings.ts";
import { runUpgrade } from "../../execution/run_upgrade.ts";
import { PluginEmitter } from "../../execution/plugin_emitter.ts";
import { PluginHealth } from "../../execution/health/plugin_health.ts";
import type { RunChain, RunHook } from "../../execution/plugin_runner.ts";
import { detectParser } from "../../sqlite/schema/parser_detection.ts";
import { QueryBuilder } from "../../sqlite/query/query_builder.ts";
import { Decoder } from "../wire/decoder.ts";
import { Encoder } from "../wire/encoder.ts";
import { splitBytes, type WireAnswer } from "../wire/answer.ts";
import { FAULTS_PER_SECOND } from "../wire/wire_limits.ts";
import { crossingValue } from "../wire/crossing_value.ts";
import { toldError } from "../wire/told_error.ts";
import {
  type CallWork,
  type GuestBoundMessage,
  type HostBoundMessage,
  type OpenMessage,
  PROTOCOL_VERSION,
  type StreamMessage,
} from "../wire/protocol.ts";
import { StreamHub } from "../host/call/stream_hub.ts";
import { putTogether } from "../wire/wire_request.ts";
import { chainAnswer } from "./chain_answer.ts";
import { freeMemory } from "./free_memory.ts";
import { GuestLogger } from "./guest_logger.ts";
import { GuestPipe } from "./pipe.ts";
import { withProcessEnv } from "./process_env.ts";
import { type AskStore, StoreConnection, StoreDriver } from "./store_driver.ts";
import { directLink, relayedLink } from "./store_link.ts";
import { takeAway } from "./taken_away.ts";
import { type Step, watchedDefinition } from "./watched_definition.ts";

const exit: (code: number) => never = Deno.exit.bind(Deno);

/** What is known of a call while it is under way. */
interface GuestCall {
  readonly id: number;
  readonly abort: AbortController;
  index: number;
  /** What its answer is made of, where that is bytes. */
  bytes?: Uint8Array | undefined;
}

/** Runs one plugin in this process. */
export class Guest {
  readonly #pipe = new GuestPipe();
  readonly #streams = new StreamHub((message) => this.#send(message));
  readonly #inbox: GuestBoundMessage[] = [];
  readonly #calls = new Map<number, GuestCall>();
  /** The calls by their requests, which every action is handed. */
  readonly #byRequest = new WeakMap<Request, GuestCall>();
  readonly #chains = new Map<string, RunChain>();
  readonly #hooks = new Map<string, RunHook>();
  #open!: OpenMessage;
  #runner!: InlineRunner;
  #contributions!: PluginContributions;
  readonly #health = new PluginHealth();
  #stored: StoredSettings | undefined;
  #loaded!: ImportedPlugin;
  #logger!: GuestLogger;
  #connection: StoreConnection | undefined;
  #tables: TablesByName = {};
  #newTable: () => QueryBuilder | null = () => null;
  readonly #faults = new TokenBucket(FAULTS_PER_SECOND, FAULTS_PER_SECOND);
  #askStore!: AskStore;
  /** Keeps what errors say from clients, where the host wants that. */
  #hide: ((error: unknown) => string) | undefined;
  #waitingForInit: GuestBoundMessage[] | undefined = [];

  /** Imports the plugin, and answers the host until it says goodbye. */
  async run(): Promise<void> {
    const first = this.#decode(this.#pipe.receiveSync());
    if (first.type !== "open") exit(71);
    this.#open = first;
    this.#pipe.useSecret(first.secret);
    this.#askStore = first.hasPipes
      ? directLink()
      : relayedLink(this.#exchange);
    takeAway(first.mayUseGpu);
    this.#send({ type: "ready", protocol: PROTOCOL_VERSION });
    this.#listenForFaults();
    const logger = new GuestLogger(
      (level, text) => this.#send({ type: "log", level, text }),
      first.logLinesPerSecond,
    );
    logger.takeConsole();
    if (!first.exposeErrors) this.#hide = hiding(logger);
    void this.#load(logger);
    for (;;) {
      const message = this.#inbox.shift() ?? await this.#next();
      if (message !== undefined) this.#handle(message);
    }
  }

  async #next(): Promise<GuestBoundMessage | undefined> {
    const bytes = await this.#pipe.receive();
    return bytes && this.#decode(bytes);
  }

  async #load(logger: GuestLogger): Promise<void> {
    const { plugin, language, environment, sourcesKey, shifts } = this.#open;
    try {
      const code = withProcessEnv(this.#open.code, environment);
      const [loading] = new PluginLoader().load([
        { plugin, code, sourcesKey, shifts, language, reachesOut: false },
      ]);
      const loaded = await loading!;
      this.#loaded = loaded;
      this.#logger = logger;
      const { contributions } = loaded;
      this.#contributions = contributions;
      this.#runner = new InlineRunner({
        ...this.#open,
        // The host has that limit; the first timer of a process takes 5 ms.
        loadTimeoutMs: 0,
        plugin: {
          identity: plugin,
          logger,
          table: () => this.#newTable(),
          emit: this.#emitter().emit,
        },
        code: () =>
          Promise.resolve({
            ...loaded,
            definition: watchedDefinition(
              loaded.definition,
              this.#onStep,
              this.#open.actionTimeoutMs,
            ),
            tables: this.#tables,
            settings: this.#givenSettings(),
          }),
        health: this.#health,
      });
      this.#send({ type: "loaded", contributions });
    } catch (error) {
      this.#send({ type: "refused", error: toldError(error) as Error });
    }
  }

  #emitter(): PluginEmitter {
    return new PluginEmitter({
      ...this.#open,
      publish: (event, json) => this.#send({ type: "emit", event, json }),
    });
  }

  #givenSettings(): GivenSettings | undefined {
    const { settings: contribution } = this.#contributions;
    const stored = this.#stored;
    return contribution && stored && { contribution, stored };
  }

  /** Tells the host where the call of a request is. */
  readonly #onStep = (request: Request, timeoutMs?: number): Step => {
    const call = this.#byRequest.get(request);
    if (call === undefined) return { isFirst: false, tell: () => {} };
    const { id } = call;
    const index = call.index++;
    const tell = () => this.#send({ type: "step", id, index, timeoutMs });
    return { isFirst: index === 0, tell };
  };

  #handle(message: GuestBoundMessage): void {
    switch (message.type) {
      case "call":
        return this.#begin(message);
      case "abort":
        return this.#calls.get(message.id)?.abort.abort(
          new DOMException(message.reason, "AbortError"),
        );
      case "ping":
        return this.#send({ type: "pong" });
      case "close":
        return void this.#close();
      case "open":
      case "answer":
        return;
      default:
        return this.#streams.handle(message);
    }
  }

  #begin(message: GuestBoundMessage & { type: "call" }): void {
    const { id, work } = message;
    // Calls may arrive while init() runs; they belong behind it.
    if (!BEFORE_CALLS.has(work.kind) && this.#waitingForInit !== undefined) {
      this.#waitingForInit.push(message);
      return;
    }
    const call = { id, abort: new AbortController(), index: 0 };
    this.#calls.set(id, call);
    try {
      const value = this.#start(call, work);
      if (isThenable(value)) void this.#finish(call, value);
      else this.#reply(call, value);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  /** What it returns can cross. */
  #start(call: GuestCall, work: CallWork): unknown {
    switch (work.kind) {
      case "init":
        return this.#init(work);
      case "upgrade":
        return this.#upgrade(work);
      case "settings":
        return this.#configure(work);
      case "hook":
        return then(
          this.#hook(work.event)(work.payload, work.extra),
          hookAnswer,
        );
      case "chain":
        return this.#runChain(call, work);
    }
  }

  #runChain(
    call: GuestCall,
    { route, request: parts, body: sent, params }: CallWork & { kind: "chain" },
  ): unknown {
    const request = putTogether(parts, call.abort.signal);
    this.#byRequest.set(request, call);
    const body = parts.body instanceof Uint8Array
      ? parseBody(parts.body, request.headers.get("content-type"))
      : sent;
    const chain = this.#chain(route);
    const value = then(body, (it) => chain({ request, body: it, params }));
    // The action that was the last to begin is the one that answers.
    const failed = (cause: unknown): never => {
      if (cause instanceof ActionError) throw cause;
      const index = Math.max(0, call.index - 1);
      const action = route.actions[index] ?? "";
      throw actionFailed(this.#open.plugin, { action, index, cause });
    };
    const send = (answered: WireAnswer) => {
      const { answer, bytes } = splitBytes(answered);
      if (bytes !== undefined) call.bytes = bytes;
      return answer;
    };
    const answer = (it: unknown) => {
      try {
        const answered = chainAnswer(it, request, this.#hide);
        return answered instanceof Promise
          ? answered.then(send, failed)
          : send(answered);
      } catch (cause) {
        return failed(cause);
      }
    };
    return then(value, answer);
  }

  async #init(
    { hasTables, settings }: CallWork & { kind: "init" },
  ): Promise<SettledReport> {
    this.#stored = settings;
    if (hasTables) this.#connection ??= this.#useTables();
    await this.#runner.activate();
    const waiting = this.#waitingForInit!;
    this.#waitingForInit = undefined;
    this.#inbox.unshift(...waiting);
    return this.#health.settings;
  }

  /** The store's transaction is open: it ends here, one way or the other. */
  #upgrade(
    { hasTables, from }: CallWork & { kind: "upgrade" },
  ): void {
    if (!hasTables) return this.#runUpgrade(from);
    const connection = this.#connection = this.#useTables();
    connection.inTransaction = true;
    try {
      this.#runUpgrade(from);
      connection.exec("COMMIT");
    } catch (error) {
      if (connection.inTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }

  #runUpgrade(from: string): void {
    const { plugin } = this.#open;
    runUpgrade(this.#loaded, {
      from,
      to: plugin.version,
      table: this.#newTable(),
      tables: this.#tables,
      logger: this.#logger,
      plugin,
    });
  }

  #useTables(): StoreConnection {
    const { table, tables } = this.#contributions;
    const connection = new StoreConnection(this.#askStore);
    const places = new Map(
      declaredTables(this.#contributions).map((it, place) => [it, place]),
    );
    const builderOf = (config: TableConfig) => {
      const { name, columns } = config;
      const driver = new StoreDriver(connection, places.get(config)!);
      const parser = detectParser<Row>(columns, config.parser);
      return () => new QueryBuilder(driver, name, parser);
    };
    if (table !== undefined) this.#newTable = builderOf(table);
    if (tables !== undefined) this.#tables = tablesByName(tables, builderOf);
    return connection;
  }

  async #configure(
    { act, settings }: CallWork & { kind: "settings" },
  ): Promise<SettledReport | readonly Issue[]> {
    if (act === "check") {
      const issues = await this.#runner.checkSettings(settings);
      return issues.map(settingIssue);
    }
    await this.#runner.configure(settings);
    return this.#health.settings;
  }

  #chain(route: Extract<CallWork, { kind: "chain" }>["route"]): RunChain {
    const key = `${route.key}\n${route.actions.join("\n")}`;
    let chain = this.#chains.get(key);
    if (chain === undefined) {
      this.#chains.set(key, chain = this.#runner.chain(route));
    }
    return chain;
  }

  #hook(event: string): RunHook {
    let hook = this.#hooks.get(event);
    if (hook === undefined) {
      this.#hooks.set(event, hook = this.#runner.hook(event));
    }
    return hook;
  }

  async #finish(call: GuestCall, pending: PromiseLike<unknown>): Promise<void> {
    try {
      this.#reply(call, await pending);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  #reply(call: GuestCall, value: unknown): void {
    this.#answer("reply", call, value);
  }

  #fail(call: GuestCall, thrown: unknown): void {
    // They may be what could not be sent.
    call.bytes = undefined;
    freeMemory(thrown);
    nameStack(thrown);
    this.#answer("failure", call, toldError(thrown));
  }

  #answer(
    type: "reply" | "failure",
    { id, bytes }: GuestCall,
    answer: unknown,
  ): void {
    const value = new Encoder(0, this.#streams.send).encode(answer);
    this.#send({ type, id, value, bytes });
    this.#calls.delete(id);
  }

  /** Blocks until the host has the store's answer; what else arrives waits. */
  readonly #exchange = (frame: Uint8Array): Uint8Array => {
    this.#send({ type: "query", frame });
    for (;;) {
      const message = this.#decode(this.#pipe.receiveSync());
      if (message.type === "answer") return message.bytes;
      this.#inbox.push(message);
    }
  };

  #listenForFaults(): void {
    const report = (error: unknown): void => {
      if (!this.#faults.take()) return;
      nameStack(error);
      const cause = error instanceof Error ? error : new PluginError(
        "LOAD_FAILED",
        messageOf(error),
      );
      this.#send({ type: "fault", error: toldError(cause) });
    };
    addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      report(event.reason);
    });
    addEventListener("error", (event) => {
      event.preventDefault();
      report(event.error);
    });
  }

  async #close(): Promise<void> {
    try {
      await this.#runner?.dispose();
    } catch (error) {
      this.#send({ type: "fault", error: toldError(error) });
    }
    this.#send({ type: "closed" });
    exit(0);
  }

  #send(message: HostBoundMessage | StreamMessage): void {
    this.#pipe.send(new Encoder(0, this.#streams.send).encode(message));
  }

  #decode(bytes: Uint8Array): GuestBoundMessage {
    const value = new Decoder(bytes, { receive: this.#streams.receive })
      .decode();
    return value as GuestBoundMessage;
  }
}

/** What is done before anything else can be called. */
const BEFORE_CALLS: ReadonlySet<CallWork["kind"]> = new Set([
  "upgrade",
  "init",
]);

/** Waits only where something has to be waited for. */
function then<T>(value: unknown, next: (value: unknown) => T): unknown {
  return isThenable(value) ? value.then(next) : next(value);
}

/** Whoever emits an event does not ask what its hooks return. */
function hookAnswer(value: unknown): unknown {
  try {
    const copy = crossingValue(value);
    new Encoder(0).encode(copy);
    return copy;
  } catch {
    return undefined;
  }
}

/** The client gets a number, which the log repeats. */
function hiding(logger: GuestLogger): (error: unknown) => string {
  return (error) => {
    const id = crypto.randomUUID().slice(0, 8);
    logger.error(`An answer broke off (error ${id}): ${messageOf(error)}`);
    return id;
  };
}
