/**
 * Feeds a plugin handler with the events of Docker Engines.
 *
 * @module
 */
import { PluginError } from "../shared/errors.ts";
import { EngineWatch } from "./stream/engine_watch.ts";
import type {
  EngineOptions,
  EventTaker,
  WatchOptions,
} from "./stream/watch_options.ts";

/** Which engines are watched, and how. */
export interface ConnectDockerOptions extends WatchOptions {
  /** The engines. @default one, found as {@linkcode EngineAddress} says */
  readonly engines?: readonly EngineOptions[];
}

/** The undo of {@linkcode connectDocker}, with what else can be done. */
export interface DockerConnection extends AsyncDisposable {
  /**
   * Ends everything.
   *
   * @returns When all that had arrived has been emitted, `host:removed` last.
   */
  (): Promise<void>;
  /**
   * Settles when every engine has been reached and its running containers are
   * reported, or could not be reached at the first attempt. It never rejects.
   */
  readonly ready: Promise<void>;
  /**
   * Watches one more engine.
   *
   * @param engine The engine.
   * @returns The number of its host, when the engine is as far as `ready` says.
   * @throws {PluginError} `DOCKER_FAILED` where the address cannot be used, the
   * number is taken, or watching has been undone.
   */
  add(engine: EngineOptions): Promise<number>;
  /**
   * Gives a host another name, which plugins learn by `host:updated`.
   *
   * @param hostId The number of the host.
   * @param hostName The name by which people know it from now on.
   * @returns Whether it is watched, when `host:updated` has been emitted.
   */
  rename(hostId: number, hostName: string): Promise<boolean>;
  /**
   * Stops watching an engine.
   *
   * @param hostId The number of its host.
   * @returns Whether it was watched, when `host:removed` has been emitted.
   */
  remove(hostId: number): Promise<boolean>;
}

/**
 * Feeds a handler with the events of one or more Docker Engines until it is
 * undone. Each event is emitted once, under one name, and the next one of the
 * same engine when the handler is done with it:
 *
 * - `container:created`, `started`, `stopped`, `restarted`, `paused`,
 *   `unpaused`, `died` (with `exitCode`), `killed` (with `signal`), `oom`,
 *   `health_status` (with `health`), `renamed` (with `oldName`), `removed`;
 *   `container:seen` for each container that runs when the engine is reached.
 *   The payload is a {@linkcode ContainerEventInfo}, which has the container's
 *   fields at the top and under `containerInfo`; of `container:seen` it is the
 *   `ContainerInfo` alone.
 * - `image:pulled`, `tagged`, `untagged`, `removed`, with an
 *   {@linkcode ImageEventInfo}.
 * - `docker:<type>:<action>` for everything else, such as
 *   `docker:network:connect`, with a {@linkcode RawDockerEvent}.
 * - `docker:gap` where events are missing that the engine cannot replay, with
 *   a {@linkcode DockerGapInfo}. What the container list shows to have happened
 *   meanwhile follows with `inferred: true`, such as `container:died` and
 *   `container:removed`; running containers that are new as `container:seen`.
 * - `host:added`, `host:removed`, `host:updated` (another name),
 *   `host:health:changed`, with a {@linkcode HostEvent}.
 * - `error` with the error, and an {@linkcode ErrorEventInfo} beside it, where
 *   an engine goes out of reach or does not tell its metrics.
 * - With `metrics`: `container:metrics` with a
 *   {@linkcode ContainerMetricsEvent}, `host:metrics` with a
 *   {@linkcode HostMetricsEvent}, and `stream:started`, `stream:data` (all of a
 *   round), `stream:error` and `stream:stopped` with a {@linkcode StreamEvent}.
 *
 * A restart is one `container:restarted`. To know one, `container:stopped`,
 * and `container:died` after a kill, are held back for half a second, and
 * `container:started` for a tenth. The signal that a stop or a restart begins
 * with is reported at once, as `container:killed`. The order of events is the
 * engine's for each container; events of other containers may overtake what
 * is held back.
 *
 * Permissions: as for {@linkcode DockerEvents}. Only `GET` requests are sent.
 *
 * @param handler What takes the events: a `PluginHandler`, or anything with its `emit`.
 * @param options Which engines are watched, and how.
 * @returns The undo.
 * @throws {PluginError} `DOCKER_FAILED` where an address cannot be used, or two hosts have one number.
 *
 * @example Feeding a handler
 * ```ts
 * import { connectDocker } from "@dockstat/plugin-handler/docker";
 * import { assertEquals } from "@std/assert";
 *
 * // An engine with one running container, for machines without Docker.
 * const answers: Record<string, unknown> = {
 *   "/version": { Version: "20.10.24", ApiVersion: "1.41" },
 *   "/v1.41/info": { Name: "example", SystemTime: "2026-01-01T00:00:00Z" },
 *   "/v1.41/containers/json": [
 *     { Id: "4f5e", Names: ["/web"], Image: "nginx", State: "running" },
 *   ],
 * };
 * await using engine = Deno.serve({ port: 0, onListen() {} }, (request) => {
 *   const { pathname, searchParams } = new URL(request.url);
 *   if (pathname !== "/v1.41/events") return Response.json(answers[pathname]);
 *   return new Response(searchParams.has("until") ? "" : new ReadableStream());
 * });
 *
 * const names: string[] = [];
 * const disconnect = connectDocker({
 *   // deno-lint-ignore require-await
 *   async emit(event) {
 *     names.push(event);
 *   },
 * }, { engines: [{ host: `tcp://127.0.0.1:${engine.addr.port}` }] });
 * await disconnect.ready;
 * await disconnect();
 * assertEquals(names, ["host:added", "container:seen", "host:removed"]);
 * ```
 */
