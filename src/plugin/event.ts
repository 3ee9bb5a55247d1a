/**
 * What a plugin's hooks are, and what they receive.
 *
 * @module
 */
import type { LifecycleEvent } from "./lifecycle_event.ts";
import type { QueryBuilder } from "../sqlite/mod.ts";
import type {
  ContainerInfo,
  ContainerMetricsEvent,
  HostEvent,
  HostMetricsEvent,
  ImageInfo,
  StreamEvent,
} from "./docker_payloads.ts";
import type { SettingsChangedEvent } from "./settings.ts";
import type { PluginLogger, Row, Untyped } from "./words.ts";

/**
 * A plugin's table as its hooks, `init` and `cleanup` see it: there where the
 * author has given its rows a type, or declared its columns beside, and else
 * possibly absent. Columns that `T` names have their types; others are let
 * through, since what an event brings along is often more than a row.
 */
export type HookTable<T> = string extends keyof T ? QueryBuilder<T & Row> | null
  : QueryBuilder<T & Row>;

/**
 * Emits an event of the plugin's own, such as `"my-plugin:changed"`, to whichever
 * plugin has a hook of that name. The manifest declares it in `emits`; the
 * payload is copied as JSON.
 */
export type EmitEvent = (event: string, payload?: unknown) => void;

/** What a hook receives beside the event's payload. */
export interface EventContext<T = Row> {
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** The plugin's table, `null` at run time where it declares none. */
  readonly table: HookTable<T>;
  /**
   * The values of the plugin's settings. The handler always passes them; others
   * who call a hook may not.
   */
  readonly settings?: Untyped;
  /** Emits an event of the plugin's own: an {@linkcode EmitEvent}. */
  readonly emit?: Untyped;
  /** The plugin's tables of `config.tables`, by name. */
  readonly tables?: Untyped;
}

/**
 * The first argument of a hook: the payload, which also answers to
 * `container`, `logger` and `table`, so that `hook({ container, logger })`
 * works beside `hook(container, { logger })`.
 */
export type EventPayload<T, P> =
  & P
  & Pick<EventContext<T>, "logger" | "table">
  & { readonly container: P };

/**
 * A hook on an event with the payload `P`.
 *
 * It is compared as a method, so that a hook may declare a context whose table
 * is there. A hook on an event of two arguments takes the context third:
 * `(payload, extra: unknown, { logger, table }) => …`.
 */
export type EventHandler<T = Row, P = Untyped> = {
  call(
    payload: EventPayload<T, P>,
    context: EventContext<T>,
    // Always given; a rest, so that whoever calls a hook may leave it out.
    ...besideExtra: EventContext<T>[]
  ): unknown;
}["call"];

/**
 * The hooks of a plugin by event, in either dialect; any name is an event. A
 * plugin has those that it wants.
 */
