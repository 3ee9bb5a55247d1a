/**
 * What a plugin may do beyond computing, in Deno's terms: read from manifests
 * and grants, intersected, compared, and turned into flags.
 *
 * @module
 */
import { type Issue, ValidationError } from "../../shared/errors.ts";
import { absolutePath, isAbsolutePath } from "../../shared/paths.ts";

/** The name of a permission. */
export type PermissionName =
  | "net"
  | "read"
  | "write"
  | "env"
  | "run"
  | "sys"
  | "ffi"
  | "import";

/** The kinds of permissions, as Deno's flags name them. */
export const PERMISSION_NAMES: readonly PermissionName[] = [
  "net",
  "read",
  "write",
  "env",
  "run",
  "sys",
  "ffi",
  "import",
];

/**
 * Permissions in Deno's terms: `true` for everything of a kind, or a list such
 * as `{ net: ["api.example.com:443"], env: ["TOKEN"] }`.
 *
 * `import` names hosts that modules may be imported from; `true` allows `npm:`
 * packages too. `run` and `ffi` reach outside of the sandbox by their nature:
 * whoever grants them trusts the plugin.
 */
export type PluginPermissions =
  & { readonly [N in PermissionName]?: true | readonly string[] }
  & {
    /** Headers beyond those that pass always, by name. */
    readonly headers?: HeaderPermissions;
  };

/** The headers that a plugin may see and send, by their names. */
export interface HeaderPermissions {
  /** Of requests: the operator's credentials. */
  readonly request?: readonly string[];
  /** Of answers: what acts for the agent's origin. */
  readonly response?: readonly string[];
}

/** Everything that can be granted by itself. */
export type PermissionKind =
  | PermissionName
  | "headers.request"
  | "headers.response";

/** What is granted of one kind. */
export type PermissionTerms = true | readonly string[];

/** The kinds whose terms are paths. */
const PATH_KINDS: ReadonlySet<PermissionKind> = new Set([
  "read",
  "write",
  "ffi",
]);

const KINDS: readonly PermissionKind[] = [
  ...PERMISSION_NAMES,
  "headers.request",
  "headers.response",
];

/**
 * What permissions hold of one kind.
 *
 * @returns Its terms; undefined where there are none.
 */
export function termsOf(
  permissions: PluginPermissions,
  kind: PermissionKind,
): PermissionTerms | undefined {
  switch (kind) {
    case "headers.request":
      return permissions.headers?.request;
    case "headers.response":
      return permissions.headers?.response;
    default:
      return permissions[kind];
  }
}

/**
 * Makes permissions kind by kind.
 *
 * @returns The permissions, without empty lists.
 */
export function permissionsOf(
  terms: (kind: PermissionKind) => PermissionTerms | undefined,
): PluginPermissions {
  const permissions: Record<string, unknown> = {};
  const headers: Record<string, unknown> = {};
  for (const kind of KINDS) {
    const of = terms(kind);
    if (of === undefined || (of !== true && of.length === 0)) continue;
    if (kind === "headers.request") headers.request = of;
    else if (kind === "headers.response") headers.response = of;
    else permissions[kind] = of;
  }
  return Object.keys(headers).length === 0
    ? permissions
    : { ...permissions, headers };
}

/**
 * Reads permissions that came from outside, such as a manifest.
 *
 * @param value The value; undefined is no permissions.
 * @returns The permissions, without empty lists.
 * @throws {ValidationError} `INVALID_MANIFEST` with every problem by its path.
 */
export function readPermissions(value: unknown): PluginPermissions {
  if (value === undefined || value === null) return {};
  const reading = new Reading();
  if (typeof value !== "object" || Array.isArray(value)) {
    reading.issue([], "must be an object");
  } else {
    for (const [name, terms] of Object.entries(value)) {
      if (name === "headers") reading.headers(terms);
      else reading.terms(name, terms);
    }
  }
  return reading.finish();
}

/** Permissions on their way. */
class Reading {
  readonly #terms = new Map<PermissionKind, PermissionTerms>();
  readonly #issues: Issue[] = [];

  issue(path: readonly string[], message: string): void {
    this.#issues.push({ message, path });
  }

  terms(name: string, terms: unknown): void {
    if (!PERMISSION_NAMES.includes(name as PermissionName)) {
      this.issue([name], "is no permission of Deno");
    } else if (terms === true) {
      this.#terms.set(name as PermissionName, true);
    } else if (Array.isArray(terms) && terms.every(isTerm)) {
      this.#terms.set(name as PermissionName, [...terms]);
    } else if (terms !== false) {
      this.issue([name], "must be true, or an array of strings without commas");
    }
  }

  headers(value: unknown): void {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return this.issue(["headers"], "must be an object");
    }
    for (const [of, names] of Object.entries(value)) {
      const path = ["headers", of];
      if (of !== "request" && of !== "response") {
        this.issue(path, "is neither request nor response");
      } else if (!Array.isArray(names) || !names.every(isHeaderName)) {
        this.issue(path, "must be a list of names of headers");
      } else {
        const lower = names.map((name) => name.toLowerCase());
        this.#terms.set(`headers.${of}`, [...new Set(lower)]);
      }
    }
  }

  finish(): PluginPermissions {
    const issues = this.#issues;
    if (issues.length === 0) {
      return permissionsOf((kind) => this.#terms.get(kind));
    }
    const list = issues.map(({ path, message }) =>
      `${["permissions", ...path.map(String)].join(".")} ${message}`
    );
    throw new ValidationError(
      "INVALID_MANIFEST",
      `Cannot read the permissions of a plugin: ${list.join("; ")}`,
      { issues },
    );
  }
}

