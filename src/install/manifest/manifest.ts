/**
 * What a manifest is: its type and the schema that checks it.
 *
 * @module
 */
import type { Issue } from "../../shared/errors.ts";
import type { RepoType, StandardSchema } from "../../plugin/plugin.ts";
import { object } from "./field.ts";
import { refuseFor } from "./issues.ts";
import { manifestFields } from "./manifest_fields.ts";

/** Who wrote a plugin, as a manifest says it. */
export interface ManifestAuthor {
  /** The name shown to operators. */
  name?: string;
  /** An address to write to. */
  email?: string;
  /** The SPDX identifier of the license. */
  license?: string;
  /** A page about the author. */
  website?: string;
  /** Fields that this handler does not read. */
  [field: string]: unknown;
}

/** A permission in Deno's terms: all of it, or what it is limited to. */
export type ManifestPermission = boolean | string[];

/** What a plugin asks for when it runs in a process of its own. */
export interface ManifestPermissions {
  /** Environment variables, by name. */
  env?: ManifestPermission;
  /** Native libraries, by path. */
  ffi?: ManifestPermission;
  /** Hosts to import code from. */
  import?: ManifestPermission;
  /** Hosts, with or without a port. */
  net?: ManifestPermission;
  /** Files and folders to read. */
  read?: ManifestPermission;
  /** Programs to run. */
  run?: ManifestPermission;
  /** Facts about the system. */
  sys?: ManifestPermission;
  /** Files and folders to write. */
  write?: ManifestPermission;
  /** Headers of requests and answers beyond those that pass always. */
  headers?: { request?: string[]; response?: string[] };
  /** Fields that this handler does not read. */
  [field: string]: unknown;
}

/** The document that a plugin is installed from. */
export interface Manifest {
  /** The unique name. */
  name: string;
  /** The version, as in https://semver.org. */
  version: string;
  /** One sentence on what the plugin does. */
  description?: string | null;
  /** Where the source lives: a URL, or `owner/repo:branch/path`. */
  repository: string;
  /** Where the manifest lives: a URL, or a folder of the repository. */
  manifest: string;
  /** Who wrote it. */
  author: ManifestAuthor;
  /** Words to find it by. */
  tags?: string[] | null;
  /** What hosts the repository. @default "default" */
  repoType?: RepoType;
  /** What the code is written in. @default "javascript" */
  language?: "javascript" | "typescript";
  /** The code: the source text of an ES module. */
  plugin?: string;
  /** The URL of the code, relative to the manifest. */
  bundle?: string;
  /** Digests of the code: `sha256-<base64>`, one or several. */
  integrity?: string;
  /** An Ed25519 signature over the canonical form of this manifest, in base64. */
  signature?: string;
  /** Which key signed. */
  keyId?: string;
  /** What the plugin asks for when it runs in a process of its own. */
  permissions?: ManifestPermissions;
  /** Which versions of the handler the plugin works with. */
  engines?: { dockstat?: string; [field: string]: unknown };
  /** Events of the plugin's own that it emits, such as `my-plugin:changed`. */
  emits?: string[];
  /** The address of a text that says what changed, relative to the manifest. */
  changelog?: string;
  /** When a lazily loaded plugin's code is imported. @default "lazy" */
  activation?: "startup" | "lazy";
  /** Fields that this handler does not read. */
  [field: string]: unknown;
}

/** What checking a manifest found. */
export type ManifestResult =
  | {
    readonly success: true;
    readonly data: Manifest;
    readonly error?: undefined;
  }
  | {
    readonly success: false;
    readonly data?: undefined;
    readonly error: { readonly issues: readonly Issue[] };
  };

/** The schema of manifests. It follows https://standardschema.dev. */
export interface ManifestSchema extends StandardSchema<unknown, Manifest> {
  /**
   * Checks a value.
   *
   * @param value The value.
   * @returns The manifest.
   * @throws {ValidationError} `INVALID_MANIFEST`, with every problem.
   */
  parse(value: unknown): Manifest;
  /**
   * Checks a value without throwing.
   *
   * @param value The value.
   * @returns The manifest, or every problem.
   */
  safeParse(value: unknown): ManifestResult;
  /** The same as a JSON Schema, for editors. */
  toJSONSchema(): Readonly<Record<string, unknown>>;
}

const manifestObject = object(manifestFields);

/**
 * Checks a manifest. Fields that it does not know are kept.
 *
 * @example Checking a manifest before publishing it
 * ```ts
 * import { manifestSchema } from "@dockstat/plugin-handler";
 * import { assertEquals } from "@std/assert";
 *
 * const { success, error } = manifestSchema.safeParse({ name: "x" });
 * assertEquals(success, false);
 * assertEquals(error?.issues[0]?.path, ["version"]);
 * ```
 */
export const manifestSchema: ManifestSchema = {
  parse(value) {
    const { data, error } = checkManifest(value);
    if (data !== undefined) return data;
    throw refuseFor("INVALID_MANIFEST", "Cannot use manifest", error.issues);
  },
  safeParse: checkManifest,
  toJSONSchema: () => ({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "DockStat plugin manifest",
    ...manifestObject.schema,
    dependentRequired: { signature: ["integrity", "keyId"] },
  }),
  "~standard": {
    version: 1,
    vendor: "dockstat",
    validate(value) {
      const { data, error } = checkManifest(value);
      return data === undefined ? { issues: error.issues } : { value: data };
    },
  },
};

/** Checks a manifest; what has `__proto__` among its keys loses it. */
function checkManifest(value: unknown): ManifestResult {
  const issues = manifestObject.check(value);
  if (issues.length > 0) return { success: false, error: { issues } };
  const fields = Object.entries(value as Manifest)
    .filter(([name]) => name !== "__proto__");
  return { success: true, data: Object.fromEntries(fields) as Manifest };
}