export function connectDocker(
  handler: EventTaker,
  options: ConnectDockerOptions = {},
): DockerConnection {
  const watches = new Map<number, EngineWatch>();
  let undone = false;
  const add = async (engine: EngineOptions): Promise<number> => {
    if (undone) throw alreadyUndone();
    const hostId = startWatch(watches, engine, { handler, options });
    await watches.get(hostId)?.ready;
    return hostId;
  };
  const remove = async (hostId: number): Promise<boolean> => {
    const watch = watches.get(hostId);
    await watch?.[Symbol.asyncDispose]();
    // The number is free again after its `host:removed`, and not before.
    return watches.get(hostId) === watch && watches.delete(hostId);
  };
  const rename = async (hostId: number, hostName: string): Promise<boolean> => {
    const watch = watches.get(hostId);
    await watch?.rename(hostName);
    return watch !== undefined;
  };
  const disconnect = async (): Promise<void> => {
    undone = true;
    await Promise.all([...watches.keys()].map(remove));
  };
  startAll(watches, options.engines ?? [{}], { handler, options });
  const ready = Promise.all([...watches.values()].map((watch) => watch.ready));
  return Object.assign(disconnect, {
    ready: ready.then(() => {}),
    add,
    rename,
    remove,
    [Symbol.asyncDispose]: disconnect,
  });
}

interface WatchSetup {
  readonly handler: EventTaker;
  readonly options: ConnectDockerOptions;
}

/** Starts all or none. */
function startAll(
  watches: Map<number, EngineWatch>,
  engines: readonly EngineOptions[],
  setup: WatchSetup,
): void {
  try {
    for (const engine of engines) startWatch(watches, engine, setup);
  } catch (error) {
    for (const watch of watches.values()) watch[Symbol.asyncDispose]();
    throw error;
  }
}

function startWatch(
  watches: Map<number, EngineWatch>,
  engine: EngineOptions,
  { handler, options }: WatchSetup,
): number {
  const hostId = engine.hostId ?? freeNumber(watches);
  if (watches.has(hostId)) {
    throw new PluginError(
      "DOCKER_FAILED",
      `Cannot watch the Docker host "${hostId}": another engine has this number`,
    );
  }
  watches.set(hostId, new EngineWatch(handler, { ...engine, hostId }, options));
  return hostId;
}

function freeNumber(watches: ReadonlyMap<number, unknown>): number {
  let number = 1;
  while (watches.has(number)) number++;
  return number;
}

function alreadyUndone(): PluginError {
  return new PluginError(
    "DOCKER_FAILED",
    "Cannot watch another engine: watching has been undone; call connectDocker() again",
  );
}