function isHeaderName(value: unknown): value is string {
  return typeof value === "string" && value.length <= 200 &&
    /^[\w!#$%&'*+.^`|~-]+$/.test(value);
}

/** A comma would be read as the start of another term. */
function isTerm(value: unknown): value is string {
  // deno-lint-ignore no-control-regex -- a NUL would cut the argument short
  const separator = /[,\x00-\x1f]/;
  return typeof value === "string" && value !== "" && !separator.test(value);
}

/**
 * Permissions whose paths say where they are: a plugin's process has another
 * working directory than the host, in which a relative one would name something
 * else.
 *
 * @param base The folder that relative paths are in.
 * @returns The same with absolute paths.
 */
export function absolutePermissions(
  permissions: PluginPermissions,
  base: string,
): PluginPermissions {
  return permissionsOf((kind) => {
    const terms = termsOf(permissions, kind);
    if (!PATH_KINDS.has(kind) || terms === undefined || terms === true) {
      return terms;
    }
    return [...new Set(terms.map((term) => absolutePath(term, base)))];
  });
}

/**
 * What is both asked for and granted.
 *
 * @returns The narrower term of each pair in which one covers the other.
 */
export function intersectPermissions(
  asked: PluginPermissions,
  granted: PluginPermissions,
): PluginPermissions {
  return permissionsOf((kind) =>
    intersectTerms(
      kind,
      termsOf(asked, kind) ?? [],
      termsOf(granted, kind) ?? [],
    )
  );
}

function intersectTerms(
  kind: PermissionKind,
  asked: PermissionTerms,
  granted: PermissionTerms,
): PermissionTerms {
  if (asked === true) {
    return granted === true
      ? true
      : granted.filter((term) => covers(kind, term, term));
  }
  if (granted === true) return asked.filter((term) => covers(kind, term, term));
  return [
    ...new Set([
      ...asked.filter((term) => granted.some((it) => covers(kind, it, term))),
      ...granted.filter((term) => asked.some((it) => covers(kind, it, term))),
    ]),
  ];
}

/**
 * What is asked for and not granted.
 *
 * @returns The terms that no granted term covers; empty where all are.
 */
export function missingPermissions(
  asked: PluginPermissions,
  granted: PluginPermissions,
): PluginPermissions {
  return permissionsOf((kind) => {
    const terms = termsOf(asked, kind);
    const given = termsOf(granted, kind) ?? [];
    if (terms === undefined || given === true) return undefined;
    if (terms === true) return true;
    return terms.filter((term) => !given.some((it) => covers(kind, it, term)));
  });
}

/** Whether whoever has one term has the other. */
function covers(kind: PermissionKind, wide: string, narrow: string): boolean {
  // Relative to what, the two would not agree about.
  if (PATH_KINDS.has(kind) && !isAbsolutePath(narrow)) return false;
  if (wide === narrow) return true;
  switch (kind) {
    case "net":
    case "import":
      return hasNoPort(wide) && narrow.startsWith(`${wide}:`);
    case "read":
    case "write":
      return !narrow.split(/[\\/]/).includes("..") &&
        narrow.startsWith(wide.endsWith("/") ? wide : `${wide}/`);
    default:
      return false;
  }
}

/** An IPv6 address has colons of its own, inside brackets. */
function hasNoPort(host: string): boolean {
  return host.startsWith("[") ? host.endsWith("]") : !host.includes(":");
}

/**
 * The flags of `deno run` that allow this much and refuse everything else.
 *
 * @param denied A folder that no permission reaches.
 */
export function permissionFlags(
  permissions: PluginPermissions,
  denied?: string,
): string[] {
  const flags = PERMISSION_NAMES.flatMap((name) => {
    const terms = permissions[name];
    if (terms === undefined) return [];
    return terms === true
      ? [`--allow-${name}`]
      : [`--allow-${name}=${terms.join(",")}`];
  });
  if (denied !== undefined) {
    for (const name of ["read", "write"] as const) {
      if (permissions[name]) flags.push(`--deny-${name}=${denied}`);
    }
  }
  if (permissions.import === undefined) {
    flags.push("--no-remote", "--deny-import");
  }
  if (permissions.import !== true) flags.push("--no-npm");
  return flags;
}

/**
 * The environment that a plugin's process is given: the granted variables.
 *
 * @returns The variables of this process that the plugin may read.
 */
export function grantedEnvironment(
  permissions: PluginPermissions,
): Record<string, string> {
  const { env } = permissions;
  if (env === undefined) return {};
  if (env === true) return Deno.env.toObject();
  const granted: Record<string, string> = {};
  for (const name of env) {
    const value = Deno.env.get(name);
    if (value !== undefined) granted[name] = value;
  }
  return granted;
}
