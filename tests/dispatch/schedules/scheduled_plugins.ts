/**
 * Plugins with schedules, for tests.
 *
 * @module
 */
import { PluginHandler, type PluginHandlerOptions } from "../../../mod.ts";

/** A handler with one stored plugin, and what tests ask of it. */
export class Scheduled implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly id: number;

  constructor(
    code: string,
    options: PluginHandlerOptions = {},
    db = ":memory:",
  ) {
    this.handler = new PluginHandler(db, options);
    const known = this.handler.getAll().find(({ name }) =>
      name === "scheduled"
    );
    this.id = known?.id ?? this.save(code);
  }

  /** Stores the plugin, or another version of it. */
  save(code: string, version = "1.0.0"): number {
    const url = "https://example.com/scheduled";
    const { id, message } = this.handler.savePlugin({
      ...{ name: "scheduled", version, repository: url, tags: [] },
      ...{ manifest: `${url}/manifest.json`, author: { name: "Test" } },
      ...{ repoType: "local", plugin: code },
    }, version !== "1.0.0");
    if (id === undefined) throw new TypeError(message);
    return id;
  }

  /** What the action `told` answers. */
  async told(): Promise<unknown[]> {
    const request = new Request("http://localhost/told");
    return await this.handler.handleRoute(
      this.id,
      "/told",
      request,
    ) as unknown[];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
  }
}

/** A plugin that notes the runs of its schedules. */
export function notingPlugin(schedules: string, more = ""): string {
  return `
    const told = [];
    ${more}
    export default { config: {
      actions: {
        told: () => told,
        note: (context) => { told.push(typeof context.request); return told.length; },
        add: ({ previousAction }) => previousAction + 1,
        fail: () => { throw new TypeError("not today"); },
        hang: ({ signal }) => new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))),
        ...(typeof actions === "undefined" ? {} : actions),
      },
      apiRoutes: { "/told": { method: "GET", actions: ["told"] } },
      schedules: ${schedules},
    } };`;
}
