/**
 * Decides whether a stored plugin may be loaded at all.
 *
 * @module
 */
import { digestLater, digestOf } from "../shared/digest.ts";
import { PluginError } from "../shared/errors.ts";
import { unavailable } from "../execution/unavailable.ts";
import type { RowTrust, StoredPluginCode } from "../store/mod.ts";

/**
 * Checks that a plugin is stored, enabled, and has the code that was saved.
 *
 * @param row Its row, if there is one.
 * @throws {PluginError} `PLUGIN_NOT_FOUND`, `PLUGIN_DISABLED`,
 * `PLUGIN_QUARANTINED`, `INTEGRITY_MISMATCH`.
 */
export function verifyRow(
  id: number,
  row: StoredPluginCode | undefined,
): StoredPluginCode {
  const loadable = checkState(id, row);
  if (loadable.digest === null) return loadable;
  return checkDigest(loadable, digestOf(loadable.plugin));
}

/** The same, for whoever can wait for the digest. */
export async function verifyRowLater(
  id: number,
  row: StoredPluginCode | undefined,
): Promise<StoredPluginCode> {
  const loadable = checkState(id, row);
  if (loadable.digest === null) return loadable;
  return checkDigest(loadable, await digestLater(loadable.plugin));
}

function checkState(
  id: number,
  row: StoredPluginCode | undefined,
): StoredPluginCode {
  if (row === undefined) throw unavailable({ key: id, row, act: "load" });
  if (row.trust !== "kept" && row.trust !== "new") throw distrusted(row);
  if (row.state !== "enabled") {
    throw unavailable({ key: id, row, act: "load" });
  }
  return row;
}

function checkDigest(row: StoredPluginCode, digest: string): StoredPluginCode {
  if (row.digest === digest) return row;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot load plugin "${row.name}": its stored code is not the code that was saved; install it again, or roll it back`,
    { pluginId: row.id },
  );
}

/** What a row that the handler did not write like this is missing. */
const DISTRUST: Readonly<Record<Exclude<RowTrust, "kept" | "new">, string>> = {
  lost: "its digest is gone, which the handler kept once",
  unsealed: "it was not written with the host's secretsKey",
  forged: "somebody else changed what is stored of it",
};

function distrusted(
  { id, name, trust }: StoredPluginCode,
): PluginError {
  const state = DISTRUST[trust as keyof typeof DISTRUST];
  return new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot load plugin "${name}": ${state}; install it again, or call acceptStoredPlugin(${id}) where it is what it should be`,
    { pluginId: id },
  );
}
