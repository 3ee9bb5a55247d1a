/**
 * A handler with an honest plugin and one that attacks it, both in processes of
 * their own, and a watch on how long the host's thread stands still.
 *
 * @module
 */
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { save } from "../handler/plugins.ts";

/** What no attack may make the host stand still for, on a busy machine. */
const LONGEST_STANDSTILL_MS = 10_000;

/** Source text of a plugin with actions, each with a route of its name. */
export function pluginOf(actions: string, top = "", more = ""): string {
  return `${top}
    const actions = { ${actions} };
    export default { config: { actions, apiRoutes: Object.fromEntries(
      Object.keys(actions).map((name) => ["/" + name,
        { method: ["GET", "POST"], actions: [name] }])) } ${more} };`;
}

/** A handler under attack. */
export class AttackedHandler implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly attacker: number;
  readonly honest: number;
  #standstillMs = 0;
  #lastTick = performance.now();
  readonly #ticker: ReturnType<typeof setInterval>;

  private constructor(attack: string, options: PluginHandlerOptions) {
    this.handler = new PluginHandler(":memory:", {
      isolation: "process",
      ...options,
    });
    this.honest = save(this.handler, "honest", pluginOf("ok: () => 'ok'"));
    this.attacker = save(this.handler, "attacker", attack);
    this.#ticker = setInterval(() => this.#tick(), 20);
  }

  /** Loads the attacker, and its honest neighbour. */
  static async with(
    attack: string,
    options: PluginHandlerOptions = {},
  ): Promise<AttackedHandler> {
    const it = new AttackedHandler(attack, options);
    await it.handler.loadPlugin(it.honest);
    await it.handler.loadPlugin(it.attacker).catch(() => {});
    return it;
  }

  /** Asks the attacker. */
  ask(route: string, init?: RequestInit): Promise<unknown> {
    const request = new Request(`http://agent.test/${route}`, init);
    return this.handler.handleRoute(this.attacker, route, request);
  }

  /** Asks the attacker over HTTP. */
  fetch(route: string, init?: RequestInit): Promise<Response> {
    const url = `http://agent.test/plugins/${this.attacker}/routes/${route}`;
    return this.handler.fetch(new Request(url, init));
  }

  /** The honest plugin answers, and nothing stood still for long. */
  async assertServes(): Promise<void> {
    const request = new Request("http://agent.test/ok");
    assertEquals(
      await this.handler.handleRoute(this.honest, "/ok", request),
      "ok",
    );
    this.#tick();
    assert(
      this.#standstillMs < LONGEST_STANDSTILL_MS,
      `stood still for ${this.#standstillMs} ms`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticker);
    await this.handler.close();
  }

  #tick(): void {
    const now = performance.now();
    this.#standstillMs = Math.max(this.#standstillMs, now - this.#lastTick);
    this.#lastTick = now;
  }
}
