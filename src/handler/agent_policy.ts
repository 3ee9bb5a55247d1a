/**
 * What of a handler's settings binds whoever manages the same database without
 * it: no secrets, and no functions.
 *
 * @module
 */
import type { KeptPolicy } from "../store/mod.ts";
import type { PluginHandlerOptions, ResolvedOptions } from "./options.ts";

/** The policy as it is kept. */
export interface AgentPolicy {
  /** Where plugins run; `"decided"` where a function of the host says it. */
  readonly isolation: "inline" | "process" | "decided";
  /** Whether there is a `secretsKey`: without it nobody can seal rows. */
  readonly hasSecretsKey: boolean;
  /** How many earlier versions are kept. */
  readonly keepVersions: number;
  /** How plugins are fetched and checked. */
  readonly install: NonNullable<PluginHandlerOptions["install"]>;
  /** What sandboxed plugins may use. */
  readonly sandbox: NonNullable<PluginHandlerOptions["sandbox"]>;
}

/** The policy of a handler, to be kept. */
export async function policyOf(options: ResolvedOptions): Promise<KeptPolicy> {
  const { isolation, install, sandbox, keepVersions, secretsKey } = options;
  const { trustedKeys, verification, ...limits } = install;
  const { denoPath: _machine, confinement: _system, ...quotas } = sandbox;
  return {
    isolation: typeof isolation === "function" ? "decided" : isolation,
    hasSecretsKey: secretsKey !== undefined,
    keepVersions,
    install: {
      ...plain(limits),
      ...(trustedKeys === undefined
        ? {}
        : { trustedKeys: await plainKeys(trustedKeys) }),
      ...(verification === undefined ? {} : {
        verification: {
          ...verification,
          url: withoutSecrets(verification.url),
        },
      }),
    },
    sandbox: plain(quotas),
  };
}

/** A kept policy as it is read; `undefined` where nothing was kept. */
export function readPolicy(
  kept: KeptPolicy | undefined,
): AgentPolicy | undefined {
  return kept as unknown as AgentPolicy | undefined;
}

/** `Infinity` is no JSON, and stands for the same as a number nobody reaches. */
function plain<T extends object>(values: T): Partial<T> {
  const entries = Object.entries(values)
    .filter(([, value]) => typeof value !== "function" && value !== undefined)
    .map(([name, value]) => [
      name,
      value === Infinity ? Number.MAX_SAFE_INTEGER : value,
    ]);
  return Object.fromEntries(entries) as Partial<T>;
}

type TrustedKeys = NonNullable<
  NonNullable<PluginHandlerOptions["install"]>["trustedKeys"]
>;

async function plainKeys(keys: TrustedKeys): Promise<TrustedKeys> {
  const entries = Object.entries(keys).map(async ([id, given]) => {
    const isBare = typeof given === "string" || given instanceof Uint8Array ||
      given instanceof CryptoKey;
    const key = await base64Of(isBare ? given : given.key);
    const expires = isBare ? undefined : given.expires;
    return [
      id,
      expires === undefined
        ? key
        : { key, expires: new Date(expires).toISOString() },
    ] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function base64Of(key: string | Uint8Array | CryptoKey): Promise<string> {
  if (typeof key === "string") return key;
  if (key instanceof Uint8Array) return key.toBase64();
  return new Uint8Array(await crypto.subtle.exportKey("raw", key)).toBase64();
}

/** A token in it is the host's; without it the service refuses. */
function withoutSecrets(url: string): string {
  const bare = new URL(url);
  bare.username =
    bare.password =
    bare.search =
    bare.hash =
      "";
  return bare.href;
}
