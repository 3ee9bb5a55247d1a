/**
 * An agent over HTTP: a server's `/api/v1`.
 *
 * @module
 */
import type {
  Finding,
  ListedTable,
  TableRows,
} from "../../../management/mod.ts";
import {
  type AgentAuditEntry,
  AgentError,
  type AgentHealth,
  type AgentLogLine,
  type AgentOutcome,
  type AgentPermissions,
  type AgentPlugin,
  type AgentPluginDetail,
  type AgentPreview,
  type AgentRun,
  type AgentSchedule,
  type AgentSettings,
  type AgentUpdate,
  type AgentUser,
  type AgentVersion,
  type LiveAgent,
  type PermissionTerms,
  type PluginSource,
} from "./agent.ts";
import { eventsOf } from "./event_source.ts";

/** Which server, and who asks. */
export interface ServerAgentOptions {
  /** Where the server is, such as `https://agent.example:8787`. */
  readonly url: string;
  /** A key (`dsk_…`) or an access token. */
  readonly token?: string;
  /** Ends every request. */
  readonly signal: AbortSignal;
}

interface Ask {
  readonly method?: string;
  readonly json?: unknown;
  readonly signal?: AbortSignal;
}

type Items<T> = { readonly items: T[] };

/** A server. */
export class ServerAgent implements LiveAgent {
  readonly #options: ServerAgentOptions;

  constructor(options: ServerAgentOptions) {
    this.#options = options;
  }

  async list(): Promise<AgentPlugin[]> {
    return (await this.#ask<Items<AgentPlugin>>("/plugins")).items;
  }

  async info(id: number): Promise<AgentPluginDetail> {
    const [detail, permissions, versions] = await Promise.all([
      this.#ask<Omit<AgentPluginDetail, "permissions" | "versions">>(
        `/plugins/${id}`,
      ),
      this.#ask<AgentPermissions>(`/plugins/${id}/permissions`),
      this.#ask<Items<AgentVersion>>(`/plugins/${id}/versions`),
    ]);
    return { ...detail, permissions, versions: versions.items };
  }

  preview(json: PluginSource, signal: AbortSignal): Promise<AgentPreview> {
    return this.#ask("/plugins/dry-run", { method: "POST", json, signal });
  }

  install(
    source: PluginSource,
    looked: { readonly integrity: string; readonly grant?: PermissionTerms },
    signal: AbortSignal,
  ): Promise<AgentOutcome> {
    const json = { ...source, ...looked };
    return this.#ask("/plugins", { method: "POST", json, signal });
  }

