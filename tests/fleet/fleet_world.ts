/**
 * A fleet to test with: its keys, what is published, its agents.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import {
  type ControlRegistry,
  type DesiredState,
  type Release,
  type ReleasePlugin,
  signDocument,
  type SigningKey,
} from "@dockstat/plugin-handler/fleet";
import { assert } from "@std/assert";
import { addressOf, pack } from "../../src/fleet/documents/bundle.ts";

/** A name that `TrustedKeys` may hold. */
export interface KeyPair extends SigningKey {
  readonly publicKey: CryptoKey;
}

/** Makes a key. */
export async function makeKey(keyId: string): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  return { keyId, ...pair };
}

/** The source of a plugin that answers with its version. */
export function sourceOf(version: string, extra = ""): string {
  return `${extra}
export default {
  config: {
    apiRoutes: { "/version": { method: "GET", actions: ["tell"] } },
    actions: { tell: () => ${JSON.stringify(version)} },
  },
};`;
}

/** A manifest without its code. */
export function manifestOf(
  name: string,
  version: string,
): Record<string, unknown> {
  const repository = `https://plugins.example.com/${name}`;
  return {
    name,
    version,
    repository,
    manifest: `${repository}/manifest.json`,
    author: { name: "A" },
  };
}

/** A fleet's keys, and what is published with them. */
export class FleetWorld {
  readonly fleet = "f1";
  readonly registry: ControlRegistry;
  readonly releaseKey: KeyPair;
  readonly rolloutKey: KeyPair;
  #rollouts = 0;

  constructor(registry: ControlRegistry, keys: readonly [KeyPair, KeyPair]) {
    this.registry = registry;
    [this.releaseKey, this.rolloutKey] = keys;
  }

  static async open(registry: ControlRegistry): Promise<FleetWorld> {
    const keys = [await makeKey("release"), await makeKey("rollout")] as const;
    return new FleetWorld(registry, keys);
  }

  /** What agents trust. */
  get trust() {
    const { releaseKey, rolloutKey } = this;
    return {
      releaseKeys: { [releaseKey.keyId]: releaseKey.publicKey },
      rolloutKeys: { [rolloutKey.keyId]: rolloutKey.publicKey },
    };
  }

  /** Keeps code, and describes the plugin that it is. */
  async plugin(
    name: string,
    version: string,
    more: Partial<ReleasePlugin> & { source?: string } = {},
  ): Promise<Record<string, ReleasePlugin>> {
    const { source = sourceOf(version), ...rest } = more;
    const digest = addressOf(source);
    await this.registry.putBundle(digest, await pack(source));
    const manifest = manifestOf(name, version);
    return { [name]: { version, digest, manifest, state: "enabled", ...rest } };
  }

  /** Signs and keeps a release, and gives its digest. */
  async release(
    plugins: Release["plugins"],
    { release = "r1", fleet = this.fleet, key = this.releaseKey } = {},
  ): Promise<string> {
    const text = await signDocument(
      "release",
      { fleet, release, plugins },
      key,
    );
    const digest = addressOf(text);
    await this.registry.putBundle(digest, await pack(text));
    return digest;
  }

  /** Signs a desired state. */
  async sign(
    state: Partial<DesiredState>,
    key: SigningKey = this.rolloutKey,
  ): Promise<string> {
    const whole: DesiredState = {
      fleet: this.fleet,
      scope: "ring:all",
      gen: 1,
      release: null,
      rollout: `by-hand-${++this.#rollouts}`,
      prev: null,
      expiresAt: new Date(Date.now() + 30 * 86_400_000).toISOString(),
      ...state,
    };
    return await signDocument("desired state", whole, key);
  }

  /** Writes a desired state over whatever is there. */
  async point(state: Partial<DesiredState>, key?: SigningKey): Promise<void> {
    const { scope = "ring:all" } = state;
    await this.write(scope, await this.sign(state, key));
  }

  /** Writes any text in the place of a desired state. */
  async write(scope: string, text: string): Promise<void> {
    const { revision = 0 } = await this.registry.readDesired(scope) ?? {};
    assert(await this.registry.writeDesired(scope, text, revision));
  }
}

/** A handler in memory that nothing is fetched by. */
export function handlerInMemory(): PluginHandler {
  return new PluginHandler(":memory:", {
    fetch: (input) => Promise.reject(new Error(`Nothing may fetch ${input}`)),
  });
}

/** The version that a plugin answers with; `undefined` where it does not. */
export async function answered(
  handler: PluginHandler,
  name: string,
): Promise<unknown> {
  const id = handler.getAll().find((row) => row.name === name)?.id;
  if (id === undefined) return undefined;
  const request = new Request("http://localhost/version");
  return await handler.handleRoute(id, "/version", request);
}
