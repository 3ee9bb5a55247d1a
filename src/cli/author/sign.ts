/**
 * `sign`: an Ed25519 signature over what the manifest promises.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { replaceFile } from "../files/write_file.ts";
import {
  canonicalForm,
  type SignedFields,
} from "../../install/trust/canonical_form.ts";
import { checkIntegrity } from "../../install/trust/integrity.ts";
import { parseManifest } from "../../install/mod.ts";
import { publicKeyOf } from "../keys/key_file.ts";
import { openKey } from "../keys/open_key.ts";
import type { CliContext } from "../program/cli_context.ts";
import { renewManifest } from "../project/manifest_file.ts";
import { bundlePathOf, requireManifest } from "../project/read_project.ts";

/** How a plugin is signed. */
export interface SignOptions {
  readonly key: string;
  readonly keyId?: string;
  readonly passphraseFile?: string;
}

/** Signs a manifest. */
export const command: CliCommand = defineCommand<SignOptions>({
  examples: [
    "sign --key jane.key --key-id jane-2026",
    "sign my-plugin --key ci.key --passphrase-file passphrase.txt",
  ],
  permissions: "--allow-read --allow-write=. " +
    "--allow-env=DOCKSTAT_KEY_PASSPHRASE (where the passphrase is in it)",
  configure(command) {
    command
      .argument("[dir]", "the project's folder", ".")
      .requiredOption("--key <file>", "the private key, as keygen makes it")
      .option("--key-id <id>", "how operators name it (default: its file)")
      .option("--passphrase-file <file>", "holds the key's passphrase");
  },
  async run(context, options, [dir = "."]) {
    const { path, keyId, publicKey } = await signProject(dir, options, context);
    const { output } = context;
    output.line(`${path}: signed with "${keyId}" (${publicKey})`);
    output.json({ manifest: path, keyId, publicKey });
  },
});

/** Signs the manifest of a project, whose bundle must be what it promises. */
export async function signProject(
  dir: string,
  { key: keyPath, keyId, passphraseFile }: SignOptions,
  context: CliContext,
): Promise<{ path: string; keyId: string; publicKey: string }> {
  const file = await requireManifest(dir);
  const format = file.path.endsWith(".json") ? "json" : "yaml";
  const { manifest } = await parseManifest(file.text, format, file.path);
  const { name, integrity } = manifest;
  if (integrity === undefined) {
    throw new UsageError(
      `Cannot sign plugin "${name}": its manifest has no integrity; bundle it`,
    );
  }
  const code = manifest.plugin ??
    await Deno.readTextFile(bundlePathOf(dir, file));
  checkIntegrity({ name, integrity }, code);
  const key = await openKey(await Deno.readTextFile(keyPath), context, {
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
  });
  const id = keyId ?? keyPath.replace(/^.*[\\/]|\.[^.]*$/g, "");
  const fields: SignedFields = { ...manifest, keyId: id };
  const bytes = await canonicalForm(fields);
  const made = await crypto.subtle.sign("Ed25519", key, bytes);
  const signature = new Uint8Array(made).toBase64();
  context.signal.throwIfAborted();
  await replaceFile(file.path, renewManifest(file, { keyId: id, signature }));
  return { path: file.path, keyId: id, publicKey: await publicKeyOf(key) };
}
