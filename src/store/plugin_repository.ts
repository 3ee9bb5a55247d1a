/**
 * How plugin rows are kept: the one interface between the handler and the
 * place where plugins live. SQLite implements it today; a shared registry
 * could.
 *
 * @module
 */

/** A row of the `plugins` table, as the original declares it. */
export interface DBPluginSchema {
  /** The key; given by the store where it is missing. */
  id?: number | null;
  /** Where the repository is hosted. @default "default" */
  repoType?: "github" | "gitlab" | "gitea" | "http" | "local" | "default";
  /** The unique name. */
  name: string;
  /** One sentence on what the plugin does. */
  description?: string | null;
  /** Words to find it by. */
  tags?: string[] | null;
  /** The version, as in https://semver.org. */
  version: string;
  /** Where the source lives. */
  repository: string;
  /** Where the manifest lives. */
  manifest: string;
  /** Who wrote it. */
  author: object;
  /** The code: the source text of an ES module. */
  plugin: string;
}

/** A stored plugin without its code. */
export type PluginRow =
  & Required<Omit<DBPluginSchema, "id" | "plugin">>
  & { id: number };

/** What is kept of a plugin beyond the original's columns. */
export interface PluginExtras {
  /** What the code is written in. @default "javascript" */
  language: "javascript" | "typescript";
  /**
   * Fields of the manifest that this handler reads, and unknown ones, as they
   * came: `bundle`, `integrity`, `signature`, `keyId`, `permissions`,
   * `engines`, `activation`.
   */
  manifestFields: Record<string, unknown>;
  /** The URL that the manifest was fetched from; `null` where it was not. */
  sourceUrl: string | null;
  /** The `ETag` of the manifest, for conditional requests. */
  etag: string | null;
  /** What the signature said when the code was saved. */
  signature: "signed" | "code-only" | "unsigned" | "untrusted";
  /**
   * Whose plugin it is: `key:` and the id of the key that signed it, else
   * `url:` and where it was installed from, else `host` for a row that the host
   * saved itself.
   */
  origin: string;
  /**
   * The source map that the code names, as JSON; stack traces are the only
   * thing that depends on it.
   *
   * @default the one that was kept for the same code, if any
   */
  sourceMap?: string;
}

/** Whether a plugin may be loaded. */
export type PluginState = "enabled" | "disabled" | "quarantined";

/** What the operator, or the handler itself, decided about a plugin. */
export interface PluginDecisions {
  /** Whether it may be loaded. */
  state: PluginState;
  /** Why it may not. */
  reason: string | null;
  /** The permissions that the operator granted, in Deno's terms. */
  granted: Record<string, unknown>;
  /** The paths of the routes that anybody may ask. */
  publicRoutes: readonly string[];
  /** The range of versions that updates stay in. */
  pin: string | null;
  /**
   * The version whose data this one has yet to bring to what it expects; `null`
   * where there is nothing to be done.
   */
  upgradeFrom: string | null;
  /**
   * When this version, which came in the place of another, was first loaded, in
   * milliseconds since 1970; 0 before that, `null` where nothing would be taken
   * back.
   */
  trialSince: number | null;
  /** How often in a row it was quarantined, without holding in between. */
  quarantines: number;
  /** When a quarantined plugin is tried again, in milliseconds since 1970. */
  retryAt: number | null;
  /** The last error of its code. */
  lastError: string | null;
  /** When that was, in milliseconds since 1970. */
  lastErrorAt: number | null;
}

/**
 * Whether what is stored is what the handler stored. `kept`: nothing speaks
 * against it. `new`: another program wrote the row, and nobody pinned it yet.
 * `lost`: the handler pinned a plugin of this name once, and the pin is gone.
 * `unsealed`: the host has a secret, and the row was not written with it.
 * `forged`: it was, and changed since.
 */
export type RowTrust = "kept" | "new" | "lost" | "unsealed" | "forged";

/** A stored plugin with everything but its code. */
export interface StoredPlugin extends PluginRow, PluginExtras, PluginDecisions {
  /** `sha256-<base64>` of the code; `null` for a row that nobody pinned yet. */
  digest: string | null;
  /** Whether the row is as the handler wrote it. */
  trust: RowTrust;
}

/** A stored plugin with its code. */
export interface StoredPluginCode extends StoredPlugin {
  /** The code: the source text of an ES module. */
  plugin: string;
}

/** An earlier version of a plugin. */
export interface PluginVersion {
  /** The version. */
  version: string;
  /** `sha256-<base64>` of its code. */
  digest: string;
  /** When it was replaced, in milliseconds since 1970. */
  replacedAt: number;
}

/** An earlier version of a plugin with all that is needed to put it back. */
export interface KeptPlugin extends PluginVersion {
  /** Whether it is as the handler kept it. */
  trust: RowTrust;
  /** The row. */
  row: DBPluginSchema;
  /** What was kept beside it. */
  extras: PluginExtras;
}

/** Keeps plugins. Every method is atomic. */
export interface PluginRepository {
  /** All plugins, by id, without their code. */
  list(): StoredPlugin[];
  /** One plugin without its code. */
  find(id: number): StoredPlugin | undefined;
  /** One plugin with its code. */
  get(id: number): StoredPluginCode | undefined;
  /** Several plugins with their code, in the order asked, absent ones left out. */
  getMany(ids: readonly number[]): StoredPluginCode[];
  /** One plugin by its unique name, without its code. */
  findByName(name: string): StoredPlugin | undefined;
  /** Adds a plugin and gives its id. */
  insert(row: DBPluginSchema, extras: PluginExtras): number;
  /**
   * Replaces a plugin's row; other code that was there goes to its versions.
   * That the former code was quarantined or on trial says nothing of the new.
   */
  update(id: number, row: DBPluginSchema, extras: PluginExtras): void;
  /** Changes what was decided about a plugin. */
  decide(id: number, decisions: Partial<PluginDecisions>): void;
  /** Keeps what a plugin failed with last, where the handler has stored it. */
  noteError(id: number, error: { text: string; at: number }): void;
  /** Pins the digest of a row that has none. */
  pinDigest(id: number, digest: string): void;
  /** Takes a row for what it is now, whoever wrote it: pinned, and sealed. */
  accept(id: number): void;
  /** The highest version that was ever stored under a name. */
  highestVersion(name: string): string | undefined;
  /** Forgets that a name was ever known. */
  forgetName(name: string): void;
  /** Removes a plugin and its versions; false where there is none. */
  delete(id: number): boolean;
  /** The earlier versions of a plugin, newest first. */
  versions(id: number): PluginVersion[];
  /**
   * One earlier version with its code, the newest where there are several.
   *
   * @param key Its version, its digest, or both.
   */
  version(
    id: number,
    key: string | Pick<PluginVersion, "version" | "digest">,
  ): KeptPlugin | undefined;
  /** Takes a version out of the history. */
  forgetVersion(
    id: number,
    version: Pick<PluginVersion, "version" | "digest">,
  ): void;
}
