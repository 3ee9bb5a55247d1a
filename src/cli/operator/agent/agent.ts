/**
 * What operators' commands work with: an agent, be it a database file or a
 * server. What both can do is here, and one suite of tests holds both to it.
 *
 * @module
 */
import type {
  Finding,
  ListedTable,
  TableRows,
} from "../../../management/mod.ts";

/** A plugin in a list. */
export interface AgentPlugin {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly state: string;
  readonly signature: string;
  readonly pinned?: string;
  readonly reason?: string;
  readonly lastError?: string;
}

/** The permissions that a plugin asks for, was granted, and so has. */
export interface AgentPermissions {
  readonly requested: PermissionTerms;
  readonly granted: PermissionTerms;
  readonly effective: PermissionTerms;
}

/** Permissions by kind. */
export type PermissionTerms = Readonly<
  Record<string, true | readonly string[]>
>;

/** A version that can be rolled back to. */
export interface AgentVersion {
  readonly version: string;
  readonly digest: string;
  readonly replacedAt: string;
}

/** A plugin with all that is stored of it. */
export interface AgentPluginDetail extends AgentPlugin {
  readonly description: string | null;
  readonly repository: string;
  readonly author: Readonly<Record<string, unknown>>;
  readonly permissions: AgentPermissions;
  readonly versions: readonly AgentVersion[];
}

/** Where a plugin comes from: an address, or a whole manifest. */
export type PluginSource =
  | { readonly url: string }
  | { readonly manifest: Readonly<Record<string, unknown>> };

/** What an installation would store. */
export interface AgentPreview {
  readonly name: string;
  readonly version: string;
  readonly signature: string;
  readonly keyId?: string;
  readonly permissions: PermissionTerms;
  readonly integrity: string;
  readonly sizeBytes: number;
  readonly contributions?: {
    readonly routes: readonly string[];
    readonly tables: readonly string[];
    readonly hooks: readonly string[];
    readonly pages: readonly string[];
  };
  readonly installed?: { readonly id: number; readonly version: string };
  readonly newPermissions?: PermissionTerms;
  readonly warnings: readonly string[];
  readonly problems: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
}

/** What became of a change. */
export interface AgentOutcome {
  readonly id: number;
  readonly message: string;
  readonly warnings: readonly string[];
}

/** Whether there is a new version. */
export interface AgentUpdate {
  readonly id: number;
  readonly name: string;
  readonly current: string;
  readonly available: string | null;
  readonly error?: { readonly code: string; readonly detail: string };
}

/** The settings of a plugin; secrets say only whether they are set. */
export interface AgentSettings {
  readonly form: readonly {
    readonly name: string;
    readonly type: string;
    readonly isSet: boolean;
  }[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** An entry of the audit log. */
export interface AgentAuditEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly plugin: string;
  readonly detail: string | null;
  readonly ok: boolean;
}

/** Somebody who signs in. */
export interface AgentUser {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** What a file and a server can do. */
export interface Agent extends AsyncDisposable {
  /** All plugins, by id. */
  list(): Promise<AgentPlugin[]>;
  info(id: number): Promise<AgentPluginDetail>;
  preview(source: PluginSource, signal: AbortSignal): Promise<AgentPreview>;
  /** Installs what was looked at, and nothing else. */
  install(
    source: PluginSource,
    looked: { readonly integrity: string; readonly grant?: PermissionTerms },
    signal: AbortSignal,
  ): Promise<AgentOutcome>;
  checkUpdates(signal: AbortSignal): Promise<AgentUpdate[]>;
  update(id: number, signal: AbortSignal): Promise<AgentOutcome>;
  rollback(id: number, version: string): Promise<AgentOutcome>;
  enable(id: number): Promise<string>;
  disable(id: number, reason?: string): Promise<string>;
  pin(id: number, range: string | null): Promise<string>;
  remove(id: number, purge: boolean): Promise<string>;
  grant(id: number, permissions: PermissionTerms): Promise<string>;
  /** Takes back these permissions, or all. */
  revoke(id: number, permissions?: PermissionTerms): Promise<string>;
  settings(id: number): Promise<AgentSettings>;
  setSettings(
    id: number,
    values: Readonly<Record<string, unknown>>,
  ): Promise<AgentSettings>;
  audit(
    query: { readonly pluginId?: number; readonly limit: number },
  ): Promise<AgentAuditEntry[]>;
  users(): Promise<AgentUser[]>;
  addUser(
    user: { readonly name: string; readonly password: string; role: string },
  ): Promise<AgentUser>;
  /** Sets another password, and ends every session of the user. */
  resetUser(id: number, password: string): Promise<void>;
  removeUser(id: number): Promise<void>;
  tables(): Promise<ListedTable[]>;
  rows(table: string, offset: number): Promise<TableRows>;
  /** Purges what a deleted plugin left behind. */
  purge(pluginId: number): Promise<string>;
  /** Copies the database; where to is the server's to say, for a server. */
  backup(path?: string): Promise<string>;
  doctor(dockerSocket?: string): Promise<Finding[]>;
}

/** A schedule of a plugin. */
export interface AgentSchedule {
  readonly pluginId: number;
  readonly plugin: string;
  readonly name: string;
  readonly every: string;
  readonly nextAt?: string;
  readonly running: boolean;
  readonly last?: AgentRun;
}

/** A run of a schedule. */
export interface AgentRun {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly error?: string;
}

/** A line of the log. */
export interface AgentLogLine {
  readonly id: number;
  readonly at: string;
  readonly level: string;
  readonly plugin?: string;
  readonly category: readonly string[];
  readonly message: string;
}

/** How a plugin that runs is doing. */
export interface AgentHealth extends AgentPlugin {
  readonly errorsLastHour: number;
  readonly requests: { readonly p50Ms: number; readonly p99Ms: number };
  readonly warnings: readonly string[];
}

/** What a running agent alone can do. */
export interface LiveAgent extends Agent {
  reload(id: number): Promise<string>;
  health(): Promise<AgentHealth[]>;
  schedules(): Promise<AgentSchedule[]>;
  runSchedule(id: number, name: string): Promise<AgentRun>;
  logs(
    query: {
      readonly level?: string;
      readonly plugin?: string;
      readonly limit: number;
    },
  ): Promise<AgentLogLine[]>;
  /** The lines that come, until the signal is aborted. */
  followLogs(signal: AbortSignal): AsyncIterable<AgentLogLine>;
}

/** Finds a plugin by its name or id. */
export async function findPlugin(
  agent: Agent,
  nameOrId: string,
): Promise<AgentPlugin> {
  const plugins = await agent.list();
  const found = plugins.find(({ name }) => name === nameOrId) ??
    plugins.find(({ id }) => String(id) === nameOrId);
  if (found !== undefined) return found;
  const names = plugins.map(({ name }) => name);
  throw new AgentError(
    "PLUGIN_NOT_FOUND",
    `Cannot find plugin "${nameOrId}": ${
      names.length === 0
        ? "none is installed"
        : `there are ${names.slice(0, 10).join(", ")}${
          names.length > 10 ? ", …" : ""
        }; see list`
    }`,
  );
}

/** What an agent refused or failed at, with its code. */
export class AgentError extends Error {
  /** The code of the handler, or of the server. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AgentError";
    this.code = code;
  }
}
