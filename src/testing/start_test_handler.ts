/**
 * A handler in memory with one plugin, for its author's tests.
 *
 * @module
 */
import type {
  ActionResult,
  EmitResult,
  PageContext,
  RouteLoaderResults,
} from "../dispatch/mod.ts";
import { PluginHandler } from "../handler/plugin_handler.ts";
import type { Manifest } from "../install/mod.ts";
import type { Row, ScheduleRun } from "../plugin/plugin.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import { PluginError } from "../shared/errors.ts";
import { manifestUnderTest } from "./plugin_under_test.ts";
import { collectLogs, type TestLogLine } from "./test_logs.ts";

/** What a test's handler is started with. */
export interface TestHandlerOptions {
  /**
   * The plugin: its source or its bundle, a path or such as
   * `new URL("./plugin.ts", import.meta.url)`. A `manifest.json` beside it, or
   * one folder above, tells its name and what else there is to know.
   */
  plugin: string | URL;
  /** Fields that count more than those of `manifest.json`. @default {} */
  manifest?: Partial<Manifest>;
  /** Values of the plugin's settings. @default their defaults */
  settings?: Readonly<Record<string, unknown>>;
  /**
   * `"process"`: in a process of its own, with the permissions that the manifest
   * asks for; the code is bundled first, and module state is not shared.
   *
   * @default "inline"
   */
  isolation?: "inline" | "process";
  /** Events to emit at the start, such as recorded ones. @default [] */
  events?: readonly TestEvent[];
  /**
   * When the test's clock stands; time moves on by `clock.tick()` alone.
   *
   * @default the real time
   */
  clock?: Date | number | string;
}

/** An event for the plugin's hooks. */
export interface TestEvent {
  /** Its name, such as `container:started`. */
  readonly event: string;
  /** What it carries; {@linkcode fakeContainer} and others make it. */
  readonly payload?: unknown;
}

/** A clock that a test moves on: the `FakeTime` of `@std/testing`. */
export interface TestClock {
  /** The time, in Unix milliseconds. */
  readonly now: number;
  /**
   * Moves on, and runs the timers that fall due.
   *
   * @param ms How many milliseconds.
   */
  tick(ms?: number): void;
  /**
   * Lets what is under way go on, then moves on.
   *
   * @param ms How many milliseconds.
   */
  tickAsync(ms?: number): Promise<void>;
  /** Lets what is under way go on. */
  runMicrotasks(): Promise<void>;
}

/** A handler with one plugin loaded; see {@linkcode startTestHandler}. */
export class TestHandler implements AsyncDisposable {
  /** The handler itself, for what this class has no method for. */
  readonly handler: PluginHandler;
  /** The plugin's id. */
  readonly id: number;
  /** What was logged so far. */
  readonly logs: readonly TestLogLine[];
  readonly #stack: AsyncDisposableStack;
  readonly #clock: TestClock | undefined;

  /**
   * Made by {@linkcode startTestHandler}.
   *
   * @param handler The handler.
   * @param id The plugin's id.
   * @param parts What is disposed of with it.
   */
  constructor(handler: PluginHandler, id: number, parts: TestParts) {
    this.handler = handler;
    this.id = id;
    this.logs = parts.logs;
    this.#stack = parts.stack;
    this.#clock = parts.clock;
  }

