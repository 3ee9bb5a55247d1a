/**
 * What a manifest is: its type and the schema that checks it.
 *
 * @module
 */
import { z } from "zod";
import type { Issue } from "../../shared/errors.ts";
import type { RepoType, StandardSchema } from "../../plugin/plugin.ts";
import { isRange } from "./engines.ts";
import { isIntegrity } from "../trust/integrity.ts";
import { wordIssue } from "./issues.ts";

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
  /** An Ed25519 signature over the text of `integrity`, in base64. */
  signature?: string;
  /** Which key signed. */
  keyId?: string;
  /** What the plugin asks for when it runs in a process of its own. */
  permissions?: ManifestPermissions;
  /** Which versions of the handler the plugin works with. */
  engines?: { dockstat?: string; [field: string]: unknown };
  /** When a lazily loaded plugin's code is imported. @default "lazy" */
  activation?: "startup" | "lazy";
  /** Fields that this handler does not read. */
  [field: string]: unknown;
}

const permission = z.union([z.boolean(), z.array(z.string())]);

const permissions = z.looseObject({
  env: permission.optional().describe("Environment variables, by name."),
  ffi: permission.optional().describe("Native libraries, by path."),
  import: permission.optional().describe("Hosts to import code from."),
  net: permission.optional().describe("Hosts, with or without a port."),
  read: permission.optional().describe("Files and folders to read."),
  run: permission.optional().describe("Programs to run."),
  sys: permission.optional().describe("Facts about the system."),
  write: permission.optional().describe("Files and folders to write."),
});

const author = z.looseObject({
  name: z.string().optional().describe("The name shown to operators."),
  email: z.string().optional().describe("An address to write to."),
  license: z.string().optional().describe("The SPDX identifier."),
  website: z.string().optional().describe("A page about the author."),
});

const engines = z.looseObject({
  dockstat: z.string().refine(isRange, "is not a range of versions").optional()
    .describe("Versions of the plugin handler, such as `^1.2` or `>=0.1 <2`."),
});

const signature = /^[A-Za-z0-9+/]{86}==$/;

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

/**
 * The schema of manifests: a schema of zod 4, typed by the part of it that is
 * promised to stay.
 */
export interface ManifestSchema extends StandardSchema<unknown, Manifest> {
  /**
   * Checks a value.
   *
   * @param value The value.
   * @returns The manifest.
   * @throws {z.ZodError} With every problem.
   */
  parse(value: unknown): Manifest;
  /**
   * Checks a value without throwing.
   *
   * @param value The value.
   * @returns The manifest, or every problem.
   */
  safeParse(value: unknown): ManifestResult;
}

/** The fields of a manifest, for schemas that differ in some of them. */
export const manifestFields = {
  name: z.string().trim().min(1, "is empty").max(200, "is too long")
    .describe("The unique name."),
  version: z.string().trim().min(1, "is empty").max(200, "is too long")
    .describe("The version, as in https://semver.org."),
  description: z.string().nullish()
    .describe("One sentence on what the plugin does."),
  repository: z.string()
    .describe("Where the source lives: a URL, or `owner/repo:branch/path`."),
  manifest: z.string()
    .describe(
      "Where the manifest lives: a URL, or a folder of the repository.",
    ),
  author: author.describe("Who wrote it."),
  tags: z.array(z.string()).nullish().describe("Words to find it by."),
  repoType: z.enum(["github", "gitlab", "gitea", "http", "local", "default"])
    .optional().describe("What hosts the repository; `default` where absent."),
  language: z.enum(["javascript", "typescript"]).optional()
    .describe("What the code is written in; `javascript` where absent."),
  plugin: z.string().optional()
    .describe("The code: the source text of an ES module."),
  bundle: z.string().min(1, "is empty").optional()
    .describe("The URL of the code, relative to the manifest."),
  integrity: z.string().refine(
    isIntegrity,
    "holds no sha256-, sha384- or sha512- digest in base64",
  ).optional().describe("Digests of the code: `sha256-<base64>`."),
  signature: z.string().regex(signature, "is not 64 bytes in base64").optional()
    .describe("An Ed25519 signature over the text of `integrity`, in base64."),
  keyId: z.string().min(1, "is empty").max(200, "is too long").optional()
    .describe("Which key signed."),
  permissions: permissions.optional()
    .describe("What the plugin asks for when it runs in a process of its own."),
  engines: engines.optional()
    .describe("Which versions of the handler the plugin works with."),
  activation: z.enum(["startup", "lazy"]).optional()
    .describe("When a lazily loaded plugin's code is imported."),
};

const schema = z.looseObject(manifestFields).meta({
  title: "DockStat plugin manifest",
  dependentRequired: { signature: ["integrity", "keyId"] },
});

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
export const manifestSchema: ManifestSchema = schema;

/**
 * As {@linkcode ManifestSchema.safeParse}, in the words of this library.
 *
 * @param value The value.
 * @returns The manifest, or every problem.
 */
export function checkManifest(value: unknown): ManifestResult {
  return schema.safeParse(value, { error: wordIssue });
}

/** The fields that the schema knows, by the path of the object they are in. */
export const KNOWN_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  "": new Set(["$schema", ...Object.keys(manifestFields)]),
  author: new Set(Object.keys(author.shape)),
  engines: new Set(Object.keys(engines.shape)),
  permissions: new Set(Object.keys(permissions.shape)),
};
