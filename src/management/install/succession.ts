/**
 * Finds what may take the place of a stored plugin, and refuses what may not.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";
import { compareVersions } from "../../shared/version_order.ts";
import {
  isInRange,
  isTrusted,
  obtainChangedPlugin,
  type ObtainedPlugin,
  obtainFromMetadata,
  type ObtainSettings,
} from "../../install/mod.ts";
import type {
  PluginExtras,
  PluginRepository,
  StoredPluginCode,
} from "../../store/mod.ts";
import { newlyRequested } from "../permission_grants.ts";

/** What an operator means to give up for an update. */
export interface SuccessionFlags {
  /**
   * Whether an older version may take the place of a newer one, and one whose
   * order nobody knows the place of any.
   *
   * @default false
   */
  readonly allowDowngrade?: boolean;
  /**
   * Whether a version that no trusted key signed may take the place of one that
   * one did.
   *
   * @default false
   */
  readonly allowUnsigned?: boolean;
  /**
   * Whether a version that another key signed may take the place.
   *
   * @default false
   */
  readonly allowKeyChange?: boolean;
}

/** How updates are looked for. */
export interface UpdateSettings extends ObtainSettings {
  /**
   * The version that code says it is, where it can be asked without running it
   * in this process.
   */
  readonly versionOf?: (plugin: ObtainedPlugin) => Promise<string | undefined>;
}

/** How a successor is obtained. */
export interface SuccessionOptions extends UpdateSettings, SuccessionFlags {
  /** Where it is known which versions there were. */
  readonly repository: PluginRepository;
}

/**
 * Fetches and verifies the version that a plugin's manifest describes now.
 *
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
  const next = URL.canParse(from) || url !== undefined
    ? await obtainChangedPlugin(from, etag, options)
    : await obtainFromRepository(old, options);
  return next && await acceptSuccessor(old, next, options);
}

/** A repository holds code and no manifest, so the code tells its version. */
async function obtainFromRepository(
  old: StoredPluginCode,
  options: SuccessionOptions,
): Promise<ObtainedPlugin> {
  const next = await obtainFromMetadata(metadataOf(old), options);
  if (isSame(old, next)) return next;
  const version = await options.versionOf?.(next) ?? old.version;
  return { ...next, row: { ...next.row, version } };
}

/**
 * Checks that what was obtained may take the place of a stored plugin.
 *
 * @returns The successor; `null` where it is what is stored.
 * @throws {PluginError} `INVALID_MANIFEST` for another plugin, a version outside
 * of the pinned range or an older one; `INTEGRITY_MISMATCH` for other code under
 * the same version; `SIGNATURE_INVALID` for less trust; `PERMISSION_REQUIRED`.
 */
export async function acceptSuccessor(
  old: StoredPluginCode,
  next: ObtainedPlugin,
  options: SuccessionOptions,
): Promise<ObtainedPlugin | null> {
  if (next.row.name !== old.name) {
    const state = `the manifest describes another plugin, "${next.row.name}"`;
    throw refuse(old, "INVALID_MANIFEST", state);
  }
  if (isSame(old, next)) return null;
  await checkVersion(old, next.row.version, options);
  checkTrust(old, next, options);
  checkPermissions(old, next);
  return next;
}

/** A plugin of a repository, as the manifest that it was installed by. */
export function metadataOf(
  { manifestFields, name, version, description, repository, ...rest }:
    StoredPluginCode,
): Record<string, unknown> {
  const { manifest, author, tags, repoType, language } = rest;
  return {
    ...manifestFields,
    name,
    version,
    description,
    repository,
    manifest,
    author,
    tags,
    repoType,
    language,
  };
}

async function checkVersion(
  old: StoredPluginCode,
  version: string,
  { allowDowngrade = false, repository }: SuccessionOptions,
): Promise<void> {
  if (version === old.version) {
    const state = `its code changed, and its version is still ${version}; ` +
      "ask its author for a new version";
    throw refuse(old, "INTEGRITY_MISMATCH", state);
  }
  if (old.pin !== null && !await isInRange(version, old.pin)) {
    const state = `version ${version} is outside of the pinned range ` +
      `${old.pin}; change it with pinPlugin()`;
    throw refuse(old, "INVALID_MANIFEST", state);
  }
  if (allowDowngrade) return;
  for (const than of formerVersions(old, repository)) {
    const order = compareVersions(version, than);
    if (order !== undefined && order >= 0) continue;
    const state = order === undefined
      ? `nobody knows whether version ${version} is older than ${than}`
      : `version ${version} is older than ${than}${
        than === old.version ? "" : ", which was installed once"
      }`;
    const hint = "pass allowDowngrade to install it all the same";
    throw refuse(old, "INVALID_MANIFEST", `${state}; ${hint}`);
  }
}

/** What a new version must not be older than: a downgrade in two steps is one. */
function formerVersions(
  { id, name, version }: StoredPluginCode,
  repository: PluginRepository,
): Set<string> {
  const highest = repository.highestVersion(name) ?? version;
  // Where somebody else stored a version meanwhile, that is what is wrong.
  const isCurrent = repository.get(id)?.version === version;
  return new Set(isCurrent ? [version, highest] : [version]);
}

/** Trust falls only where somebody says so. */
function checkTrust(
  old: StoredPluginCode,
  { row, extras }: ObtainedPlugin,
  options: SuccessionOptions,
): void {
  const { allowUnsigned = false, allowKeyChange = false } = options;
  const before = worthOf(old, options);
  if (before === 0) return;
  const [keyBefore, keyNow] = [old, extras]
    .map(({ manifestFields }) => manifestFields.keyId);
  const was = `version ${old.version} was signed by the key "${keyBefore}"`;
  if (extras.signature !== "unsigned" && keyBefore !== keyNow) {
    if (allowKeyChange) return;
    const state =
      `${was}, and version ${row.version} by "${keyNow}"; ask its ` +
      "author, and pass allowKeyChange where that is right";
    throw refuse(old, "SIGNATURE_INVALID", state);
  }
  if (worthOf(extras, options) >= before || allowUnsigned) return;
  const now = extras.signature === "code-only"
    ? "only the code is"
    : "no trusted key signed it";
  const state =
    `${was}, and of version ${row.version} ${now}; ask its author, ` +
    "and pass allowUnsigned where that is right";
  throw refuse(old, "SIGNATURE_INVALID", state);
}

function worthOf(
  { signature }: Pick<PluginExtras, "signature">,
  options: SuccessionOptions,
): number {
  if (isTrusted(signature, options)) return 2;
  return signature === "code-only" ? 1 : 0;
}

function refuse(
  { id, name }: StoredPluginCode,
  code: "INVALID_MANIFEST" | "INTEGRITY_MISMATCH" | "SIGNATURE_INVALID",
  state: string,
): PluginError {
  const message = `Cannot update plugin "${name}": ${state}`;
  return new PluginError(code, message, { pluginId: id });
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
