/**
 * A small DockStat agent: one database file, one HTTP server, one handler with
 * its plugins, and one source of container events.
 *
 * @module
 */
import { dirname } from "@std/path";
import { PluginHandler } from "@dockstat/plugin-handler";
import { connectDocker, type HostEvent } from "@dockstat/plugin-handler/docker";
import { createServer, type Server } from "@dockstat/plugin-handler/server";
import { column, DB } from "@dockstat/plugin-handler/sqlite";
import { answer } from "./app.ts";
import { Inbox } from "./inbox.ts";
import { MANIFESTS } from "./plugin_store.ts";
import { RECORDED_EVENTS } from "./recorded_events.ts";
import type { Settings } from "./settings.ts";

/** An agent that runs. */
export interface Agent extends AsyncDisposable {
  /** Where it listens. */
  readonly origin: string;
  /** Its plugins. */
  readonly handler: PluginHandler;
  /** Where people look at them: the page to open, with the token at first. */
  readonly console: string;
  /** Settles when the recorded events were played, or Docker was reached. */
  readonly ready: Promise<unknown>;
  /** Shuts it down: no more requests or events, plugins unloaded, file closed. */
  close(): Promise<void>;
}

/** A line for whoever started the agent. */
export type Say = (line: string) => void;

/** What the original's frontend is served at while it is developed. */
const FRONTEND = "http://localhost:5173";

/**
 * Starts an agent. On a new database it installs the example plugins from its
 * own store, and plays the recorded events where there is no Docker Engine.
 *
 * Permissions: `--allow-read` and `--allow-write` for the database's folder
 * and the engine's socket, `--allow-read=examples/plugins`, `--allow-net` for
 * itself, the socket and all that webhooks go to.
 *
 * @param settings Where it listens, and where it keeps what it knows.
 * @param say Takes what there is to print.
 * @param takeLogs Is handed the sink that the console's log page shows.
 * @returns The agent, once its plugins are loaded.
 */
export async function startAgent(
  settings: Settings,
  say: Say = () => {},
  takeLogs: (sink: Server["logSink"]) => void = () => {},
): Promise<Agent> {
  await using undo = new AsyncDisposableStack();
  const db = undo.adopt(await openDatabase(settings.db), (it) => it.close());
  const done = db.createTable<{ name: string }>("agent_first_start", {
    name: column.text({ primaryKey: true }),
  });
  const handler = undo.use(
    new PluginHandler(db, { loggerParents: ["agent"], followStoreMs: 500 }),
  );
  const feed = feedTo(handler, say);
  const application = undo.use(createServer(handler, {
    origins: [FRONTEND],
    allowPrivateHosts: true,
  }));
  takeLogs(application.logSink);
  const parts = {
    application,
    inbox: new Inbox(),
    replay: () => play(feed),
  };
  const server = undo.adopt(
    Deno.serve({
      hostname: "127.0.0.1",
      port: settings.port,
      onListen: () => {},
    }, (request, info) => answer(parts, request, info)),
    async (it) => {
      application.stopServing();
      // What is under way is answered; streams of plugins may have no end but this.
      const grace = setTimeout(() => handler.close(), GRACE_MS);
      await it.shutdown();
      clearTimeout(grace);
    },
  );
  const origin = `http://127.0.0.1:${server.addr.port}`;
  say(`DockStat agent on ${origin}, database ${settings.db}\n`);

  await installExamples(handler, { origin, say, done });
  for (const { error } of (await handler.loadAllPlugins()).errors) say(error);
  for (const line of loadedLines(handler)) say(line);
  await handler.emit("onServerBoot", { origin });
  const source = undo.use(
    await openSource(settings.dockerSocket, { feed, say, done }),
  );

  const running = undo.move();
  const close = once(() => running.disposeAsync());
  const { firstToken } = application;
  return {
    origin,
    handler,
    console: `${origin}/console${firstToken ? `#token=${firstToken}` : ""}`,
    ready: source.ready,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** How long what is under way may take once the agent is told to stop. */
const GRACE_MS = 5_000;

/** What was done at the first start, and is not done again. */
type Done = ReturnType<typeof DB.prototype.createTable<{ name: string }>>;

async function openDatabase(path: string): Promise<DB> {
  await Deno.mkdir(dirname(path), { recursive: true });
  return new DB(path);
}

/** Another agent on the same database may have been faster. */
function note(done: Done, name: string): boolean {
  try {
    done.insert({ name });
    return true;
  } catch (error) {
    if (done.where({ name }).exists()) return false;
    throw error;
  }
}

function loadedLines(handler: PluginHandler): string[] {
  const loaded = new Set(handler.getLoadedPlugins());
  return handler.getAll().map(({ id, name, version }) =>
    `${loaded.has(id) ? "Loaded" : "Left out"} ${name} ${version}, plugin ${id}`
  );
}

/** Installs what was never installed: what was deleted since stays away. */
async function installExamples(
  handler: PluginHandler,
  { origin, say, done }: { origin: string; say: Say; done: Done },
): Promise<void> {
  for (const manifest of MANIFESTS) {
    if (done.where({ name: manifest }).exists()) continue;
    const url = `${origin}/store/${manifest}`;
    const { success, error, id } = await handler.installFromManifestLink(url);
    const name = dirname(manifest);
    const isThere = handler.getAll().some((row) => row.name === name);
    if (isThere) note(done, manifest);
    if (success) say(`Installed ${url} as plugin ${id}`);
    else say(isThere ? `Another agent installed ${name}` : String(error));
  }
}

/** What takes events. */
interface Feed {
  emit(event: string, payload: unknown): Promise<number>;
}

function feedTo(handler: PluginHandler, say: Say): Feed {
  return {
    async emit(event, payload) {
      const { delivered, failed } = await handler.emit(event, payload);
      if (/^host:(added|health)/.test(event)) {
        say(hostLine(payload as HostEvent));
      }
      if (delivered > 0) say(`${event} ${nameOf(payload)}: hooks ${delivered}`);
      for (const { error } of failed) say(error.message);
      return delivered;
    },
  };
}

function hostLine({ hostName, healthy, reason }: HostEvent): string {
  return healthy
    ? `Docker host ${hostName} can be reached`
    : `Docker host ${hostName} cannot be reached: ${reason}`;
}

function nameOf(payload: unknown): string {
  return String(Object(payload).name ?? Object(payload).id ?? "");
}

async function play(feed: Feed): Promise<{ events: number; hooks: number }> {
  let hooks = 0;
  for (const { event, payload } of RECORDED_EVENTS) {
    hooks += await feed.emit(event, payload);
  }
  return { events: RECORDED_EVENTS.length, hooks };
}

/** Connects to the Docker Engine, or plays the recording once. */
async function openSource(
  socket: string,
  { feed, say, done }: { feed: Feed; say: Say; done: Done },
): Promise<AsyncDisposable & { readonly ready: Promise<unknown> }> {
  if (await isSocket(socket)) {
    say(`Listening to the Docker Engine at ${socket}`);
    return connectDocker(feed, { engines: [{ host: `unix://${socket}` }] });
  }
  if (!note(done, "recorded events")) {
    say(`No Docker Engine at ${socket}: POST /replay plays recorded events`);
    return { ready: Promise.resolve(), [Symbol.asyncDispose]: async () => {} };
  }
  say(`No Docker Engine at ${socket}: these events are recorded`);
  const ready = play(feed);
  return { ready, [Symbol.asyncDispose]: async () => void await ready };
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isSocket === true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => running ??= run();
}
