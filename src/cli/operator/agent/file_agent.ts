/**
 * An agent's database file, opened without loading plugins. An agent that runs
 * on the same file notices what is changed here. Code of plugins is tried in
 * sandboxes only, whatever the agent does.
 *
 * @module
 */
import type { PluginHandler } from "../../../handler/plugin_handler.ts";
import type { PluginHandlerOptions } from "../../../handler/options.ts";
import { type AgentPolicy, readPolicy } from "../../../handler/agent_policy.ts";
import type {
  Finding,
  ListedTable,
  OperationResult,
  TableRows,
} from "../../../management/mod.ts";
import { DB } from "../../../sqlite/mod.ts";
import {
  AuditLog,
  PolicyStore,
  SqlitePluginRepository,
} from "../../../store/mod.ts";
import { PluginError } from "../../../shared/errors.ts";
import { requireAgent, requireFile } from "./agent_file.ts";
import type {
  Agent,
  AgentAuditEntry,
  AgentOutcome,
  AgentPlugin,
  AgentPluginDetail,
  AgentPreview,
  AgentSettings,
  AgentUpdate,
  AgentUser,
  PermissionTerms,
  PluginSource,
} from "./agent.ts";

/** Who acts, in the audit log. */
const ACTOR = { actor: "command line" };

/** Which file, and how. */
export interface FileAgentOptions {
  /** The database. */
  readonly path: string;
  /** The agent's `secretsKey`. */
  readonly secretsKey?: string;
  /** Whether the agent's policy is left aside, which is audited. */
  readonly overridePolicy?: boolean;
  /** What is done, for the audit log. */
  readonly command: string;
  /** Whether it changes anything. */
  readonly writes: boolean;
}

/**
 * Opens an agent's database.
 *
 * @throws {PluginError} `STORE_FAILED` where there is none,
 * `VERIFICATION_REFUSED` where its policy does not allow it.
 */
