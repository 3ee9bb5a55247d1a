/**
 * What `/api/v1` answers with, as far as the console reads it.
 *
 * @module
 */

export type Role = "viewer" | "operator" | "admin";

export interface User {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdAt?: string;
}

export interface SessionAnswer {
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly user: User;
}

export interface SessionState {
  readonly authentication: "none" | "local" | "other";
  readonly users: boolean;
  readonly firstUser: "token" | "loopback" | "open" | null;
  readonly canRegister: boolean;
}

export type PluginState =
  | "active"
  | "degraded"
  | "registered"
  | "disabled"
  | "quarantined"
  | "failed";

export interface PluginSummary {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly tags: readonly string[];
  readonly author: Readonly<Record<string, unknown>>;
  readonly repository: string;
  readonly state: PluginState;
  readonly reason?: string;
  readonly lastError?: string;
  readonly lastErrorAt?: string;
  readonly retryAt?: string;
  readonly signature: string;
  readonly pinned?: string;
  readonly update?: { readonly version: string };
  readonly errorsLastHour: number;
  readonly requests: {
    readonly perMinute: readonly number[];
    readonly p50Ms: number;
    readonly p99Ms: number;
  };
  readonly hasPages: boolean;
  readonly warnings: readonly string[];
  readonly etag: string;
}

export interface CallReport {
  readonly calls: number;
  readonly failures: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface PluginDetail extends PluginSummary {
  readonly routes: readonly string[];
  readonly hooks: readonly string[];
  readonly pages: readonly {
    readonly path: string;
    readonly title: string;
  }[];
  readonly health: {
    readonly actions: Readonly<Record<string, CallReport>>;
    readonly hooks: Readonly<Record<string, CallReport>>;
    readonly loadMs?: number;
    readonly residentBytes?: number;
    readonly tableBytes?: number;
    readonly crashes: number;
    readonly lateErrors: number;
    readonly droppedEvents: number;
  };
}

export type Permissions = Readonly<Record<string, true | readonly string[]>>;

export interface PermissionReport {
  readonly requested: Permissions;
  readonly granted: Permissions;
  readonly effective: Permissions;
}

export interface Preview {
  readonly name: string;
  readonly version: string;
  readonly description: string | null;
  readonly author: Readonly<Record<string, unknown>>;
  readonly repository: string;
  readonly signature: string;
  readonly keyId?: string;
  readonly permissions: Permissions;
  readonly integrity: string;
  readonly sizeBytes: number;
  readonly contributions?: {
    readonly routes: readonly string[];
    readonly tables: readonly string[];
    readonly hooks: readonly string[];
    readonly schedules: readonly {
      readonly name: string;
      readonly every: string;
    }[];
    readonly pages: readonly string[];
  };
  readonly installed?: { readonly id: number; readonly version: string };
  readonly newPermissions?: Permissions;
  readonly warnings: readonly string[];
  readonly problems: readonly {
    readonly code: string;
    readonly detail: string;
  }[];
}

export interface Schedule {
  readonly pluginId: number;
  readonly name: string;
  readonly every: string;
  readonly running: boolean;
  readonly nextAt?: string;
  readonly last?: ScheduleRun;
}

export interface ScheduleRun {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly ok: boolean;
  readonly error?: string;
}

export interface SettingField {
  readonly name: string;
  readonly type: string;
  readonly label?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: boolean;
  readonly options?: readonly unknown[];
  readonly isSet?: boolean;
}

export interface UpdateWindow {
  readonly from: string;
  readonly to: string;
  /** 0 for Sunday. */
  readonly days?: readonly number[];
  readonly timeZone?: string;
}

export interface Update {
  readonly pluginId: number;
  readonly name: string;
  readonly current: string;
  readonly available: string | null;
  readonly policy: {
    readonly policy: "manual" | "patch" | "minor";
    readonly window?: UpdateWindow;
  };
  readonly error?: { readonly code: string; readonly detail: string };
}

/** Whether there is a new version, though it may ask for permissions first. */
export function isThere({ available, error }: Update): boolean {
  return available !== null || error?.code === "PERMISSION_REQUIRED";
}

export interface AuditEntry {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly plugin: string;
  readonly detail: string | null;
  readonly ok: boolean;
}

export interface LogLine {
  readonly id: number;
  readonly at: string;
  readonly level: string;
  readonly category: readonly string[];
  readonly plugin?: string;
  readonly message: string;
}

export interface Offer {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly author?: string;
  readonly tags: readonly string[];
  readonly repository: { readonly id: number; readonly name: string };
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly installed?: { readonly id: number; readonly version: string };
}

export interface NavigationItem {
  readonly pluginId: number;
  readonly pluginName: string;
  readonly path: string;
  readonly title: string;
}

export interface LoaderResult {
  readonly loaderId: string;
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: string;
  readonly stateKey?: string;
  readonly dataKey?: string;
}

export interface PageAnswer {
  readonly pluginId: number;
  readonly plugin: string;
  readonly path: string;
  readonly title: string;
  readonly template: unknown;
  readonly fragments: readonly unknown[];
  readonly loaders: readonly unknown[];
  readonly actions: readonly unknown[];
  readonly initial: {
    readonly state: Readonly<Record<string, unknown>>;
    readonly data: Readonly<Record<string, unknown>>;
    readonly results: readonly LoaderResult[];
  };
}

export interface FleetAgent {
  readonly agent: string;
  readonly ring: string;
  readonly seen: string;
  readonly gen: number;
  readonly stale: boolean;
  readonly plugins: readonly {
    readonly plugin: string;
    readonly wanted: string | null;
    readonly running: string | null;
    readonly outcome: "applied" | "held" | "failed";
    readonly message?: string;
  }[];
  readonly refused: readonly string[];
}

export interface FleetScope {
  readonly scope: string;
  readonly trusted: boolean;
  readonly gen?: number;
  readonly release?: string | null;
  readonly share?: number;
  readonly rollout?: string;
}

export interface FleetRollout {
  readonly rollout: string;
  readonly release: string;
  readonly state: "running" | "paused" | "halted" | "done";
  readonly since: string;
  readonly reason?: string;
  readonly shares: readonly number[];
  readonly ring: number;
  readonly share: number;
  readonly rings: readonly {
    readonly ring: string;
    readonly agents: number;
    readonly done: number;
    readonly failed: number;
  }[];
}

export interface Fleet {
  readonly fleet: string;
  readonly agents: readonly FleetAgent[];
  readonly scopes: readonly FleetScope[];
  readonly rollouts: readonly FleetRollout[];
}
