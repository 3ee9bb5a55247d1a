/**
 * Finds what may take the place of a stored plugin, and refuses what may not.
 *
 * @module
 */
import { compare, tryParse } from "@std/semver";
import { PluginError } from "../shared/errors.ts";
import {
  isInRange,
  obtainChangedPlugin,
  type ObtainedPlugin,
  type ObtainOptions,
} from "../install/mod.ts";
import type { StoredPluginCode } from "../store/mod.ts";
import { newlyRequested } from "./permission_grants.ts";

/** How a successor is obtained. */
export interface SuccessionOptions extends ObtainOptions {
  /** Whether an older version may take the place of a newer one. */
  readonly allowDowngrade?: boolean;
}

/**
 * Fetches and verifies the version that a plugin's manifest describes now.
 *
 * @param old The stored plugin.
 * @param url The manifest; by default the one that it was installed from.
 * @param options The limits, and whether a downgrade is meant.
 * @returns The successor; `null` where the stored version is the current one.
 * @throws {PluginError} What is wrong, in a code of its own each.
 */
export async function obtainSuccessor(
  old: StoredPluginCode,
  url: string | undefined,
  options: SuccessionOptions,
): Promise<ObtainedPlugin | null> {
  const from = url ?? old.sourceUrl ?? old.manifest;
  const etag = from === old.sourceUrl ? old.etag : null;
  const next = await obtainChangedPlugin(from, etag, options);
  if (next === null || isSame(old, next)) return null;
  checkSuccession(old, next, options);
  checkPermissions(old, next);
  return next;
}

/**
 * Checks that a version may follow another.
 *
 * @param old The stored plugin.
 * @param successor What shall take its place.
 * @param options Whether an older version may.
 * @throws {PluginError} `INVALID_MANIFEST` for another plugin, a version outside
 * of the pinned range or an older one; `INTEGRITY_MISMATCH` for other code under
 * the same version.
 */
function checkSuccession(
  old: StoredPluginCode,
  { row }: ObtainedPlugin,
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

function checkPermissions(
  old: StoredPluginCode,
  { row, extras }: ObtainedPlugin,
): void {
  const more = newlyRequested(old, extras);
  if (Object.keys(more).length === 0) return;
  throw new PluginError(
    "PERMISSION_REQUIRED",
    `Cannot update plugin "${old.name}": version ${row.version} also asks for ${
      JSON.stringify(more)
    }; grant it with grantPermissions(${old.id}, …) first`,
    { pluginId: old.id },
  );
}

function isSame(old: StoredPluginCode, { row }: ObtainedPlugin): boolean {
  return row.version === old.version && row.plugin === old.plugin;
}