  /**
   * The clock of `startTestHandler({ clock })`.
   *
   * @throws {PluginError} `INVALID_OPTIONS` where none was asked for.
   */
  get clock(): TestClock {
    if (this.#clock !== undefined) return this.#clock;
    throw new PluginError(
      "INVALID_OPTIONS",
      "Cannot move the clock: the test runs in real time; give startTestHandler() the option clock",
    );
  }

  /**
   * The plugin's table.
   *
   * @throws {PluginError} `INVALID_PLUGIN` where it declares none.
   */
  get table(): QueryBuilder<Row> {
    const { table } = this.handler.getServerHooks(this.id);
    if (table) return table as QueryBuilder<Row>;
    throw new PluginError(
      "INVALID_PLUGIN",
      "Cannot read the plugin's table: it declares none",
      { pluginId: this.id },
    );
  }

  /**
   * Asks one of the plugin's routes.
   *
   * @param path The route with its query, such as `/notes?limit=5`.
   * @param init Method, headers and body; an object as `json` is sent as JSON.
   * @returns The answer.
   */
  request(
    path: string,
    { json, ...init }: RequestInit & { readonly json?: unknown } = {},
  ): Promise<Response> {
    const headers = new Headers(init.headers);
    if (json !== undefined) headers.set("content-type", "application/json");
    const body = json === undefined ? init.body : JSON.stringify(json);
    const method = init.method ?? (body == null ? "GET" : "POST");
    const name = encodeURIComponent(this.#name());
    const url = `http://localhost/plugins/${name}/routes/${
      path.replace(/^\//, "")
    }`;
    return this.handler.fetch(
      new Request(url, {
        ...init,
        method,
        headers,
        ...(body == null ? {} : { body }),
      }),
    );
  }

  /**
   * Calls the plugin's hooks on an event.
   *
   * @param event Its name, such as `container:started`.
   * @param payload What it carries.
   * @returns What became of it, once the hooks are done.
   */
  emit(event: string, payload?: unknown): Promise<EmitResult> {
    return this.handler.emit(event, payload);
  }

  /**
   * Runs one of the plugin's schedules now.
   *
   * @param name Its name.
   * @returns What became of it.
   */
  runSchedule(name: string): Promise<ScheduleRun> {
    return this.handler.runSchedule(this.id, name);
  }

  /**
   * Changes the plugin's settings.
   *
   * @param values The values by name.
   */
  async set(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.handler.setSettings(this.id, values);
  }

  /**
   * Runs all loaders of a page.
   *
   * @param path The page's path.
   * @param context The page's state.
   * @returns The results, and the state and data that they make.
   */
  loadPage(path: string, context?: PageContext): Promise<RouteLoaderResults> {
    return this.handler.executeRouteLoaders(this.id, path, context);
  }

  /**
   * Runs an action of a page.
   *
   * @param path The page's path.
   * @param actionId The action's id.
   * @param context The page's state and the widget's payload.
   * @returns What became of it; `null` where there is no such action.
   */
  runAction(
    path: string,
    actionId: string,
    context?: PageContext,
  ): Promise<ActionResult | null> {
    return this.handler.executeAction(this.id, path, actionId, context);
  }

  /** Unloads the plugin, closes the handler, and puts the real time back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }

  #name(): string {
    return this.handler.getAll().find(({ id }) => id === this.id)!.name;
  }
}

/** What a test's handler holds beside the plugin. */
export interface TestParts {
  /** What is logged. */
  readonly logs: readonly TestLogLine[];
  /** What ends with it. */
  readonly stack: AsyncDisposableStack;
  /** The clock, where time is faked. */
  readonly clock?: TestClock;
}

/**
 * Starts a handler in memory with one plugin, for `deno test`.
 *
 * Needs `--allow-read` of the plugin's folder; with `isolation: "process"` also
 * `--allow-run` and `--allow-write`.
 *
 * @param options The plugin, its settings, and how it runs.
 * @returns The handler; `await using` ends it.
 * @throws {PluginError} What keeps the plugin from being loaded, and
 * `VALIDATION_FAILED` for settings that it does not take.
 *
 * @example A plugin that greets
 * ```ts
 * import { startTestHandler } from "@dockstat/plugin-handler/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * const plugin = `${folder}/plugin.js`;
 * await Deno.writeTextFile(plugin, `export default { config: {
 *   actions: { greet: ({ params, logger }) => {
 *     logger.info("somebody came");
 *     return "Hello, " + params.name;
 *   } },
 *   apiRoutes: { "/greet/:name": { method: "GET", actions: ["greet"] } },
 * } };`);
 *
 * await using test = await startTestHandler({ plugin });
 * const response = await test.request("/greet/Ada");
 * assertEquals(await response.text(), "Hello, Ada");
 * assertEquals(test.logs.some(({ message }) => message === "somebody came"), true);
 * ```
 */
export async function startTestHandler(
  options: TestHandlerOptions,
): Promise<TestHandler> {
  await using stack = new AsyncDisposableStack();
  const { isolation = "inline", settings, events = [], clock } = options;
  const isIsolated = isolation === "process";
  const metadata = await manifestUnderTest({ ...options, isIsolated });
  const parent = `test-${crypto.randomUUID()}`;
  const { lines } = stack.use(collectLogs(parent));
  const handler = stack.use(
    new PluginHandler(":memory:", {
      loggerParents: [parent],
      isolation,
      exposeErrors: true,
      secretsKey: crypto.randomUUID(),
      install: { trial: false, loadAfterInstall: false },
    }),
  );
  const time = clock === undefined ? undefined : await fakeTime(clock);
  if (time !== undefined) stack.use(time);
  const id = await install(handler, metadata);
  if (settings !== undefined) await handler.setSettings(id, settings);
  for (const { event, payload } of events) await handler.emit(event, payload);
  return new TestHandler(handler, id, {
    logs: lines,
    stack: stack.move(),
    ...(time === undefined ? {} : { clock: time }),
  });
}

async function install(
  handler: PluginHandler,
  metadata: Record<string, unknown>,
): Promise<number> {
  const installed = await handler.installPlugin(metadata);
  if (!installed.success) throw installed.cause;
  const { id } = installed;
  const { requested } = handler.getPermissions(id);
  if (Object.keys(requested).length > 0) {
    handler.grantPermissions(id, requested as Manifest["permissions"] & object);
  }
  await handler.loadPlugin(id);
  return id;
}

async function fakeTime(
  clock: Date | number | string,
): Promise<TestClock & Disposable> {
  const { FakeTime } = await import("@std/testing/time");
  return new FakeTime(clock);
}
