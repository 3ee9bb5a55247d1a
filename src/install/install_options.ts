/**
 * What a host can set about installing, and what it may set there.
 *
 * @module
 */
import {
  aBoolean,
  aLimit,
  count,
  milliseconds,
  oneOf,
  type OptionRule,
  options,
  type RulesOf,
} from "../shared/option_rules.ts";
import type { ObtainOptions } from "./obtain_plugin.ts";
import { fromBase64 } from "./trust/integrity.ts";
import type { VerificationOptions } from "./trust/verification.ts";

/** How plugins are fetched, checked and installed. */
export interface InstallOptions
  extends Omit<ObtainOptions, "fetch" | "signal" | "onProgress"> {
  /**
   * Whether a new plugin is tried before it is stored, so that one that cannot
   * load is refused.
   *
   * @default true
   */
  trial?: boolean;
  /**
   * Whether a plugin is loaded once it is installed.
   *
   * @default false
   */
  loadAfterInstall?: boolean;
}

const aUrl: OptionRule = {
  allowed: "the URL of an http: or https: service",
  accepts: (value) =>
    typeof value === "string" && URL.parse(value) !== null &&
    /^https?:/i.test(value),
};

const VERIFICATION_RULES: RulesOf<VerificationOptions> = {
  url: aUrl,
  policy: oneOf("strict", "relaxed"),
  hashes: {
    allowed: 'an array of "code" and "metadata"',
    accepts: (value) =>
      Array.isArray(value) && value.length > 0 &&
      value.every((hash) => hash === "code" || hash === "metadata"),
  },
};

const keys: OptionRule = {
  allowed:
    "an object of Ed25519 public keys by keyId: 32 bytes, their base64, a CryptoKey or { key, expires }",
  accepts: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.values(value).every(isKey),
};

function isKey(value: unknown): boolean {
  if (isBareKey(value)) return true;
  if (typeof value !== "object" || value === null) return false;
  const { key, expires } = value as { key?: unknown; expires?: unknown };
  return isBareKey(key) &&
    // A day that is none would be one that never comes.
    (expires === undefined || !Number.isNaN(Date.parse(String(expires))));
}

function isBareKey(key: unknown): boolean {
  if (key instanceof CryptoKey) return key.algorithm.name === "Ed25519";
  const bytes = typeof key === "string" ? fromBase64(key) : key;
  return bytes instanceof Uint8Array && bytes.length === 32;
}

/** What the host may set. */
export const INSTALL_RULES: RulesOf<InstallOptions> = {
  timeoutMs: aLimit,
  maxBytes: count(1),
  maxRedirects: count(0, 100),
  allowPrivateHosts: aBoolean,
  allowLocalFiles: aBoolean,
  retries: count(0, 100),
  retryDelayMs: milliseconds,
  requireIntegrity: aBoolean,
  requireSignature: aBoolean,
  acceptCodeOnlySignatures: aBoolean,
  trustedKeys: keys,
  verification: options(VERIFICATION_RULES),
  trial: aBoolean,
  loadAfterInstall: aBoolean,
};
