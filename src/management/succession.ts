/**
 * Decides whether one version of a plugin may take the place of another.
 *
 * @module
 */
import { compare, tryParse } from "@std/semver";
import { PluginError } from "../errors.ts";
import { isInRange } from "../install/mod.ts";
import type { DBPluginSchema, StoredPlugin } from "../store/handler_tables.ts";

/**
 * Checks that a version may follow another.
 *
 * @param old The stored plugin.
 * @param row What shall take its place.
 * @param options Whether an older version may.
 * @throws {PluginError} `INVALID_MANIFEST` for another plugin, a version outside
 * of the pinned range or an older one; `INTEGRITY_MISMATCH` for other code under
 * the same version.
 */
export function checkSuccession(
  old: StoredPlugin,
  row: DBPluginSchema,
  options: { readonly allowDowngrade?: boolean },
): void {
  const refuse = (state: string) => {
    const message = `Cannot update plugin "${old.name}": ${state}`;
    return new PluginError("INVALID_MANIFEST", message, { pluginId: old.id });
  };
  if (row.name !== old.name) {
    throw refuse(`the manifest describes another plugin, "${row.name}"`);
  }
  if (row.version === old.version) {
    throw new PluginError(
      "INTEGRITY_MISMATCH",
      `Cannot update plugin "${old.name}": its code changed, and its version is still ${old.version}; ask its author for a new version`,
      { pluginId: old.id },
    );
  }
  if (old.pin !== null && !isWithin(row.version, old.pin)) {
    throw refuse(
      `version ${row.version} is outside of the pinned range ${old.pin}; change it with pinPlugin()`,
    );
  }
  if (!options.allowDowngrade && isOlder(row.version, old.version)) {
    throw refuse(
      `version ${row.version} is older than ${old.version}; pass allowDowngrade to install it all the same`,
    );
  }
}

function isWithin(version: string, range: string): boolean {
  return tryParse(version) !== undefined && isInRange(version, range);
}

/** Versions that are not of https://semver.org have no order. */
function isOlder(version: string, than: string): boolean {
  const [a, b] = [tryParse(version), tryParse(than)];
  return a !== undefined && b !== undefined && compare(a, b) < 0;
}
