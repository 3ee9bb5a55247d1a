/**
 * What the registry tells of a fleet, for those who look once.
 *
 * @module
 */
import type { TrustedKeys } from "../install/mod.ts";
import { AgentBook, type AgentStatus } from "./controller/agent_book.ts";
import { PluginError } from "../shared/errors.ts";
import { unpack } from "./documents/bundle.ts";
import {
  type DesiredState,
  parseDesiredState,
  parseRelease,
  type Release,
} from "./documents/desired.ts";
import type { ControlRegistry } from "./registry.ts";
import { openSigned } from "./documents/signing.ts";

/**
 * The agents that reported and were not revoked, by name.
 *
 * @param registry The fleet's registry.
 * @throws {PluginError} `FLEET_FAILED`.
 */
export async function readAgents(
  registry: ControlRegistry,
): Promise<AgentStatus[]> {
  const book = new AgentBook(registry, Date.now);
  try {
    await book.readRevoked();
    await book.refresh();
    return book.list();
  } finally {
    book.close();
  }
}

/**
 * A release that the registry keeps.
 *
 * @param registry The fleet's registry.
 * @param digest The digest of the signed release.
 * @param releaseKeys The keys that may sign releases.
 * @throws {PluginError} `FLEET_FAILED` where there is none,
 * `INTEGRITY_MISMATCH`, `SIGNATURE_INVALID`.
 */
export async function readRelease(
  registry: ControlRegistry,
  digest: string,
  releaseKeys: TrustedKeys,
): Promise<Release> {
  const packed = await registry.bundle(digest);
  if (packed === undefined) {
    const message = `Cannot read release "${digest}": the registry has none`;
    throw new PluginError("FLEET_FAILED", message);
  }
  const text = await unpack(digest, packed);
  return parseRelease(await openSigned("release", text, releaseKeys));
}

/**
 * What people call the releases that the registry keeps, by digest.
 *
 * @param registry The fleet's registry.
 * @throws {PluginError} `FLEET_FAILED`.
 */
export async function readReleaseNames(
  registry: ControlRegistry,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const name of await registry.keys("releases")) {
    const digest = (await registry.read("releases", name))?.text;
    if (digest !== undefined) names.set(digest, name);
  }
  return names;
}

/** What a scope should have. */
export interface ScopeState {
  /** `ring:<ring>` or `agent:<id>`. */
  readonly scope: string;
  /** The state; absent where there is none that can be believed. */
  readonly state?: DesiredState;
}

/**
 * What rings and agents should have, by scope.
 *
 * @param registry The fleet's registry.
 * @param trust The fleet, and the keys that may sign its states.
 * @throws {PluginError} `FLEET_FAILED`.
 */
export async function readRings(
  registry: ControlRegistry,
  trust: { readonly fleet: string; readonly rolloutKeys: TrustedKeys },
): Promise<ScopeState[]> {
  const found: ScopeState[] = [];
  for (const scope of (await registry.scopes()).sort()) {
    const kept = await registry.readDesired(scope);
    if (kept === undefined) continue;
    const state = await believed(kept.text, trust.rolloutKeys);
    const isOurs = state?.fleet === trust.fleet && state.scope === scope;
    found.push(isOurs ? { scope, state } : { scope });
  }
  return found;
}

async function believed(
  text: string,
  keys: TrustedKeys,
): Promise<DesiredState | undefined> {
  try {
    return parseDesiredState(await openSigned("desired state", text, keys));
  } catch {
    return undefined;
  }
}
