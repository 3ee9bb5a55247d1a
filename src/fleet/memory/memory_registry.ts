/**
 * A registry in the memory of one process, for tests and for trying things
 * out.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { LEASE_MS } from "../controller/lease.ts";
import type {
  AgentRegistry,
  ControlRegistry,
  DocumentKind,
  ReceivedReport,
  Revised,
} from "../registry.ts";
import type { AgentHeartbeat, AgentReport } from "../documents/report.ts";

/** How many reports one call of `reports()` gives. */
const BATCH = 256;

/**
 * A registry in memory.
 *
 * @example An agent that looks once
 * ```ts
 * import { PluginHandler } from "@dockstat/plugin-handler";
 * import { FleetAgent, MemoryRegistry } from "@dockstat/plugin-handler/fleet";
 * import { assertEquals } from "@std/assert";
 *
 * await using handler = new PluginHandler(":memory:");
 * const registry = new MemoryRegistry();
 * await using agent = new FleetAgent({
 *   fleet: "home",
 *   agent: "nas",
 *   ring: "all",
 *   handler,
 *   registry: registry.agent("nas"),
 *   releaseKeys: {},
 *   rolloutKeys: {},
 * });
 * const report = await agent.sync();
 * assertEquals(report.scopes, []);
 * ```
 */
export class MemoryRegistry implements ControlRegistry {
  readonly #documents = new Map<string, Revised>();
  readonly #bundles = new Map<
    string,
    { packed: Uint8Array<ArrayBuffer>; since: number }
  >();
  readonly #reports: ReceivedReport[] = [];
  readonly #reportIds = new Set<string>();
  readonly #hints = new Set<{ scopes: readonly string[]; tell: () => void }>();
  readonly #beats = new Set<(agent: string, beat: unknown) => void>();
  #revision = 0;
  #leased = 0;
  #online = true;

  /** Whether the registry answers; a change to `true` is a hint to all. */
  get online(): boolean {
    return this.#online;
  }

  set online(online: boolean) {
    const isBack = online && !this.#online;
    this.#online = online;
    if (isBack) { for (const { tell } of this.#hints) tell(); }
  }

  /**
   * What one agent sees of the registry.
   *
   * @param agent The agent.
   */
  agent(agent: string): AgentRegistry {
    return {
      desired: async (scope) => (await this.readDesired(scope))?.text,
      bundle: (digest) => this.bundle(digest),
      hints: (scopes, tell) => this.#listen(scopes, tell),
      report: (id, report) => this.#receive(agent, id, report),
      heartbeat: (beat) => this.#beat(agent, beat),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }

  /** As of {@linkcode ControlRegistry.readDesired}. */
  async readDesired(scope: string): Promise<Revised | undefined> {
    return await this.#read(`desired/${scope}`);
  }

  /** As of {@linkcode ControlRegistry.writeDesired}. */
  async writeDesired(
    scope: string,
    text: string,
    revision: number,
  ): Promise<boolean> {
    const written = await this.#write(`desired/${scope}`, { text, revision });
    if (written === undefined) return false;
    for (const { scopes, tell } of this.#hints) {
      if (scopes.includes(scope)) tell();
    }
    return true;
  }

  /** As of {@linkcode ControlRegistry.scopes}. */
  async scopes(): Promise<string[]> {
    await this.#reach();
    return this.#keysBelow("desired/");
  }

  /** As of {@linkcode ControlRegistry.read}. */
  async read(kind: DocumentKind, key: string): Promise<Revised | undefined> {
    return await this.#read(`${kind}/${key}`);
  }

  /** As of {@linkcode ControlRegistry.write}. */
  async write(
    kind: DocumentKind,
    key: string,
    change: Revised,
  ): Promise<number | undefined> {
    return await this.#write(`${kind}/${key}`, change);
  }

  /** As of {@linkcode ControlRegistry.keys}. */
  async keys(kind: DocumentKind): Promise<string[]> {
    await this.#reach();
    return this.#keysBelow(`${kind}/`);
  }

  /** As of {@linkcode ControlRegistry.putBundle}. */
  async putBundle(
    digest: string,
    packed: Uint8Array<ArrayBuffer>,
  ): Promise<void> {
    await this.#reach();
    if (this.#bundles.has(digest)) return;
    this.#bundles.set(digest, { packed, since: Date.now() });
  }

  /** As of {@linkcode ControlRegistry.bundle}. */
  async bundle(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    await this.#reach();
    return this.#bundles.get(digest)?.packed;
  }

  /** As of {@linkcode ControlRegistry.listBundles}. */
  async listBundles(): Promise<{ digest: string; since: number }[]> {
    await this.#reach();
    return [...this.#bundles].map(([digest, { since }]) => ({ digest, since }));
  }

  /** As of {@linkcode ControlRegistry.deleteBundle}. */
  async deleteBundle(digest: string): Promise<void> {
    await this.#reach();
    this.#bundles.delete(digest);
  }

  /** As of {@linkcode ControlRegistry.reports}. */
  async reports(after: number): Promise<ReceivedReport[]> {
    await this.#reach();
    return this.#reports.slice(after, after + BATCH);
  }

  /** As of {@linkcode ControlRegistry.heartbeats}. */
  heartbeats(
    listener: (agent: string, heartbeat: unknown) => void,
  ): () => void {
    this.#beats.add(listener);
    return () => void this.#beats.delete(listener);
  }

  /** There is nothing to close. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #read(key: string): Promise<Revised | undefined> {
    await this.#reach();
    this.#endLease();
    return this.#documents.get(key);
  }

  #keysBelow(prefix: string): string[] {
    return [...this.#documents.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
  }

  #endLease(): void {
    if (performance.now() - this.#leased < LEASE_MS) return;
    for (const key of this.#keysBelow("lease/")) {
      this.#documents.delete(`lease/${key}`);
    }
  }

  async #write(
    key: string,
    { text, revision }: Revised,
  ): Promise<number | undefined> {
    await this.#reach();
    this.#endLease();
    if ((this.#documents.get(key)?.revision ?? 0) !== revision) {
      return undefined;
    }
    this.#documents.set(key, { text, revision: ++this.#revision });
    if (key.startsWith("lease/")) this.#leased = performance.now();
    return this.#revision;
  }

  #listen(scopes: readonly string[], tell: () => void): () => void {
    const entry = { scopes, tell };
    this.#hints.add(entry);
    return () => void this.#hints.delete(entry);
  }

  async #receive(
    agent: string,
    id: string,
    report: AgentReport,
  ): Promise<void> {
    await this.#reach();
    if (this.#reportIds.has(id)) return;
    this.#reportIds.add(id);
    const sequence = this.#reports.length + 1;
    this.#reports.push({ sequence, agent, report: structuredClone(report) });
  }

  #beat(agent: string, beat: AgentHeartbeat): void {
    if (!this.#online) return;
    for (const listener of this.#beats) listener(agent, beat);
  }

  /** Answers later, as everything behind a network does. */
  async #reach(): Promise<void> {
    await Promise.resolve();
    if (this.#online) return;
    const message = "Cannot reach the fleet's registry: it is offline";
    throw new PluginError("FLEET_FAILED", message);
  }
}