  async checkUpdates(signal: AbortSignal): Promise<AgentUpdate[]> {
    type Listed = Omit<AgentUpdate, "id"> & { readonly pluginId: number };
    const { items } = await this.#ask<Items<Listed>>("/updates/check", {
      method: "POST",
      signal,
    });
    return items.map(({ pluginId, ...update }) => ({
      id: pluginId,
      ...update,
    }));
  }

  async update(id: number, signal: AbortSignal): Promise<AgentOutcome> {
    const { ok, message, code = "FAILED" } = await this.#ask<
      { readonly ok: boolean; readonly message: string; readonly code?: string }
    >(`/updates/${id}`, { method: "POST", signal });
    if (!ok) throw new AgentError(code, message);
    return { id, message, warnings: [] };
  }

  rollback(id: number, version: string): Promise<AgentOutcome> {
    return this.#post(`/plugins/${id}/rollback`, { version });
  }

  enable(id: number): Promise<string> {
    return this.#tell(`/plugins/${id}/enable`);
  }

  disable(id: number, reason?: string): Promise<string> {
    return this.#tell(`/plugins/${id}/disable`, { reason });
  }

  async pin(id: number, range: string | null): Promise<string> {
    const json = { range };
    const path = `/plugins/${id}/pin`;
    return (await this.#ask<AgentOutcome>(path, { method: "PUT", json }))
      .message;
  }

  async remove(id: number, purge: boolean): Promise<string> {
    const path = `/plugins/${id}?purge=${purge}`;
    return (await this.#ask<AgentOutcome>(path, { method: "DELETE" })).message;
  }

  grant(id: number, permissions: PermissionTerms): Promise<string> {
    return this.#tell(`/plugins/${id}/permissions/grant`, { permissions });
  }

  revoke(id: number, permissions?: PermissionTerms): Promise<string> {
    return this.#tell(`/plugins/${id}/permissions/revoke`, { permissions });
  }

  settings(id: number): Promise<AgentSettings> {
    return this.#ask(`/plugins/${id}/settings`);
  }

  setSettings(
    id: number,
    values: Readonly<Record<string, unknown>>,
  ): Promise<AgentSettings> {
    return this.#ask(`/plugins/${id}/settings`, {
      method: "PUT",
      json: { values },
    });
  }

  async audit(
    { pluginId, limit }: {
      readonly pluginId?: number;
      readonly limit: number;
    },
  ): Promise<AgentAuditEntry[]> {
    const path = pluginId === undefined
      ? "/audit"
      : `/plugins/${pluginId}/audit`;
    const found: AgentAuditEntry[] = [];
    let cursor: string | undefined;
    do {
      const size = Math.min(limit - found.length, 500);
      const query = `limit=${size}${cursor ? `&cursor=${cursor}` : ""}`;
      const page = await this.#ask<
        Items<AgentAuditEntry> & { readonly next?: string }
      >(`${path}?${query}`);
      found.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined && found.length < limit);
    return found;
  }

  async users(): Promise<AgentUser[]> {
    return (await this.#ask<Items<AgentUser>>("/users")).items;
  }

  addUser(
    user: { readonly name: string; readonly password: string; role: string },
  ): Promise<AgentUser> {
    return this.#post("/users", user);
  }

  async resetUser(id: number, password: string): Promise<void> {
    const json = { password };
    await this.#ask(`/users/${id}`, { method: "PATCH", json });
  }

  async removeUser(id: number): Promise<void> {
    await this.#ask(`/users/${id}`, { method: "DELETE" });
  }

  async tables(): Promise<ListedTable[]> {
    return (await this.#ask<Items<ListedTable>>("/tables")).items;
  }

  rows(table: string, offset: number): Promise<TableRows> {
    const name = encodeURIComponent(table);
    return this.#ask(`/tables/${name}/rows?offset=${offset}&limit=1000`);
  }

  async purge(pluginId: number): Promise<string> {
    const path = `/orphans/${pluginId}`;
    return (await this.#ask<AgentOutcome>(path, { method: "DELETE" })).message;
  }

  async backup(): Promise<string> {
    const { path } = await this.#post<{ readonly path: string }>("/backups");
    return path;
  }

  async doctor(): Promise<Finding[]> {
    return (await this.#ask<Items<Finding>>("/doctor")).items;
  }

  reload(id: number): Promise<string> {
    return this.#tell(`/plugins/${id}/reload`);
  }

  async health(): Promise<AgentHealth[]> {
    return (await this.#ask<Items<AgentHealth>>("/plugins")).items;
  }

  async schedules(): Promise<AgentSchedule[]> {
    return (await this.#ask<Items<AgentSchedule>>("/schedules")).items;
  }

  runSchedule(id: number, name: string): Promise<AgentRun> {
    const path = `/plugins/${id}/schedules/${encodeURIComponent(name)}/run`;
    return this.#post(path);
  }

  async logs(
    { level, plugin, limit }: {
      readonly level?: string;
      readonly plugin?: string;
      readonly limit: number;
    },
  ): Promise<AgentLogLine[]> {
    const query = new URLSearchParams({ limit: String(limit) });
    if (level !== undefined) query.set("level", level);
    if (plugin !== undefined) query.set("plugin", plugin);
    return (await this.#ask<Items<AgentLogLine>>(`/logs?${query}`)).items;
  }

  async *followLogs(signal: AbortSignal): AsyncIterable<AgentLogLine> {
    const response = await this.#fetch("/events?types=log", { signal });
    for await (const { type, data } of eventsOf(response.body!)) {
      if (type === "log") yield data as AgentLogLine;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #tell(path: string, json?: unknown): Promise<string> {
    return (await this.#post<{ readonly message: string }>(path, json)).message;
  }

  #post<T>(path: string, json?: unknown): Promise<T> {
    return this.#ask(path, { method: "POST", json });
  }

  async #ask<T>(path: string, ask: Ask = {}): Promise<T> {
    const response = await this.#fetch(path, ask);
    if (response.status === 204) return undefined as T;
    return await response.json();
  }

  async #fetch(path: string, { method, json, signal }: Ask): Promise<Response> {
    const { url, token, signal: always } = this.#options;
    const headers = new Headers({ accept: "application/json" });
    if (token?.startsWith("dsk_")) headers.set("x-api-key", token);
    else if (token) headers.set("authorization", `Bearer ${token}`);
    const changes = method !== undefined;
    if (changes) headers.set("content-type", "application/json");
    const address = `${url.replace(/\/+$/, "")}/api/v1${path}`;
    const response = await fetch(address, {
      method: method ?? "GET",
      headers,
      body: changes ? JSON.stringify(json ?? {}) : null,
      signal: signal === undefined ? always : AbortSignal.any([signal, always]),
      // A token is for the server that was named, and for no other.
      redirect: "error",
    }).catch((cause) => {
      if (always.aborted || cause instanceof Deno.errors.NotCapable) {
        throw cause;
      }
      throw new AgentError(
        "SERVER_UNREACHABLE",
        `Cannot reach the agent at "${url}": ${cause.message}`,
        { cause },
      );
    });
    if (!response.ok) throw await problemOf(response, address);
    return response;
  }
}

/** What the server says is wrong (RFC 9457). */
async function problemOf(
  response: Response,
  address: string,
): Promise<AgentError> {
  const text = await response.text();
  try {
    const { code, detail, title, errors = [] } = JSON.parse(text);
    const more = errors.map((one: { path: string; message: string }) =>
      `\n  ${one.path}: ${one.message}`
    ).join("");
    return new AgentError(String(code), `${detail ?? title}${more}`);
  } catch {
    return new AgentError(
      "SERVER_UNREACHABLE",
      `Cannot use "${address}": it answers ${response.status}, not as an agent does`,
    );
  }
}
