/**
 * One suite for both ways of running a plugin: what a plugin sees, and what the
 * host gets, is the same.
 *
 * @module
 */
import type { TableHome } from "../../src/execution/isolated_plugins.ts";
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { RouteContribution } from "../../src/plugin/contributions.ts";
import { ActionError } from "../../src/shared/errors.ts";
import { loadSources, PluginLoader } from "../../src/loader/mod.ts";
import type { PluginLogger } from "../../src/plugin/plugin.ts";
import { InlineRunner } from "../../src/execution/inline_runner.ts";
import { PluginHealth } from "../../src/execution/health/plugin_health.ts";
import type { PluginRunner } from "../../src/execution/plugin_runner.ts";
import type { DescribedPlugin } from "../../src/sandbox/host/definition_from_process.ts";
import { ProcessRunner } from "../../src/sandbox/host/process_runner.ts";
import { Sandbox } from "../../src/sandbox/host/sandbox.ts";
import { type ConfinedDB, DB } from "../../src/sqlite/mod.ts";
import { waitFor } from "../wait_for.ts";
import { Deadline } from "../../src/async/deadline.ts";

// The sanitizers would complain of the clock, which has a tick to go.
Deno.test.afterEach(() => Deadline.settle());

const PLUGIN = { id: 3, name: "both", version: "2.0.0" };
const CODE = await Deno.readTextFile(
  new URL("conformance_plugin.js", import.meta.url),
);

/** A plugin, run in one of the two ways. */
class Case implements AsyncDisposable {
  readonly runner: PluginRunner;
  readonly health = new PluginHealth();
  readonly logs: string[] = [];
  readonly #db = new DB(":memory:");
  #folder: string | undefined;
  #table: ConfinedDB | undefined;
  #routes: readonly RouteContribution[] = [];

  constructor(isolation: PluginRunner["isolation"]) {
    const limits = {
      actionTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      cleanupTimeoutMs: 60_000,
      health: this.health,
    };
    const source = { ...PLUGIN, code: CODE, language: "javascript" as const };
    const logger = this.#logger();
    this.runner = isolation === "process"
      ? new ProcessRunner({
        ...limits,
        sandbox: new Sandbox(),
        plugin: PLUGIN,
        source: () => source,
        permissions: () => ({}),
        tableFile: () => undefined,
        open: (described) => this.#home(described),
        logger,
      })
      : new InlineRunner({
        ...limits,
        plugin: {
          identity: PLUGIN,
          emit: () => {},
          logger,
          table: () => this.#table!.table("both_rows", { JSON: ["data"] }),
        },
        code: async () => {
          const module = await loadSources(new PluginLoader(), [source])[0]!;
          this.#open(module);
          return module;
        },
      });
  }

  #home({ contributions }: DescribedPlugin): TableHome {
    this.#routes = contributions.routes;
    const folder = this.#folder = Deno.makeTempDirSync();
    const file = { folder, path: `${folder}/table.db`, temporary: false };
    return { file, kept: [] };
  }

  async call(key: string, request: Request, body?: unknown): Promise<unknown> {
    await this.runner.activate();
    const route = this.#routes.find((route) => route.key === key)!;
    const run = this.runner.chain(route);
    return await run({ request, body, params: { id: "a b" } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.runner.dispose();
    this.#db.close();
    if (this.#folder) Deno.removeSync(this.#folder, { recursive: true });
  }

  #open({ contributions }: Pick<DescribedPlugin, "contributions">): ConfinedDB {
    const { table, routes } = contributions;
    this.#routes = routes;
    this.#table = this.#db.confined({ plugin: "both", table: table!.name });
    this.#table.createTable(table!.columns as never, {
      ifNotExists: true,
      parser: table!.parser as never,
    });
    return this.#table;
  }

  #logger(): PluginLogger {
    const log = (level: string) => (text: string) =>
      void this.logs.push(`${level}: ${text}`);
    return {
      error: log("error"),
      warn: log("warn"),
      info: log("info"),
      debug: log("debug"),
    };
  }
}

