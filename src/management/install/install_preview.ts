/**
 * What an installation would store, shown before anything is: the dry run that
 * a person decides by.
 *
 * @module
 */
import {
  type ObtainedPlugin,
  obtainFromMetadata,
  obtainPlugin,
  type ObtainSettings,
  type SignatureState,
} from "../../install/mod.ts";
import type { PluginContributions } from "../../plugin/contributions.ts";
import { digestOf } from "../../shared/digest.ts";
import {
  type PluginError,
  PluginError as Refused,
} from "../../shared/errors.ts";
import type { PluginPermissions } from "../../sandbox/mod.ts";
import type { PluginRepository, StoredPluginCode } from "../../store/mod.ts";
import type { InstallTrial } from "./install_trial.ts";
import { linkOf } from "./link_of.ts";
import { asPluginError } from "../operation_result.ts";
import { callSettings, type InstallCallOptions } from "./plugin_installer.ts";
import { newlyRequested, requestedBy } from "../permission_grants.ts";
import { requireStored } from "../require_stored.ts";
import { acceptSuccessor, metadataOf } from "./succession.ts";

/** What a plugin would contribute, by name. */
export interface PreviewedContributions {
  /** Its API routes, such as `"GET /checks"`. */
  readonly routes: readonly string[];
  /** Its tables. */
  readonly tables: readonly string[];
  /** The events that it has hooks for. */
  readonly hooks: readonly string[];
  /** Its schedules, with their intervals. */
  readonly schedules: readonly {
    readonly name: string;
    readonly every: string;
  }[];
  /** The paths of its pages. */
  readonly pages: readonly string[];
}

/** What an installation would store. */
export interface InstallPreview {
  /** The plugin's name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** What it does, as its author says. */
  readonly description: string | null;
  /** Its author, as the manifest says. */
  readonly author: Readonly<Record<string, unknown>>;
  /** Its repository, as the manifest says. */
  readonly repository: string;
  /** Whether a trusted key signed it. */
  readonly signature: SignatureState;
  /** The key that the manifest names, where it names one. */
  readonly keyId?: string;
  /** The permissions that it asks for. */
  readonly permissions: PluginPermissions;
  /** The digest of its code, `sha256-` and base64. */
  readonly integrity: string;
  /** Bytes of its code. */
  readonly sizeBytes: number;
  /**
   * What it would contribute; absent where its code cannot be asked without
   * running it in this process.
   */
  readonly contributions?: PreviewedContributions;
  /** What is installed under the name. */
  readonly installed?: { readonly id: number; readonly version: string };
  /** What it asks for beyond what the installed version asks for. */
  readonly newPermissions?: PluginPermissions;
  /** Where its changes are written down, where the manifest says so. */
  readonly changelog?: string;
  /** What is odd and would not stop it. */
  readonly warnings: readonly string[];
  /** Why it would be refused. */
  readonly problems: readonly PluginError[];
}

/** How a preview is cancelled and guarded. */
export type InstallPreviewOptions = Pick<
  InstallCallOptions,
  "signal" | "allowPrivateHosts"
>;

/** What previews are made with. */
export interface InstallPreviewParts {
  /** Where the rows are. */
  readonly repository: PluginRepository;
  /** Tries what was obtained. */
  readonly trial: InstallTrial;
  /** How plugins are fetched and checked. */
  readonly install: ObtainSettings;
}

/**
 * Fetches, verifies and tries a plugin, and stores nothing.
 *
 * @param source The manifest's URL, or the manifest itself.
 * @param parts What previews are made with.
 * @param options Cancels it, and guards it more strictly.
 * @throws {PluginError} What keeps the plugin from being obtained at all.
 */
export async function previewInstall(
  source: unknown,
  { repository, trial, install }: InstallPreviewParts,
  options: InstallPreviewOptions,
): Promise<InstallPreview> {
  const settings = callSettings(install, options);
  const isLink = typeof source === "string" || source instanceof URL;
  const obtained = isLink
    ? await obtainPlugin(
      linkOf(String(source), "Cannot preview a plugin"),
      settings,
    )
    : await obtainFromMetadata(source, settings);
  const problems: PluginError[] = [];
  const tried = await trial.run(obtained).catch((error) => {
    problems.push(asPluginError(error));
    return { contributions: undefined, warnings: [] };
  });
  const old = repository.findByName(obtained.row.name);
  if (old !== undefined) {
    problems.push(
      ...await refusalsOf(repository.get(old.id)!, obtained, {
        repository,
        install,
      }),
    );
  }
  return {
    ...describe(obtained),
    ...(old === undefined ? {} : {
      installed: { id: old.id, version: old.version },
      newPermissions: newlyRequested(old, obtained.extras),
    }),
    ...(tried.contributions === undefined
      ? {}
      : { contributions: namesOf(tried.contributions) }),
    warnings: [...obtained.warnings, ...tried.warnings],
    problems,
  };
}

/**
 * The same for an update of a stored plugin.
 *
 * @throws {PluginError} `PLUGIN_NOT_FOUND`, and as {@linkcode previewInstall}.
 */
export async function previewUpdate(
  id: number,
  parts: InstallPreviewParts,
  options: InstallPreviewOptions,
): Promise<InstallPreview> {
  const { repository } = parts;
  requireStored(repository, "preview an update of", id);
  const old = repository.get(id)!;
  const link = old.sourceUrl ?? old.manifest;
  const source = URL.canParse(link) ? link : metadataOf(old);
  return await previewInstall(source, parts, options);
}

function describe({ row, extras }: ObtainedPlugin) {
  const { keyId, changelog } = extras.manifestFields;
  const changes = typeof changelog === "string"
    ? URL.parse(changelog, extras.sourceUrl ?? undefined)?.href
    : undefined;
  return {
    name: row.name,
    version: row.version,
    description: row.description ?? null,
    author: { ...row.author },
    repository: row.repository,
    signature: extras.signature,
    ...(typeof keyId === "string" ? { keyId } : {}),
    permissions: requestedBy(extras),
    ...(changes === undefined ? {} : { changelog: changes }),
    integrity: digestOf(row.plugin),
    sizeBytes: new TextEncoder().encode(row.plugin).length,
  };
}

/** Why a new version may not take the place of the installed one. */
async function refusalsOf(
  old: StoredPluginCode,
  next: ObtainedPlugin,
  { repository, install }: Pick<InstallPreviewParts, "repository" | "install">,
): Promise<PluginError[]> {
  try {
    await acceptSuccessor(old, next, { ...install, repository });
    return [];
  } catch (error) {
    return error instanceof Refused ? [error] : [asPluginError(error)];
  }
}

function namesOf(
  { routes, events, table, schedules = [], frontend }: PluginContributions,
): PreviewedContributions {
  return {
    routes: routes.filter(({ isSchedule }) => isSchedule !== true)
      .flatMap(({ methods, path }) =>
        methods.map((method) => `${method} ${path}`)
      ),
    tables: table === undefined ? [] : [table.name],
    hooks: [...events],
    schedules: schedules.map(({ name, every }) => ({ name, every })),
    pages: (frontend?.routes ?? []).map(({ path }) => path),
  };
}
