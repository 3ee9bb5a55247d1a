/**
 * Looks at a file before it is taken for an agent's database.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { messageOf, PluginError } from "../../../shared/errors.ts";
import { refuseNewerSchema } from "../../../store/mod.ts";

/** @throws {PluginError} `STORE_FAILED` where there is no such file. */
export async function requireFile(
  path: string,
  hint = "name the agent's database with --db",
): Promise<void> {
  try {
    const { isFile } = await Deno.stat(path);
    if (isFile) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new PluginError(
    "STORE_FAILED",
    `Cannot open "${path}": there is no such file; ${hint}`,
  );
}

/**
 * Refuses another program's database: opening it would make the handler's tables
 * in it.
 *
 * @param hint What to do.
 * @throws {PluginError} `STORE_FAILED`, also where a newer handler wrote it.
 */
export function requireAgent(
  path: string,
  hint = "start an agent on it first, such as serve",
): void {
  if (hasPlugins(path)) return;
  throw new PluginError(
    "STORE_FAILED",
    `Cannot use "${path}": it is no agent's database, since it has no table of plugins; ${hint}`,
  );
}

function hasPlugins(path: string): boolean {
  let probe: DatabaseSync | undefined;
  try {
    const database = probe = new DatabaseSync(path, { readOnly: true });
    const has = (table: string) =>
      database.prepare(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
      ).get(table) !== undefined;
    if (has("plugin_handler_meta")) {
      refuseNewerSchema({
        get: (sql, params = []) =>
          database.prepare(sql).get(...params as string[]),
      });
    }
    return has("plugins");
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    if (cause instanceof PluginError) throw cause;
    throw new PluginError(
      "STORE_FAILED",
      `Cannot use "${path}": ${messageOf(cause)}`,
      { cause },
    );
  } finally {
    probe?.close();
  }
}
