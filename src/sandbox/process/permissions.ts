/**
 * What a plugin may do beyond computing, in Deno's terms: read from manifests
 * and grants, intersected, compared, and turned into flags.
 *
 * @module
 */
import { type Issue, ValidationError } from "../../shared/errors.ts";

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
export type PluginPermissions = {
  readonly [N in PermissionName]?: true | readonly string[];
};

/**
 * Reads permissions that came from outside, such as a manifest.
 *
 * @param value The value; undefined is no permissions.
 * @returns The permissions, without empty lists.
 * @throws {ValidationError} `INVALID_MANIFEST` with every problem by its path.
 */
export function readPermissions(value: unknown): PluginPermissions {
  if (value === undefined || value === null) return {};
  const issues: Issue[] = [];
  const permissions: Partial<Record<PermissionName, true | string[]>> = {};
  if (typeof value !== "object" || Array.isArray(value)) {
    issues.push({ message: "must be an object", path: [] });
  } else {
    for (const [name, terms] of Object.entries(value)) {
      readTerms(name, terms, permissions, issues);
    }
  }
  if (issues.length === 0) return permissions;
  const list = issues.map(({ path, message }) =>
    `${["permissions", ...path.map(String)].join(".")} ${message}`
  );
  throw new ValidationError(
    "INVALID_MANIFEST",
    `Cannot read the permissions of a plugin: ${list.join("; ")}`,
    { issues },
  );
}

function readTerms(
  name: string,
  terms: unknown,
  into: Partial<Record<PermissionName, true | string[]>>,
  issues: Issue[],
): void {
  const path = [name];
  if (!PERMISSION_NAMES.includes(name as PermissionName)) {
    issues.push({ message: "is no permission of Deno", path });
  } else if (terms === true) {
    into[name as PermissionName] = true;
  } else if (Array.isArray(terms) && terms.every(isTerm)) {
    if (terms.length > 0) into[name as PermissionName] = [...terms];
  } else if (terms !== false) {
    const message = "must be true, or a list of texts without commas";
    issues.push({ message, path });
  }
}

/** A comma would be read as the start of another term. */
function isTerm(value: unknown): value is string {
  // deno-lint-ignore no-control-regex -- a NUL would cut the argument short
  const separator = /[,\x00-\x1f]/;
  return typeof value === "string" && value !== "" && !separator.test(value);
}

/**
 * What is both asked for and granted.
 *
 * @param asked What the manifest asks for.
 * @param granted What the operator granted.
 * @returns The narrower term of each pair in which one covers the other.
 */
export function intersectPermissions(
  asked: PluginPermissions,
  granted: PluginPermissions,
): PluginPermissions {
  const both: Partial<Record<PermissionName, true | string[]>> = {};
  for (const name of PERMISSION_NAMES) {
    const terms = intersectTerms(name, asked[name] ?? [], granted[name] ?? []);
    if (terms === true || terms.length > 0) both[name] = terms;
  }
  return both;
}

function intersectTerms(
  name: PermissionName,
  asked: true | readonly string[],
  granted: true | readonly string[],
): true | string[] {
  if (asked === true) return granted === true ? true : [...granted];
  if (granted === true) return [...asked];
  return [
    ...new Set([
      ...asked.filter((term) => granted.some((it) => covers(name, it, term))),
      ...granted.filter((term) => asked.some((it) => covers(name, it, term))),
    ]),
  ];
}

/**
 * What is asked for and not granted.
 *
 * @param asked What the manifest asks for.
 * @param granted What the operator granted.
 * @returns The terms that no granted term covers; empty where all are.
 */
export function missingPermissions(
  asked: PluginPermissions,
  granted: PluginPermissions,
): PluginPermissions {
  const missing: Partial<Record<PermissionName, true | string[]>> = {};
  for (const name of PERMISSION_NAMES) {
    const terms = asked[name];
    const given = granted[name] ?? [];
    if (terms === undefined || given === true) continue;
    if (terms === true) missing[name] = true;
    else {
      const rest = terms.filter((term) =>
        !given.some((it) => covers(name, it, term))
      );
      if (rest.length > 0) missing[name] = rest;
    }
  }
  return missing;
}

/** Whether whoever has one term has the other. */
function covers(name: PermissionName, wide: string, narrow: string): boolean {
  if (wide === narrow) return true;
  switch (name) {
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
 * @param permissions What is allowed.
 * @returns The flags.
 */
export function permissionFlags(permissions: PluginPermissions): string[] {
  const flags = PERMISSION_NAMES.flatMap((name) => {
    const terms = permissions[name];
    if (terms === undefined) return [];
    return terms === true
      ? [`--allow-${name}`]
      : [`--allow-${name}=${terms.join(",")}`];
  });
  if (permissions.import === undefined) {
    flags.push("--no-remote", "--deny-import");
  }
  if (permissions.import !== true) flags.push("--no-npm");
  return flags;
}

/**
 * The environment that a plugin's process is given: the granted variables.
 *
 * @param permissions What is allowed.
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
