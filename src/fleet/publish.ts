/**
 * Publishes releases, and clears away what no state names any more.
 *
 * @module
 */
import type { TrustedKeys } from "../install/mod.ts";
import { PluginError } from "../shared/errors.ts";
import { addressOf, pack, unpack } from "./documents/bundle.ts";
import {
  parseDesiredState,
  parseRelease,
  type Release,
} from "./documents/desired.ts";
import type { ControlRegistry } from "./registry.ts";
import { readReleaseNames } from "./read_fleet.ts";
import { listRollouts } from "./rollouts.ts";
import {
  openSigned,
  signDocument,
  type SigningKey,
} from "./documents/signing.ts";

/** A release, and the code of its plugins. */
export interface PublishedRelease {
  /** The release. */
  readonly release: Release;
  /** The code by plugin; what the registry has already may be left out. */
  readonly code: Readonly<Record<string, string>>;
}

/**
 * Signs a release and keeps it with its code. It changes nothing on any agent:
 * that is a rollout's.
 *
 * @param registry The fleet's registry.
 * @param what The release and its code.
 * @param releaseKey What signs it.
 * @returns The digest of the signed release.
 * @throws {PluginError} `FLEET_FAILED` where the release is none, is named like
 * another one, or lacks code; `INTEGRITY_MISMATCH` where the code is other than
 * the release says.
 */
export async function publishRelease(
  registry: ControlRegistry,
  { release, code }: PublishedRelease,
  releaseKey: SigningKey,
): Promise<string> {
  parseRelease(release);
  for (const [name, { digest, state }] of Object.entries(release.plugins)) {
    if (state === "removed") continue;
    await keepCode(registry, { name, digest, source: code[name] });
  }
  const text = await signDocument("release", release, releaseKey);
  const digest = addressOf(text);
  await registry.putBundle(digest, await pack(text));
  const change = { text: digest, revision: 0 };
  const isNew = await registry.write("releases", release.release, change);
  if (isNew !== undefined) return digest;
  const known = await registry.read("releases", release.release);
  if (known?.text === digest) return digest;
  throw refuse(release.release, "there is another one of that name");
}

async function keepCode(
  registry: ControlRegistry,
  { name, digest, source }: {
    readonly name: string;
    readonly digest: string;
    readonly source: string | undefined;
  },
): Promise<void> {
  if (source === undefined) {
    if (await registry.bundle(digest) !== undefined) return;
    throw refuse(name, "its code was not handed over, and is not kept yet");
  }
  const packed = await pack(source);
  // Throws where the code is not what the release says.
  await unpack(digest, packed);
  await registry.putBundle(digest, packed);
}

/** What is cleared away. */
export interface CollectOptions {
  /** What is younger stays. @default 30 days */
  readonly keepMs?: number;
  /** The moment, in milliseconds since 1970. @default now */
  readonly now?: number;
  /** The keys that sign releases. */
  readonly releaseKeys: TrustedKeys;
}

/**
 * Deletes code and releases that are old and that no desired state, no rollout
 * under way and no younger release names.
 *
 * @param registry The fleet's registry.
 * @param options What is cleared away.
 * @returns The digests of what was deleted.
 * @throws {PluginError} `FLEET_FAILED`, `SIGNATURE_INVALID` where a release that
 * is in use cannot be read: then nothing is deleted.
 */
export async function collectBundles(
  registry: ControlRegistry,
  { keepMs = 30 * 86_400_000, now = Date.now(), releaseKeys }: CollectOptions,
): Promise<string[]> {
  const kept = await registry.listBundles();
  const isOld = ({ since }: { since: number }) => now - since >= keepMs;
  const releases = new Set([
    ...await releasesInUse(registry),
    // What was published lately is yet to be rolled out, with older code.
    ...await publishedAmong(registry, kept.filter((it) => !isOld(it))),
  ]);
  const used = new Set(releases);
  for (const digest of releases) {
    const packed = await registry.bundle(digest);
    if (packed === undefined) continue;
    const text = await unpack(digest, packed);
    const release = parseRelease(
      await openSigned("release", text, releaseKeys),
    );
    for (const plugin of Object.values(release.plugins)) {
      used.add(plugin.digest);
    }
  }
  const old = kept.filter((it) => !used.has(it.digest) && isOld(it));
  for (const { digest } of old) await registry.deleteBundle(digest);
  return old.map(({ digest }) => digest);
}

async function publishedAmong(
  registry: ControlRegistry,
  bundles: readonly { readonly digest: string }[],
): Promise<string[]> {
  const names = await readReleaseNames(registry);
  return bundles.map(({ digest }) => digest).filter((it) => names.has(it));
}

async function releasesInUse(registry: ControlRegistry): Promise<Set<string>> {
  const used = new Set<string | null>();
  for (const scope of await registry.scopes()) {
    const kept = await registry.readDesired(scope);
    if (kept === undefined) continue;
    // Whoever signed it: what it names is better kept.
    const { document } = JSON.parse(kept.text) as { document?: unknown };
    const { release, prev } = parseDesiredState(document);
    used.add(release).add(prev);
  }
  for (const { state, release, before } of await listRollouts(registry)) {
    for (const digest of Object.values(before)) used.add(digest);
    if (state !== "halted") used.add(release);
  }
  used.delete(null);
  return used as Set<string>;
}

function refuse(name: string, state: string): PluginError {
  const message = `Cannot publish "${name}": ${state}`;
  return new PluginError("FLEET_FAILED", message);
}
