/**
 * What a plugin is: the types that authors write against and that every room
 * of the handler reads. Types only, so that importing it costs nothing.
 *
 * @module
 */
import type { ColumnDefinition, QueryBuilder } from "./store/mod.ts";

/**
 * A value of which the author has not said what it is. It is the one `any` of
 * the public types: authors who give no type get JavaScript's freedom, as the
 * examples of the original do (`JSON.parse(body)`, `previousAction.valid`),
 * and authors who give one get it checked.
 */
// deno-lint-ignore no-explicit-any
export type Untyped = any;

/** A row of a plugin's table of which nothing more is known. */
export type Row = Record<string, Untyped>;

/** Where a plugin's repository is hosted. */
export type RepoType =
  | "github"
  | "gitlab"
  | "gitea"
  | "http"
  | "local"
  | "default";

/** Who wrote a plugin. */
export interface PluginAuthor {
  /** The name shown to operators. */
  name: string;
  /** An address to write to. */
  email?: string;
  /** The SPDX identifier of the license. */
  license?: string;
  /** A page about the author. */
  website?: string;
}

/** What is known about a plugin without its code. */
export interface PluginMeta {
  /** The unique name. */
  name: string;
  /** The version, as in https://semver.org. */
  version: string;
  /** One sentence on what the plugin does. */
  description?: string;
  /** Where the source lives. */
  repository?: string;
  /** What hosts the repository. */
  repoType?: RepoType;
  /** Where the manifest lives. */
  manifest?: string;
  /** Who wrote it. */
  author?: PluginAuthor;
  /** Words to find it by. */
  tags?: string[];
}

/** The four levels at which a plugin logs. */
export interface PluginLogger {
  /** Something failed. */
  error(message: string): void;
  /** Something is odd, and the plugin goes on. */
  warn(message: string): void;
  /** Something worth knowing happened. */
  info(message: string): void;
  /** Something that only helps to find a fault. */
  debug(message: string): void;
}

/** The methods that a route can serve. `HEAD` is served by `GET`. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Which plugin an action or hook belongs to. */
export interface PluginIdentity {
  /** The id of the stored row. */
  readonly id: number;
  /** The unique name. */
  readonly name: string;
  /** The version. */
  readonly version: string;
}

/** The table of a plugin. */
export interface TableConfig<T = Row> {
  /** A plain identifier, unique among all plugins. */
  name: string;
  /** The columns, made with `column`. */
  columns: { [K in keyof T]-?: ColumnDefinition };
  /** Which columns are converted, beyond what their types already say. */
  parser?: {
    JSON?: (keyof T & string)[];
    BOOLEAN?: (keyof T & string)[];
    DATE?: (keyof T & string)[];
  };
  /** The same as `parser.JSON`. */
  jsonColumns?: (keyof T & string)[];
}

/** What an action receives. */
export interface PluginActionContext<T = Row, TBody = unknown, TPrev = unknown> {
  /** The plugin's table, or `null` where it declares none. */
  readonly table: QueryBuilder<T> | null;
  /** The request body, parsed by its content type; undefined for GET and HEAD. */
  readonly body: TBody | undefined;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** What the action before this one returned; undefined for the first. */
  readonly previousAction: TPrev;
  /** The parameters of the route's pattern, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** The query string. */
  readonly query: URLSearchParams;
  /** The request itself. */
  readonly request: Request;
  /** Aborts at the timeout, on unload, and when the request is aborted. */
  readonly signal: AbortSignal;
  /** Which plugin this is. */
  readonly plugin: PluginIdentity;
  /** Ends the chain with this value: `return stop(value)`. */
  stop(value: unknown): never;
}

/** One step of a route. */
export type ActionHandler<T = Row, TBody = unknown, TReturn = unknown> = (
  context: PluginActionContext<T, TBody, Untyped>,
) => TReturn | Promise<TReturn>;

/** The actions of a plugin by name. */
export type PluginActions<T = Row> = Record<string, ActionHandler<T, Untyped>>;

/** One route of a plugin. */
export interface PluginRoute<TAction extends string = string> {
  /** The method, or several. */
  method: HttpMethod | readonly HttpMethod[];
  /** The names of the actions, in the order in which they run. */
  actions: readonly TAction[];
  /** Milliseconds that the whole chain may take. */
  timeoutMs?: number;
  /** `"raw"` leaves the request's body unread, for an action that streams it. */
  body?: "parsed" | "raw";
}