const get = () => new Request("http://agent.test/x?a=1");

const suite: Record<string, (it: Case) => Promise<void>> = {
  "hands every part of the context to an action": async (it) => {
    assertEquals(await it.call("/context", get(), { sent: [1] }), {
      body: { sent: [1] },
      previousAction: "first",
      params: { id: "a b" },
      query: "1",
      method: "GET",
      plugin: PLUGIN,
      hasSignal: true,
      keys: ["error", "warn", "info", "debug"],
    });
  },
  "ends a chain with stop()": async (it) => {
    assertEquals(await it.call("/stop", get()), { stopped: true });
  },
  "passes a response through": async (it) => {
    const response = await it.call("/response", get()) as Response;
    assert(response instanceof Response);
    assertEquals([response.status, response.headers.get("x-a")], [418, "b"]);
    assertEquals(await response.text(), "teapot");
  },
  "streams a raw body": async (it) => {
    const request = new Request("http://agent.test/", {
      method: "POST",
      body: "abc",
    });
    assertEquals(await it.call("/raw", request), "ABC");
  },
  "hands a form over": async (it) => {
    const form = new FormData();
    form.append("file", new File(["12345"], "a.txt"));
    assertEquals(await it.call("/form", get(), form), ["a.txt", 5]);
  },
  "reports a failure with its action, index and cause": async (it) => {
    const error = await assertRejects(
      () => it.call("/fails", get()),
      ActionError,
    );
    assertEquals([error.code, error.action, error.index, error.pluginId], [
      "ACTION_FAILED",
      "fails",
      1,
      3,
    ]);
    assert(error.cause instanceof TypeError);
    assertMatch(error.cause.message, /on purpose/);
    assertEquals(it.health.report().actions.fails!.failures, 1);
  },
  "reports a thrown value that is no error": async (it) => {
    const error = await assertRejects(
      () => it.call("/throwsText", get()),
      ActionError,
    );
    assertEquals(error.cause, "just text");
  },
  "times an action out": async (it) => {
    const error = await assertRejects(
      () => it.call("/hangs", get()),
      ActionError,
    );
    assertEquals([error.code, error.action], ["ACTION_TIMEOUT", "hangs"]);
  },
  "refuses an action that does not exist": async (it) => {
    const error = await assertRejects(
      () => it.call("/unknown", get()),
      ActionError,
    );
    assertEquals([error.code, error.action], ["ACTION_NOT_FOUND", "missing"]);
  },
  "gives a table with converted columns": async (it) => {
    assertEquals(await it.call("/table", get()), [
      { id: 1, data: { a: 1 } },
      { id: 2, data: [2] },
    ]);
  },
  "keeps nothing of a batch that fails": async (it) => {
    assertEquals(await it.call("/batch", get()), 0);
  },
  "calls a hook in both shapes": async (it) => {
    await it.runner.activate();
    const payload = { id: "abc", n: 1 };
    assertEquals(await it.runner.hook("onTwo")(payload), {
      first: { id: "abc", n: 1 },
      container: "abc",
      sameLogger: true,
      hasTable: true,
    });
  },
  "runs init() and cleanup()": async (it) => {
    await it.runner.activate();
    await it.runner.dispose();
    assertEquals(it.logs, ["info: init 0", "info: cleanup"]);
  },
  "aborts the signal at disposal": async (it) => {
    const call = it.call("/aborted", get()).catch(() => {});
    await waitFor("it waits", () => it.logs.includes("info: waiting"));
    await it.runner.dispose();
    await call;
    assert(it.logs.includes("warn: aborted"), it.logs.join());
  },
  "refuses a statement on another table": async (it) => {
    const error = await assertRejects(
      () => it.call("/foreign", get()),
      ActionError,
    );
    assertMatch(error.message, /may reach its own table/);
  },
};

for (const isolation of ["inline", "process"] as const) {
  for (const [what, check] of Object.entries(suite)) {
    Deno.test(`PluginRunner (${isolation}) ${what}`, async () => {
      await using it = new Case(isolation);
      await check(it);
    });
  }
}
