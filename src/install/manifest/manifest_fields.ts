/**
 * The fields of a manifest: what each may hold, and how much of it.
 *
 * @module
 */
import type { Issue } from "../../shared/errors.ts";
import { nameProblem } from "../../plugin/plugin_name.ts";
import { isAbsolutePath } from "../../shared/paths.ts";
import { isIntegrity } from "../trust/integrity.ts";
import { isRange, MAX_RANGE } from "./version_range.ts";
import {
  arrayOf,
  boolean,
  described,
  either,
  type Field,
  type Fields,
  nullable,
  object,
  oneOf,
  optional,
  string,
} from "./field.ts";

/** How many characters an address may have. */
const MAX_ADDRESS = 2_000;

const SIGNATURE = "^[A-Za-z0-9+/]{86}==$";

/** The name of a plugin, and what happened. */
const EVENT = "^.+:.+$";

const authorFields: Fields = {
  name: line("The name shown to operators."),
  email: line("An address to write to."),
  license: line("The SPDX identifier."),
  website: line("A page about the author.", MAX_ADDRESS),
};

const engineFields: Fields = {
  dockstat: optional(described(
    "Versions of the plugin handler, such as `^1.2` or `>=0.1 <2`.",
    string({
      max: MAX_RANGE,
      problem: (text) =>
        isRange(text) ? undefined : "is not a range of versions",
    }),
  )),
};

const permissionFields: Fields = {
  env: permission("Environment variables, by name."),
  ffi: permission("Native libraries, by absolute path.", relativeProblem),
  import: permission("Hosts to import code from."),
  net: permission("Hosts, with or without a port."),
  read: permission(
    "Files and folders to read, by absolute path.",
    relativeProblem,
  ),
  run: permission("Programs to run."),
  sys: permission("Facts about the system."),
  write: permission(
    "Files and folders to write, by absolute path.",
    relativeProblem,
  ),
  headers: optional(described(
    "Headers of requests and responses beyond the common ones.",
    object({
      request: optional(arrayOf(string({ max: 200 }), 100)),
      response: optional(arrayOf(string({ max: 200 }), 100)),
    }),
  )),
};

/** The fields of a manifest, also for what differs in some of them. */
export const manifestFields: Fields = {
  name: described(
    "The unique name.",
    string({ min: 1, max: 200, problem: nameProblem }),
  ),
  version: described(
    "The version, as in https://semver.org.",
    string({ min: 1, max: 200, problem: versionProblem }),
  ),
  description: optional(described(
    "One sentence on what the plugin does.",
    nullable(string({ max: 10_000 })),
  )),
  repository: described(
    "Where the source lives: a URL, or `owner/repo:branch/path`.",
    string({ max: MAX_ADDRESS }),
  ),
  manifest: described(
    "Where the manifest lives: a URL, or a folder of the repository.",
    string({ max: MAX_ADDRESS }),
  ),
  author: described("Who wrote it.", object(authorFields)),
  tags: optional(described(
    "Words to find it by.",
    nullable(arrayOf(string({ max: 100 }), 100)),
  )),
  repoType: optional(described(
    "What hosts the repository; `default` where absent.",
    oneOf("github", "gitlab", "gitea", "http", "local", "default"),
  )),
  language: optional(described(
    "What the code is written in; `javascript` where absent.",
    oneOf("javascript", "typescript"),
  )),
  plugin: optional(described(
    "The code: the source text of an ES module.",
    string({ max: 64 * 1024 * 1024 }),
  )),
  bundle: optional(described(
    "The URL of the code, relative to the manifest.",
    string({ min: 1, max: MAX_ADDRESS }),
  )),
  integrity: optional(described(
    "Digests of the code: `sha256-<base64>`.",
    string({
      max: 2_000,
      problem: (text) =>
        isIntegrity(text)
          ? undefined
          : "holds no sha256-, sha384- or sha512- digest in base64",
    }),
  )),
  signature: optional(described(
    "An Ed25519 signature over the canonical form of the manifest, in base64.",
    string({ max: 88, pattern: SIGNATURE, problem: signatureProblem }),
  )),
  keyId: optional(described(
    "Which key signed.",
    string({ min: 1, max: 200 }),
  )),
  permissions: optional(described(
    "What the plugin asks for when it runs in a process of its own.",
    object(permissionFields),
  )),
  engines: optional(described(
    "Which versions of the handler the plugin works with.",
    object(engineFields),
  )),
  emits: optional(described(
    "Events of its own that the plugin emits, such as `my-plugin:changed`.",
    arrayOf(string({ max: 400, pattern: EVENT, problem: eventProblem }), 100),
  )),
  changelog: optional(described(
    "The address of a text that says what changed, relative to the manifest.",
    string({ min: 1, max: MAX_ADDRESS }),
  )),
  activation: optional(described(
    "When a lazily loaded plugin's code is imported.",
    oneOf("startup", "lazy"),
  )),
};

/** The fields that are known, by the path of the object that they are in. */
export const KNOWN_FIELDS: Readonly<Record<string, ReadonlySet<string>>> = {
  // The original's hosts send entries with the id of a row that is none yet.
  "": new Set(["$schema", "id", ...Object.keys(manifestFields)]),
  author: new Set(Object.keys(authorFields)),
  engines: new Set(Object.keys(engineFields)),
  permissions: new Set(Object.keys(permissionFields)),
};

/** How much a manifest may say besides its code, fields unknown here included. */
const MAX_REST = 256 * 1024;

/** What is wrong with the size of a manifest as a whole. */
export function bulkIssues(
  { plugin: _, ...rest }: { plugin?: unknown },
): Issue[] {
  if (JSON.stringify(rest).length <= MAX_REST) return [];
  const message = `says more than ${MAX_REST} characters besides its code`;
  return [{ message, path: [] }];
}

function line(description: string, max = 500): Field {
  return optional(described(description, string({ max })));
}

function permission(
  description: string,
  problem?: (text: string) => string | undefined,
): Field {
  const places = arrayOf(string({ max: MAX_ADDRESS, problem }), 1_000);
  return optional(described(description, either(boolean, places)));
}

/** A plugin's process has another working directory than its author's. */
function relativeProblem(path: string): string | undefined {
  return isAbsolutePath(path) ? undefined : "is not an absolute path";
}

function eventProblem(event: string): string | undefined {
  return new RegExp(EVENT).test(event)
    ? undefined
    : "is no event of the plugin: its name, a colon, and what happened";
}

function versionProblem(version: string): string | undefined {
  if (version.trim() === "") return "is empty";
  return version.trim() === version ? undefined : "begins or ends with a space";
}

function signatureProblem(text: string): string | undefined {
  return new RegExp(SIGNATURE).test(text)
    ? undefined
    : "is not 64 bytes in base64";
}