/** When a lazily loaded plugin's code is imported. */
export type PluginActivation = "startup" | "lazy";

/** Everything that a plugin declares beside its metadata and hooks. */
export interface PluginConfig<
  T = Row,
  A extends PluginActions<T> = PluginActions<T>,
> {
  /** The plugin's table. */
  table?: TableConfig<T>;
  /** The actions that routes name. */
  actions?: A;
  /** The routes by path or pattern. */
  apiRoutes?: Record<string, PluginRoute<keyof A & string>>;
  /** The pages. */
  frontend?: PluginFrontendConfig;
}

/** A whole plugin: what its module exports. */
export interface PluginDefinition<
  T = Row,
  A extends PluginActions<T> = PluginActions<T>,
> extends PluginMeta {
  /** The id of the stored row; set by the handler. */
  id?: number;
  /** Table, actions, routes and pages. */
  config?: PluginConfig<T, A>;
  /** Hooks by event name, in either dialect. */
  events?: Partial<EVENTS<T>>;
  /** `"startup"` asks to be imported at once under lazy activation. */
  activation?: PluginActivation;
  /** Called once after loading; awaited. */
  init?: (context: PluginLifecycleContext<T>) => unknown;
  /** Called once at unloading; awaited up to a limit. */
  cleanup?: (context: PluginLifecycleContext<T>) => unknown;
}

/** What `init` and `cleanup` receive. */
export interface PluginLifecycleContext<T = Row> {
  /** The plugin's table, or `null` where it declares none. */
  readonly table: QueryBuilder<T> | null;
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** Which plugin this is. */
  readonly plugin: PluginIdentity;
}

/** A container, as hooks on container events receive it. */
export interface ContainerInfo {
  /** The container's id, 64 hexadecimal digits. */
  id: string;
  /** The host that it runs on. */
  hostId: number;
  /** The client that watches the host. */
  clientId: number;
  /** Its name, without the leading slash. */
  name: string;
  /** The image that it was made from. */
  image: string;
  /** What the engine says of it, such as `Up 2 minutes`. */
  status: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  /** When it was created, in Unix seconds. */
  created: number;
  /** The ports that it exposes. */
  ports: { privatePort: number; publicPort?: number; type: string }[];
  /** Its labels. */
  labels: Record<string, string>;
  /** Its networks, as the engine describes them. */
  networkSettings?: Record<string, unknown>;
}

/** An image, as hooks on image events receive it. */
export interface ImageInfo {
  /** The image's id or reference. */
  id: string;
  /** The name with its tag. */
  name?: string;
  /** Its labels and the event's other attributes. */
  labels?: Record<string, string>;
}

/** What a hook receives beside the event's payload. */
export interface EventContext<T = Row> {
  /** The plugin's logger. */
  readonly logger: PluginLogger;
  /** The plugin's table, or `null` where it declares none. */
  readonly table: QueryBuilder<T> | null;
}

/**
 * The first argument of a hook: the payload, which also answers to
 * `container`, `logger` and `table`, so that `hook({ container, logger })`
 * works beside `hook(container, { logger })`.
 */
export type EventPayload<T, P> = P & EventContext<T> & { readonly container: P };

/** A hook on an event with the payload `P`. */
export type EventHandler<T = Row, P = Untyped> = (
  payload: EventPayload<T, P>,
  context: EventContext<T>,
) => unknown;

/** The events that have a name in the original; any other name works too. */
export interface EVENTS<T = Row> {
  onContainerStart: EventHandler<T, ContainerInfo>;
  onContainerStop: EventHandler<T, ContainerInfo>;
  onContainerRestart: EventHandler<T, ContainerInfo>;
  onContainerPause: EventHandler<T, ContainerInfo>;
  onContainerUnpause: EventHandler<T, ContainerInfo>;
  onContainerCreate: EventHandler<T, ContainerInfo>;
  onContainerDie: EventHandler<T, ContainerInfo>;
  onContainerRemove: EventHandler<T, ContainerInfo>;
  onImagePull: EventHandler<T, ImageInfo>;
  onImageRemove: EventHandler<T, ImageInfo>;
  onServerBoot: EventHandler<T, Untyped>;
  [event: string]: EventHandler<T>;
}

