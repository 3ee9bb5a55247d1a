/**
 * Runs a plugin in a process, with a real database, as a handler would.
 *
 * @module
 */
import type { RouteContribution } from "../../src/plugin/contributions.ts";
import { PluginHealth } from "../../src/execution/plugin_health.ts";
import {
  type PluginPermissions,
  ProcessRunner,
  Sandbox,
  type SandboxOptions,
} from "../../src/sandbox/mod.ts";
import { DB } from "../../src/sqlite/mod.ts";

/** How a test runs its plugin. */
export interface SandboxedPluginOptions extends SandboxOptions {
  readonly sandbox?: Sandbox;
  readonly db?: DB;
  readonly name?: string;
  readonly permissions?: () => PluginPermissions;
  readonly actionTimeoutMs?: number;
  readonly loadTimeoutMs?: number;
}

/** What a call may bring with it. */
export interface CallOptions {
  readonly body?: unknown;
  readonly request?: Request;
  readonly params?: Record<string, string>;
  readonly raw?: boolean;
}

/** A plugin in a process of its own. */
export class SandboxedPlugin implements AsyncDisposable {
  readonly runner: ProcessRunner;
  readonly health = new PluginHealth(0, () => {});
  readonly logs: string[] = [];
  readonly db: DB;
  readonly #ownsDb: boolean;

  constructor(code: string, options: SandboxedPluginOptions = {}) {
    this.#ownsDb = options.db === undefined;
    this.db = options.db ?? new DB(":memory:");
    const name = options.name ?? "guest";
    const plugin = { id: 7, name, version: "1.0.0" };
    const log = (level: string) => (text: string) =>
      void this.logs.push(`${level}: ${text}`);
    this.runner = new ProcessRunner({
      sandbox: options.sandbox ?? new Sandbox(options),
      plugin,
      source: () => ({ ...plugin, code, language: "javascript" }),
      permissions: options.permissions ?? (() => ({})),
      open: ({ contributions: { table } }) => {
        if (table === undefined) return null;
        const scope = { plugin: name, table: table.name };
        const confined = this.db.confined(scope);
        confined.createTable(table.columns as never, { ifNotExists: true });
        return confined.driver;
      },
      logger: {
        error: log("error"),
        warn: log("warn"),
        info: log("info"),
        debug: log("debug"),
      },
      health: this.health,
      actionTimeoutMs: options.actionTimeoutMs ?? 60_000,
      loadTimeoutMs: options.loadTimeoutMs ?? 60_000,
      cleanupTimeoutMs: 2_000,
    });
  }

  /** Runs actions as a route does. */
  // deno-lint-ignore no-explicit-any -- tests know what their plugins return
  call(actions: string | string[], options: CallOptions = {}): Promise<any> {
    const names = [actions].flat();
    const route: RouteContribution = {
      path: "/",
      key: names.join(),
      methods: ["POST"],
      actions: names,
      body: options.raw ? "raw" : "parsed",
    };
    return this.runner.chain(route)({
      request: options.request ?? new Request("http://agent.test/"),
      body: options.body,
      params: options.params ?? {},
    }) as Promise<unknown>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.dispose();
    if (this.#ownsDb) this.db.close();
  }
}

/** The source of a plugin with the given actions, as text. */
export function pluginWith(actions: string, more = ""): string {
  return `${more}
export default {
  name: "guest",
  version: "1.0.0",
  config: {
    table: {
      name: "guest_rows",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT" },
      },
    },
    actions: { ok: () => "ok", ${actions} },
  },
};`;
}
