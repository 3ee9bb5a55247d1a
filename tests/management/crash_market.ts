/**
 * A server whose every answer is a new version. Every third version drops a
 * column of the plugin's table, and the next one declares it again.
 *
 * @module
 */
import { rowOf } from "./market.ts";

/** Offers a new version whenever it is asked. */
export class RestlessMarket implements AsyncDisposable {
  /** The newest version that was handed out, by the plugin's name. */
  readonly newest = new Map<string, string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, ({ url }) => {
      const name = new URL(url).pathname.slice(1, -".json".length);
      const version = `1.${minorOf(this.newest.get(name) ?? "1.0.0") + 1}.0`;
      this.newest.set(name, version);
      return Response.json({
        ...rowOf(name, tableSource(name, version)),
        version,
      });
    });
  }

  /** The URL of a plugin's manifest. */
  url(name: string): string {
    return `http://127.0.0.1:${this.#server.addr.port}/${name}.json`;
  }

  /** Stops serving. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Whether a version's table has the column that comes and goes. */
export function hasMood(version: string): boolean {
  return minorOf(version) % 3 !== 2;
}

function minorOf(version: string): number {
  return Number(version.split(".")[1]);
}

/** A version's code, large enough to span pages of the database. */
export function tableSource(name: string, version: string): string {
  const mood = hasMood(version) ? `mood: { type: "TEXT", notNull: true },` : "";
  return `export default { config: {
    table: {
      name: "${name}_notes",
      columns: {
        id: { type: "INTEGER", primaryKey: true, autoincrement: true },
        text: { type: "TEXT", notNull: true },
        ${mood}
      },
    },
    actions: {
      version: () => "${version}",
      list: ({ table }) => table.select(["*"]).orderBy("id").all(),
      add: ({ table, body }) => table.insert(body).insertId,
    },
    apiRoutes: {
      "/version": { method: "GET", actions: ["version"] },
      "/list": { method: "GET", actions: ["list"] },
      "/add": { method: "POST", actions: ["add"] },
    },
  } };
  // ${version.repeat(2000)}`;
}
