/**
 * Makes up what a plugin's pages show where the plugin has nothing yet: rows of
 * its tables, and data where a loader fails or is empty.
 *
 * @module
 */
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import type { PluginDefinition, TableConfig } from "../../plugin/plugin.ts";
import { messageOf } from "../../shared/errors.ts";
import { isObject } from "../../shared/text/kind_of.ts";
import { madeUpData } from "./made_up_data.ts";
import { madeUpRows } from "./made_up_rows.ts";

/** How many rows each table gets. */
const ROWS = 5;

const PAGES = /^\/api\/v1\/plugins\/\d+\/pages(?:\/loaders\/[^/]+)?$/;
const PAGE = /^\/p\//;

/** A loader's result as it is sent. */
type Result = Record<string, unknown>;

/** The made-up data of one plugin. */
export class PreviewData {
  readonly #tell: (line: string) => void;
  readonly #told = new Set<string>();
  /** What widgets stand in, by page. */
  readonly #templates = new Map<string, unknown>();

  /** @param tell Told once of each thing that is made up. */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  /** Puts rows into the plugin's table, where it is empty. */
  fillTable(
    handler: PluginHandler,
    { id, config }: PluginDefinition & { readonly id?: number },
  ): void {
    const table = config?.table as TableConfig | undefined;
    if (table === undefined || id === undefined) return;
    const rows = madeUpRows(table, ROWS);
    try {
      const builder = handler.getServerHooks(id).table;
      if (builder === null || builder.count() > 0) return;
      for (const row of rows) handler.getServerHooks(id).table!.insert(row);
      this.#tell(`Table ${table.name}: its ${ROWS} rows are made up`);
    } catch (error) {
      this.#tell(
        `Table ${table.name}: no rows could be made up: ${messageOf(error)}`,
      );
    }
  }

  /** What the server answered, with data where the plugin gave none. */
  async complete(request: Request, response: Response): Promise<Response> {
    const { pathname } = new URL(request.url);
    const isJson = response.headers.get("content-type")?.includes("json");
    if (!isJson || !response.ok) return response;
    if (!PAGES.test(pathname) && !PAGE.test(pathname)) return response;
    const answer: unknown = await response.json();
    const { status } = response;
    return Response.json(isObject(answer) ? this.#filled(answer) : answer, {
      status,
    });
  }

  #filled(answer: Result): Result {
    if (!isObject(answer.initial)) return this.#filledResult(answer);
    const { template, fragments, path, initial } = answer;
    for (const loader of Array.isArray(answer.loaders) ? answer.loaders : []) {
      this.#templates.set(String(loader.id), [template, fragments]);
    }
    const results = Array.isArray(initial.results) ? initial.results : [];
    const filled = results.map((it) => this.#filledResult(it, String(path)));
    const under = (key: "stateKey" | "dataKey") =>
      Object.fromEntries(
        filled.filter((it) => typeof it[key] === "string")
          .map((it) => [it[key], it.data]),
      );
    const unkeyed = filled
      .filter(({ dataKey, stateKey }) => !dataKey && !stateKey)
      .map(({ loaderId, data }) => [loaderId, data]);
    return {
      ...answer,
      initial: {
        state: { ...Object(initial.state), ...under("stateKey") },
        data: {
          ...Object(initial.data),
          ...under("dataKey"),
          ...Object.fromEntries(unkeyed),
        },
        results: filled,
      },
    };
  }

  #filledResult(result: Result, path?: string): Result {
    const { loaderId, success, data, error, ...rest } = result;
    if (success === true && !isEmpty(data)) return result;
    if (typeof loaderId !== "string") return result;
    const key = String(rest.dataKey ?? rest.stateKey ?? loaderId);
    const why = success === true ? "it gave nothing" : String(error);
    this.#tellOnce(
      `Loader ${loaderId}${
        path === undefined ? "" : ` of ${path}`
      }: its data are made up (${why})`,
      loaderId,
    );
    const made = madeUpData(this.#templates.get(loaderId), key);
    return { loaderId, success: true, data: made, ...rest };
  }

  #tellOnce(line: string, key: string): void {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#tell(line);
  }
}

function isEmpty(data: unknown): boolean {
  return data === null || data === undefined || data === "" ||
    Array.isArray(data) && data.length === 0 ||
    isObject(data) && Object.keys(data).length === 0;
}