export interface EVENTS<T = Row> {
  /** A container was started. */
  onContainerStart?: EventHandler<T, ContainerInfo>;
  /** A container was stopped. */
  onContainerStop?: EventHandler<T, ContainerInfo>;
  /** A container was restarted. */
  onContainerRestart?: EventHandler<T, ContainerInfo>;
  /** A container was paused. */
  onContainerPause?: EventHandler<T, ContainerInfo>;
  /** A container goes on after a pause. */
  onContainerUnpause?: EventHandler<T, ContainerInfo>;
  /** A container was created. */
  onContainerCreate?: EventHandler<T, ContainerInfo>;
  /** A container's process ended. */
  onContainerDie?: EventHandler<T, ContainerInfo>;
  /** A container was removed. */
  onContainerRemove?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerRemove`. */
  onContainerDestroy?: EventHandler<T, ContainerInfo>;
  /** A container got a signal. */
  onContainerKill?: EventHandler<T, ContainerInfo>;
  /** A container ran out of memory. */
  onContainerOom?: EventHandler<T, ContainerInfo>;
  /** What a container's health check says has changed. */
  onContainerHealthStatus?: EventHandler<T, ContainerInfo>;
  /** A container has another name. */
  onContainerRename?: EventHandler<T, ContainerInfo>;
  /** A container ran already when the host began to watch its engine. */
  onContainerSeen?: EventHandler<T, ContainerInfo>;
  /** What a container uses; see the metrics of `connectDocker`. */
  onContainerMetrics?: EventHandler<T, ContainerMetricsEvent>;
  /** An image got a name. */
  onImageTag?: EventHandler<T, ImageInfo>;
  /** An image lost a name. */
  onImageUntag?: EventHandler<T, ImageInfo>;
  /** A host is watched from now on. */
  onHostAdd?: EventHandler<T, HostEvent>;
  /** A host is not watched any more. */
  onHostRemove?: EventHandler<T, HostEvent>;
  /** A host has another name. */
  onHostUpdate?: EventHandler<T, HostEvent>;
  /** A host's engine went out of reach, or came back. */
  onHostHealthChange?: EventHandler<T, HostEvent>;
  /** What a host's engine says of it. */
  onHostMetrics?: EventHandler<T, HostMetricsEvent>;
  /** Something failed while a host's engine was watched. */
  error?: EventHandler<T>;
  /** An image was pulled. */
  onImagePull?: EventHandler<T, ImageInfo>;
  /** An image was removed. */
  onImageRemove?: EventHandler<T, ImageInfo>;
  /** The host's server has started. */
  onServerBoot?: EventHandler<T>;
  /** The same as `onContainerStart`. */
  "container:started"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerStop`. */
  "container:stopped"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerRestart`. */
  "container:restarted"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerPause`. */
  "container:paused"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerUnpause`. */
  "container:unpaused"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerCreate`. */
  "container:created"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerDie`. */
  "container:died"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerRemove`. */
  "container:removed"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerRemove`. */
  "container:destroyed"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerKill`. */
  "container:killed"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerOom`. */
  "container:oom"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerHealthStatus`. */
  "container:health_status"?: EventHandler<T, ContainerInfo>;
  /** The same as `onContainerRename`. */
  "container:renamed"?: EventHandler<T, ContainerInfo>;
  /** The same as `onImageTag`. */
  "image:tagged"?: EventHandler<T, ImageInfo>;
  /** The same as `onImageUntag`. */
  "image:untagged"?: EventHandler<T, ImageInfo>;
  /** A container ran already when the host began to watch its engine. */
  "container:seen"?: EventHandler<T, ContainerInfo>;
  /** What a container uses; see the metrics of `connectDocker`. */
  "container:metrics"?: EventHandler<T, ContainerMetricsEvent>;
  /** A host is watched from now on. */
  "host:added"?: EventHandler<T, HostEvent>;
  /** A host is not watched any more. */
  "host:removed"?: EventHandler<T, HostEvent>;
  /** A host has another name. */
  "host:updated"?: EventHandler<T, HostEvent>;
  /** A host's engine went out of reach, or came back. */
  "host:health:changed"?: EventHandler<T, HostEvent>;
  /** What a host's engine says of it. */
  "host:metrics"?: EventHandler<T, HostMetricsEvent>;
  /** A stream of data begins. */
  "stream:started"?: EventHandler<T, StreamEvent>;
  /** A stream of data ended. */
  "stream:stopped"?: EventHandler<T, StreamEvent>;
  /** A stream brought data. */
  "stream:data"?: EventHandler<T, StreamEvent>;
  /** A stream brought an error instead of data. */
  "stream:error"?: EventHandler<T, StreamEvent>;
  /** The same as `onImagePull`. */
  "image:pulled"?: EventHandler<T, ImageInfo>;
  /** The same as `onImageRemove`. */
  "image:removed"?: EventHandler<T, ImageInfo>;
  /** The same as `onServerBoot`. */
  "server:boot"?: EventHandler<T>;
  /** Another plugin was installed. */
  "plugin:installed"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin was updated. */
  "plugin:updated"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin went back to an earlier version. */
  "plugin:rolledBack"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin is loaded. */
  "plugin:loaded"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin is not loaded any more. */
  "plugin:unloaded"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin did not load. */
  "plugin:failed"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin was set aside for a while. */
  "plugin:quarantined"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin holds again after that. */
  "plugin:recovered"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin was disabled. */
  "plugin:disabled"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin was enabled. */
  "plugin:enabled"?: EventHandler<T, LifecycleEvent>;
  /** Another plugin was deleted. */
  "plugin:deleted"?: EventHandler<T, LifecycleEvent>;
  /** Settings of this plugin have other values now. */
  "settings:changed"?: EventHandler<T, SettingsChangedEvent>;
  /** Any other event. */
  [event: string]: EventHandler<T> | undefined;
}

/** The one argument of a hook in the form `hook({ container, logger })`. */
export interface HookCall<P = Untyped> {
  /** The payload, whatever it is. */
  readonly container: P;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** The plugin's table. */
  readonly table?: QueryBuilder<Untyped> | null;
}

/**
 * A hook of a loaded plugin, for a host that calls it itself. Both forms reach
 * the plugin as it expects them, with its own logger and table.
 */
export interface HookHandler<P = Untyped> {
  /** Calls the hook with everything in one object. */
  (call: HookCall<P>): Promise<unknown>;
  /** Calls the hook with the payload. */
  (payload: P, context?: EventContext): Promise<unknown>;
  /** Calls the hook of an event of two arguments. */
  (payload: P, extra: unknown, context: EventContext): Promise<unknown>;
}

/** The hooks of a loaded plugin by event, in either dialect. */
export type HookHandlers = {
  readonly [E in keyof EVENTS]?: HookHandler<
    Parameters<NonNullable<EVENTS[E]>>[0]["container"]
  >;
};
