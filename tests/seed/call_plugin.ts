/**
 * Calls the actions and hooks of a plugin on a real table, without a handler.
 *
 * @module
 */
import type {
  ContainerInfo,
  EventContext,
  EventHandler,
  PluginActionContext,
  PluginActions,
  PluginDraft,
  PluginLogger,
  Row,
  TableConfig,
  Untyped,
} from "@dockstat/plugin-handler/builder";
import { DB, type QueryBuilder } from "@dockstat/plugin-handler/sqlite";

/** A logger that keeps its lines, each with its level in front. */
export class LineLogger implements PluginLogger {
  readonly lines: string[] = [];
  error(message: string): void {
    this.lines.push(`error ${message}`);
  }
  warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info ${message}`);
  }
  debug(message: string): void {
    this.lines.push(`debug ${message}`);
  }
}

/** Where a plugin runs in these tests. */
export interface Stage extends Disposable {
  readonly logger: LineLogger;
  readonly table: QueryBuilder<Row> | null;
}

/** Opens a database in memory with the plugin's table in it. */
export function stage(table?: TableConfig<Untyped>): Stage {
  const db = new DB(":memory:");
  return {
    logger: new LineLogger(),
    table: table === undefined
      ? null
      : db.createTable<Row>(table.name, table.columns, {
        parser: table.parser,
      }),
    [Symbol.dispose]: () => db.close(),
  };
}

/** Runs one action. */
export async function runAction(
  action: PluginActions[string],
  context: Partial<PluginActionContext<Row, Untyped, Untyped>>,
): Promise<Untyped> {
  const handler = typeof action === "function" ? action : action.handler;
  return await handler({
    table: null,
    body: undefined,
    logger: new LineLogger(),
    previousAction: undefined,
    params: {},
    query: new URLSearchParams(),
    request: new Request("http://localhost/"),
    signal: new AbortController().signal,
    plugin: { id: 1, name: "plugin", version: "1.0.0" },
    stop(value: unknown): never {
      throw value;
    },
    ...context,
  } as Untyped);
}

/** Runs the actions of a route in order. */
export async function runRoute(
  plugin: PluginDraft,
  path: string,
  context: Partial<PluginActionContext<Row, Untyped, Untyped>>,
): Promise<Untyped> {
  const { apiRoutes = {}, actions = {} } = plugin.config ?? {};
  let previousAction: Untyped;
  for (const name of apiRoutes[path]!.actions) {
    previousAction = await runAction(actions[name]!, {
      ...context,
      previousAction,
    });
  }
  return previousAction;
}

/** Calls a hook as the handler does. */
export async function callHook(
  hook: EventHandler<Untyped, ContainerInfo> | undefined,
  context: EventContext,
): Promise<void> {
  await hook?.({ ...container, ...context, container }, context);
}

const container: ContainerInfo = {
  id: "f00d",
  hostId: 1,
  clientId: 1,
  name: "web",
  image: "nginx:1",
  status: "Up 2 seconds",
  state: "running",
  created: 1_700_000_000,
  ports: [],
  labels: {},
};