/** A value of a page: anything that JSON holds. */
export type JsonObject = Record<string, unknown>;

/** A page's template: widgets as an object, or as JSON or YAML text. */
export type FrontendTemplate = JsonObject | string;

/** What the navigation shows of a page. */
export interface FrontendRouteMeta {
  /** The page's title. @default the plugin's name */
  title?: string;
  /** The name of an icon. */
  icon?: string;
  /** Whether the navigation lists the page. @default true */
  showInNav?: boolean;
  /** The place among the navigation's items. @default 999 */
  navOrder?: number;
  [key: string]: unknown;
}

/** Fetches data for a page from one of the plugin's own API routes. */
export interface FrontendLoader {
  /** The name, unique on its page. */
  id: string;
  /** The plugin's API route. */
  apiRoute: string;
  /** @default "GET" */
  method?: HttpMethod;
  /** The body; `{{…}}` in it are bindings. */
  body?: unknown;
  /** The key of the page's state that receives the data. */
  stateKey?: string;
  /** The key of the page's data that receives the data. */
  dataKey?: string;
  /** Repeats the loader. */
  polling?: { interval: number; enabled?: boolean | string };
  /** Keeps the result for `ttl` milliseconds. */
  cache?: { ttl: number; key?: string };
  /** Whether the loader runs again on navigation. */
  runOnNavigate?: boolean;
}

/** What a client does after an action. */
export interface FrontendActionOutcome {
  /** State to set; values such as `result.data` are paths into the result. */
  setState?: JsonObject;
  /** The page to go to. */
  navigate?: string;
  /** A message to show. */
  notify?: { message: string; type?: "success" | "error" | "info" | "warning" };
  /** The id of an action to run next. */
  triggerAction?: string;
}

/** Something that a page's widgets trigger. */
export interface FrontendAction {
  /** The name, unique on its page. */
  id: string;
  /** What the action does. */
  type: "setState" | "navigate" | "api" | "reload" | "custom";
  /** `api`: the plugin's API route. */
  apiRoute?: string;
  /** `api`: the method. @default "POST" */
  method?: HttpMethod;
  /** `api`: the body; `{{…}}` in it are bindings. */
  body?: unknown;
  /** `setState`: the state to set. */
  stateUpdates?: JsonObject;
  /** `navigate`: the page to go to. */
  path?: string;
  /** `reload`: the loaders to run; all where none is named. */
  loaderIds?: string[];
  /** `custom`: the name of the client's own handler. */
  handler?: string;
  /** What follows success. */
  onSuccess?: FrontendActionOutcome;
  /** What follows failure. */
  onError?: FrontendActionOutcome;
  /** Asks before it runs. */
  confirm?: {
    message: string;
    title?: string;
    confirmText?: string;
    cancelText?: string;
  };
  /** Whether the client shows that it is busy. */
  showLoading?: boolean;
  /** Milliseconds of rest before it runs. */
  debounce?: number;
}

/** A part of a template that several pages share. */
export interface FrontendFragment {
  /** The name that templates refer to. */
  id: string;
  [key: string]: unknown;
}

/** One page of a plugin. */
export interface PluginFrontendRoute {
  /** The path below `/p/<plugin id>`. */
  path: string;
  /** The page's template. */
  template: FrontendTemplate;
  /** What the navigation shows. */
  meta?: FrontendRouteMeta;
  /** What fetches the page's data. */
  loaders?: FrontendLoader[];
  /** What the page's widgets trigger. */
  actions?: FrontendAction[];
}

/** Everything that a plugin declares for the frontend. */
export interface PluginFrontendConfig {
  /** The pages. */
  routes?: PluginFrontendRoute[];
  /** Fragments for all pages. */
  sharedFragments?: FrontendFragment[];
  /** Actions of all pages. */
  globalActions?: FrontendAction[];
  /** Loaders of all pages. */
  globalLoaders?: FrontendLoader[];
  /** State of all pages. */
  globalState?: { initial?: JsonObject; computed?: Record<string, string> };
}
