/**
 * What a fleet should run: releases, which an offline key signs, and desired
 * states, which say who takes which release, signed by a controller.
 *
 * @module
 */
import { z } from "zod";
import type { ManifestPermissions } from "../../install/mod.ts";
import { PluginError } from "../../shared/errors.ts";

/** What a plugin may be wanted as. */
export type WantedState = "enabled" | "disabled" | "removed";

/** One plugin of a release. */
export interface ReleasePlugin {
  /** The version, as its manifest says it. */
  readonly version: string;
  /** The SHA-256 of its code, in hexadecimal. */
  readonly digest: string;
  /** Its manifest, without the code. */
  readonly manifest: Readonly<Record<string, unknown>>;
  /** Whether it runs, is installed and does not run, or is uninstalled. */
  readonly state: WantedState;
  /** Settings to give it; never secret ones, since operators can read them. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Permissions to grant it, within what the agent allows a fleet to grant. */
  readonly grants?: Readonly<ManifestPermissions>;
  /** With `"removed"`: whether its table goes too. @default false */
  readonly purge?: boolean;
  /** Applies it over what an operator of the agent decided. */
  readonly force?: {
    /** Why, for that operator. */
    readonly reason: string;
  };
}

/** A set of plugins that the release key vouches for. */
export interface Release {
  /** The fleet that it is for. */
  readonly fleet: string;
  /** What people call it, such as `"2026-11-26"`. */
  readonly release: string;
  /** The plugins by name. One that is not listed is left alone. */
  readonly plugins: Readonly<Record<string, ReleasePlugin>>;
}

/** Which release a ring, or one agent, takes. */
export interface DesiredState {
  /** The fleet that it is for. */
  readonly fleet: string;
  /** `ring:<ring>` or `agent:<id>`. */
  readonly scope: string;
  /** Counts up; an agent takes only higher ones. */
  readonly gen: number;
  /** The digest of the signed release; `null` for none. */
  readonly release: string | null;
  /** The rollout that wrote it. */
  readonly rollout: string;
  /** The digest of the release before, which a halt goes back to. */
  readonly prev: string | null;
  /**
   * Which part of the agents takes `release`, from 0 to 1; the others take
   * `prev`.
   *
   * @default 1
   */
  readonly share?: number;
  /** From when on it is no longer accepted, as an ISO 8601 moment. */
  readonly expiresAt: string;
}

const name = z.string().min(1).max(200);
/** Keys of the registry are made of these: nothing else is safe in one. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const permission = z.union([z.boolean(), z.array(z.string())]);

const grants = z.strictObject({
  env: permission.optional(),
  ffi: permission.optional(),
  import: permission.optional(),
  net: permission.optional(),
  read: permission.optional(),
  run: permission.optional(),
  sys: permission.optional(),
  write: permission.optional(),
});

const releasePlugin = z.strictObject({
  version: name,
  digest,
  manifest: z.record(z.string(), z.unknown()),
  state: z.enum(["enabled", "disabled", "removed"]),
  settings: z.record(z.string(), z.unknown()).optional(),
  grants: grants.optional(),
  purge: z.boolean().optional(),
  force: z.strictObject({ reason: z.string().min(1).max(1000) }).optional(),
}).superRefine(({ version, manifest }, context) => {
  if (manifest.version === version) return;
  context.addIssue({
    code: "custom",
    message: "is not its manifest's version",
  });
});

const release = z.strictObject({
  fleet: id,
  release: id,
  plugins: z.record(name, releasePlugin),
}).superRefine(({ plugins }, context) => {
  for (const [key, { manifest }] of Object.entries(plugins)) {
    if (manifest.name === key) continue;
    const path = ["plugins", key];
    context.addIssue({
      code: "custom",
      path,
      message: "is another's manifest",
    });
  }
});

const desiredState = z.strictObject({
  fleet: id,
  scope: z.string().regex(/^(ring|agent):[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
  gen: z.int().min(1),
  release: digest.nullable(),
  rollout: id,
  prev: digest.nullable(),
  share: z.number().min(0).max(1).optional(),
  expiresAt: z.iso.datetime(),
});

/** Tells whether a word can name a fleet, a ring, an agent or a rollout. */
export function isFleetId(value: unknown): value is string {
  return id.safeParse(value).success;
}

/**
 * Checks a release.
 *
 * @throws {PluginError} `FLEET_FAILED`.
 */
export function parseRelease(value: unknown): Release {
  return parse(release, value, "release") as Release;
}

/**
 * Checks a desired state.
 *
 * @throws {PluginError} `FLEET_FAILED`.
 */
export function parseDesiredState(value: unknown): DesiredState {
  return parse(desiredState, value, "desired state") as DesiredState;
}

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new PluginError(
    "FLEET_FAILED",
    `Cannot use ${what}: ${z.prettifyError(error)}`,
    { cause: error },
  );
}