export async function openFileAgent(
  options: FileAgentOptions,
): Promise<FileAgent> {
  const { path, secretsKey, overridePolicy = false, command } = options;
  await requireFile(path);
  requireAgent(path);
  const db = new DB(path);
  try {
    const policy = policyIn(db);
    if (options.writes) requireSecretsKey(policy, secretsKey);
    if (overridePolicy && policy !== undefined) {
      new AuditLog(db.driver).append({
        ...{ action: "override", plugin: "", pluginId: null, url: null },
        ...{ digestBefore: null, digestAfter: null, outcome: "done" },
        ...ACTOR,
        detail: `the agent's policy was left aside by ${command}`,
      });
    }
    const applied = overridePolicy ? undefined : policy;
    return new FileAgent(db, {
      ...ACTOR,
      isolation: "process",
      sandbox: { ...applied?.sandbox, spare: 0 },
      ...(applied === undefined ? {} : {
        keepVersions: applied.keepVersions,
        install: applied.install,
      }),
      ...(secretsKey === undefined ? {} : { secretsKey }),
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A database file. */
export class FileAgent implements Agent {
  readonly #db: DB;
  readonly #options: PluginHandlerOptions;
  #opened: Promise<PluginHandler> | undefined;

  constructor(db: DB, options: PluginHandlerOptions) {
    this.#db = db;
    this.#options = options;
  }

  /** A list needs the rows alone, and is to come at once. */
  list(): Promise<AgentPlugin[]> {
    const { secretsKey } = this.#options;
    const rows = new SqlitePluginRepository(this.#db.driver, { secretsKey });
    return Promise.resolve(
      rows.list().map((row) => {
        const { id, name, version, state, pin, reason, lastError, trust } = row;
        const isModified = trust === "lost" || trust === "forged";
        return {
          ...{ id, name, version },
          state: state === "enabled" ? "registered" : state,
          signature: isModified ? "modified" : row.signature,
          ...(pin === null ? {} : { pinned: pin }),
          ...(reason === null ? {} : { reason }),
          ...(lastError === null ? {} : { lastError }),
        };
      }),
    );
  }

  async info(id: number): Promise<AgentPluginDetail> {
    const listed = (await this.list()).find((plugin) => plugin.id === id)!;
    const handler = await this.#handler();
    const { description, repository, author } = handler.getAll()
      .find((row) => row.id === id)!;
    const versions = handler.listVersions(id);
    return {
      ...listed,
      description: description ?? null,
      repository,
      author: { ...author },
      permissions: handler.getPermissions(
        id,
      ) as unknown as AgentPluginDetail["permissions"],
      versions: versions.map(({ version, digest, replacedAt }) => ({
        version,
        digest,
        replacedAt: new Date(replacedAt).toISOString(),
      })),
    };
  }

  async preview(
    source: PluginSource,
    signal: AbortSignal,
  ): Promise<AgentPreview> {
    const preview = await (await this.#handler()).previewInstall(
      wanted(source),
      {
        signal,
      },
    );
    const problems = preview.problems.map(({ code, message }) => ({
      code,
      detail: message,
    }));
    return { ...preview, problems } as unknown as AgentPreview;
  }

  async install(
    source: PluginSource,
    { integrity, grant }: {
      readonly integrity: string;
      readonly grant?: PermissionTerms;
    },
    signal: AbortSignal,
  ): Promise<AgentOutcome> {
    const options = { ...ACTOR, signal, integrity };
    const installed = outcomeOf(
      "url" in source
        ? await (await this.#handler()).installFromManifestLink(
          source.url,
          options,
        )
        : await (await this.#handler()).installPlugin(source.manifest, options),
    );
    if (grant !== undefined) await this.grant(installed.id, grant);
    return installed;
  }

  async checkUpdates(signal: AbortSignal): Promise<AgentUpdate[]> {
    const checks = await (await this.#handler()).checkForUpdates({ signal });
    return checks.map(({ error, ...check }) => ({
      ...check,
      ...(error === undefined
        ? {}
        : { error: { code: error.code, detail: error.message } }),
    }));
  }

  async update(id: number, signal: AbortSignal): Promise<AgentOutcome> {
    const options = { ...ACTOR, signal };
    return outcomeOf(
      await (await this.#handler()).updateFromManifestLink(
        id,
        undefined,
        options,
      ),
    );
  }

  async rollback(id: number, version: string): Promise<AgentOutcome> {
    return outcomeOf(
      await (await this.#handler()).rollbackPlugin(id, version, ACTOR),
    );
  }

  enable(id: number): Promise<string> {
    return told(this.#handler(), (handler) => handler.enablePlugin(id, ACTOR));
  }

  disable(id: number, reason?: string): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.disablePlugin(id, reason, ACTOR),
    );
  }

  pin(id: number, range: string | null): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.pinPlugin(id, range, ACTOR),
    );
  }

  remove(id: number, purge: boolean): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.deletePlugin(id, { ...ACTOR, purge }),
    );
  }

  grant(id: number, permissions: PermissionTerms): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.grantPermissions(id, permissions as never, ACTOR),
    );
  }

  revoke(id: number, permissions?: PermissionTerms): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.revokePermissions(id, permissions as never, ACTOR),
    );
  }

  async settings(id: number): Promise<AgentSettings> {
    const handler = await this.#handler();
    return {
      form: [...handler.getSettingsForm(id).fields],
      values: handler.getSettings(id),
    };
  }

  async setSettings(
    id: number,
    values: Readonly<Record<string, unknown>>,
  ): Promise<AgentSettings> {
    await (await this.#handler()).setSettings(id, values, ACTOR);
    return await this.settings(id);
  }

  async audit(
    query: { readonly pluginId?: number; readonly limit: number },
  ): Promise<AgentAuditEntry[]> {
    const entries = (await this.#handler()).getAudit(query);
    return entries.map((entry) => ({
      id: entry.id,
      at: new Date(entry.at).toISOString(),
      actor: entry.actor,
      action: entry.action,
      plugin: entry.plugin,
      detail: entry.detail,
      ok: entry.outcome === "done",
    }));
  }

  async users(): Promise<AgentUser[]> {
    return (await this.#users()).list()
      .map(({ id, name, role }) => ({ id, name, role }));
  }

  async addUser(
    user: { readonly name: string; readonly password: string; role: string },
  ): Promise<AgentUser> {
    const users = await this.#users();
    const { id, name, role } = await users.add(user as never);
    return { id, name, role };
  }

  async resetUser(id: number, password: string): Promise<void> {
    await (await this.#users()).setPassword(id, password);
  }

  async removeUser(id: number): Promise<void> {
    (await this.#users()).remove(id);
  }

  async tables(): Promise<ListedTable[]> {
    return (await this.#handler()).listTables();
  }

  async rows(table: string, offset: number): Promise<TableRows> {
    return (await this.#handler()).readTable(table, { offset, limit: 1_000 });
  }

  purge(pluginId: number): Promise<string> {
    return told(
      this.#handler(),
      (handler) => handler.deletePlugin(pluginId, { ...ACTOR, purge: true }),
    );
  }

  // deno-lint-ignore require-await -- what is thrown is a rejection, as a server's
  async backup(path?: string): Promise<string> {
    return this.#db.backup(path);
  }

  async doctor(dockerSocket?: string): Promise<Finding[]> {
    return await (await this.#handler()).diagnose(
      dockerSocket === undefined ? {} : { dockerSocket },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#opened)?.close();
    this.#db.close();
  }

  #handler(): Promise<PluginHandler> {
    return this.#opened ??= import("../../../handler/plugin_handler.ts")
      .then(({ PluginHandler }) => new PluginHandler(this.#db, this.#options));
  }

  /** Hashing passwords is nothing that a list needs. */
  async #users() {
    const { openUsers } = await import(
      "../../../server/auth/account_rescue.ts"
    );
    return openUsers(this.#db.driver);
  }
}

function wanted(source: PluginSource): unknown {
  return "url" in source ? source.url : source.manifest;
}

/** @throws {PluginError} What stopped the operation. */
function outcomeOf(result: OperationResult): AgentOutcome {
  if (!result.success) throw result.cause;
  const { id, message, warnings = [] } = result;
  return { id, message, warnings };
}

async function told(
  opened: Promise<PluginHandler>,
  act: (handler: PluginHandler) => OperationResult,
): Promise<string> {
  return outcomeOf(act(await opened)).message;
}

function policyIn({ driver }: DB): AgentPolicy | undefined {
  const found = driver.get(
    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'plugin_handler_policy'",
  );
  if (found === undefined) return undefined;
  return readPolicy(new PolicyStore(driver).read());
}

/** Rows that are written without the key count as somebody else's. */
function requireSecretsKey(
  policy: AgentPolicy | undefined,
  secretsKey: string | undefined,
): void {
  if (!policy?.hasSecretsKey || secretsKey !== undefined) return;
  throw new PluginError(
    "VERIFICATION_REFUSED",
    "Cannot change the database: its agent has a secretsKey, which seals what is stored; put it into DOCKSTAT_SECRETS_KEY with --allow-env=DOCKSTAT_SECRETS_KEY, or name its file with --secrets-key-file",
  );
}
