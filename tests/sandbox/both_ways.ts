/**
 * Runs a check through the public handler in both ways of running a plugin.
 *
 * @module
 */
import {
  type DBPluginSchema,
  type Isolation,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { assert } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";
import { waitFor } from "../wait_for.ts";

/** The plugin that the suite is about. */
export const EVERYTHING: string = await Deno.readTextFile(
  new URL("everything_plugin.js", import.meta.url),
);

/** A handler whose plugins run in one of the two ways. */
export class Way implements AsyncDisposable {
  readonly isolation: Isolation;
  readonly handler: PluginHandler;
  readonly #logs: LogRecord[];

  constructor(
    isolation: Isolation,
    logs: LogRecord[],
    options: PluginHandlerOptions = {},
  ) {
    this.isolation = isolation;
    this.#logs = logs;
    this.handler = new PluginHandler(":memory:", {
      isolation,
      actionTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      ...options,
    });
  }

  /** What was logged so far. */
  get logs(): string[] {
    return this.#logs.map(({ message }) => message.join(""));
  }

  /** Saves a plugin and loads it. */
  async load(
    code = EVERYTHING,
    rest: Partial<DBPluginSchema> & { readonly permissions?: unknown } = {},
  ): Promise<number> {
    const row = rowOf(rest.name ?? "plugin", code, rest);
    const { id, error } = this.handler.savePlugin(row);
    assert(id !== undefined, error);
    await this.handler.loadPlugin(id);
    return id;
  }

  /** Asks the first plugin through `handleRoute`. */
  // deno-lint-ignore no-explicit-any -- tests know what their plugins return
  ask(path: string, init?: RequestInit, id = 1): Promise<any> {
    const request = new Request(new URL(path, "http://localhost"), init);
    return this.handler.handleRoute(id, path, request) as Promise<unknown>;
  }

  /** Sends JSON to the first plugin. */
  tell(path: string, body: unknown): ReturnType<Way["ask"]> {
    return this.ask(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Waits until a line was logged. */
  async logged(line: string): Promise<void> {
    await waitFor(`${line} is logged`, () => this.logs.includes(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
  }
}

/** Registers a check once for each way of running a plugin. */
export function bothWays(
  what: string,
  check: (way: Way) => Promise<void>,
  options?: PluginHandlerOptions,
): void {
  for (const isolation of ["inline", "process"] as const) {
    Deno.test(`PluginHandler (${isolation}) ${what}`, async () => {
      const logs: LogRecord[] = [];
      await configure({
        sinks: { list: (record) => logs.push(record) },
        loggers: [
          { category: ["logtape", "meta"], lowestLevel: "error" },
          { category: [], sinks: ["list"] },
        ],
        reset: true,
      });
      try {
        await using way = new Way(isolation, logs, options);
        await check(way);
      } finally {
        await reset();
      }
    });
  }
}

/** The processes that this one started and that are alive. */
export async function childProcesses(): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", {
    args: ["-o", "pid=,comm=", "--ppid", String(Deno.pid)],
  }).output();
  return new TextDecoder().decode(stdout).trim().split("\n")
    .filter((line) => line !== "" && !/\bps$/.test(line))
    .map((line) => parseInt(line));
}
