/**
 * Checks signatures again when a plugin is loaded: what the database says of
 * them is what somebody wrote there.
 *
 * @module
 */
import type { StoredPluginCode } from "../../store/plugin_repository.ts";
import { PluginError } from "../../shared/errors.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { matchesIntegrity } from "./integrity.ts";
import { checkSignature, type SignatureState } from "./signature.ts";
import type { TrustOptions } from "./trust.ts";

/**
 * What the signature of a stored plugin says, by the keys that the host trusts
 * now.
 *
 * @returns What it says. A key that is no longer trusted makes it `untrusted`.
 * @throws {PluginError} `INTEGRITY_MISMATCH` where the row is not what was
 * signed.
 */
export async function checkStoredSignature(
  row: StoredPluginCode,
  { trustedKeys = {} }: TrustOptions,
): Promise<SignatureState> {
  const { signature: claimed } = row;
  if (claimed !== "signed" && claimed !== "code-only") return claimed;
  const { integrity } = row.manifestFields as Partial<Manifest>;
  const isCode = integrity !== undefined &&
    matchesIntegrity(row.plugin, integrity);
  const state = isCode ? await stateOf(row, trustedKeys) : "unsigned";
  const isLess = claimed === "signed" && state === "code-only";
  if (state !== "unsigned" && !isLess) return state;
  throw new PluginError(
    "INTEGRITY_MISMATCH",
    `Cannot load plugin "${row.name}": what is stored is not what its author signed; install it again, or roll it back`,
    { pluginId: row.id },
  );
}

/** What no key vouches for is `unsigned`. */
async function stateOf(
  row: StoredPluginCode,
  trustedKeys: NonNullable<TrustOptions["trustedKeys"]>,
): Promise<SignatureState> {
  // A manifest that leaves the language out means JavaScript.
  const languages = row.language === "javascript"
    ? [undefined, row.language]
    : [row.language];
  const states: SignatureState[] = [];
  for (const language of languages) {
    const { name, version, repository, manifest, manifestFields } = row;
    const fields = { name, version, repository, manifest, language };
    const signed = { ...manifestFields, ...fields } as unknown as Manifest;
    try {
      states.push(await checkSignature(signed, trustedKeys));
    } catch (error) {
      // A key of the host's that cannot be used is no fault of the row.
      if (error instanceof PluginError && error.cause !== undefined) {
        throw error;
      }
      states.push("unsigned");
    }
  }
  return states.find((state) => state === "signed") ??
    states.find((state) => state !== "unsigned") ?? "unsigned";
}
