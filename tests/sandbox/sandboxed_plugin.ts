/**
 * Runs a plugin in a process, with a real database, as a handler would.
 *
 * @module
 */
import type { RouteContribution } from "../../src/plugin/contributions.ts";
import { PluginHealth } from "../../src/execution/health/plugin_health.ts";
import type {
  PluginPermissions,
  SandboxOptions,
} from "../../src/sandbox/mod.ts";
import { ProcessRunner } from "../../src/sandbox/host/process_runner.ts";
import { Sandbox } from "../../src/sandbox/host/sandbox.ts";
import type { TableFile } from "../../src/execution/isolated_plugins.ts";
import { DB } from "../../src/sqlite/mod.ts";

/** How a test runs its plugin. */
export interface SandboxedPluginOptions extends SandboxOptions {
  readonly sandbox?: Sandbox;
  /** The folder of its table's file; a new one without. */
  readonly folder?: string;
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
  readonly health = new PluginHealth();
  readonly logs: string[] = [];
  /** Where its table is. */
  readonly file: TableFile;
  readonly #folder: string | undefined;

  constructor(code: string, options: SandboxedPluginOptions = {}) {
    this.#folder = options.folder === undefined
      ? Deno.makeTempDirSync()
      : undefined;
    const folder = options.folder ?? this.#folder!;
    this.file = { path: `${folder}/table.db`, folder, temporary: false };
    const name = options.name ?? "guest";
    const plugin = { id: 7, name, version: "1.0.0" };
    const log = (level: string) => (text: string) =>
      void this.logs.push(`${level}: ${text}`);
    this.runner = new ProcessRunner({
      sandbox: options.sandbox ?? new Sandbox(options),
      plugin,
      source: () => ({ ...plugin, code, language: "javascript" }),
      permissions: options.permissions ?? (() => ({})),
      tableFile: () => undefined,
      open: ({ contributions: { table } }) =>
        table === undefined ? null : { file: this.file, kept: [] },
      logger: {
        error: log("error"),
        warn: log("warn"),
        info: log("info"),
        debug: log("debug"),
      },
      health: this.health,
      actionTimeoutMs: options.actionTimeoutMs ?? 60_000,
      loadTimeoutMs: options.loadTimeoutMs ?? 60_000,
      cleanupTimeoutMs: 30_000,
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

  /** The table's file, as somebody else opens it. */
  openFile(): DB {
    return new DB(this.file.path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.dispose();
    if (this.#folder) Deno.removeSync(this.#folder, { recursive: true });
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
