/**
 * Opens a private key, with its passphrase where it is encrypted.
 *
 * @module
 */
import type { CliContext } from "../program/cli_context.ts";
import { isEncrypted, readKeyFile } from "./key_file.ts";
import { type PassphraseOptions, readPassphrase } from "./passphrase.ts";

/**
 * Opens the private key of a key file.
 *
 * @param options Where else that may be.
 * @throws {PluginError} `SIGNATURE_INVALID` where the passphrase is wrong, or it
 * is no Ed25519 key.
 */
export async function openKey(
  text: string,
  context: CliContext,
  options: PassphraseOptions,
): Promise<CryptoKey> {
  return await readKeyFile(
    text,
    isEncrypted(text) ? await readPassphrase(context, options) : undefined,
  );
}
