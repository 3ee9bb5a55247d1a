/**
 * `keygen`: an Ed25519 key pair.
 *
 * @module
 */
import { type CliCommand, defineCommand } from "../program/cli_command.ts";
import { UsageError } from "../program/fail.ts";
import { writeNewFile } from "../files/write_file.ts";
import { keyFileOf, publicKeyOf } from "../keys/key_file.ts";
import { readPassphrase } from "../keys/passphrase.ts";

interface KeygenOptions {
  readonly out: string;
  readonly keyId?: string;
  readonly passphrase: boolean;
  readonly passphraseFile?: string;
}

/** Makes a key pair. */
export const command: CliCommand = defineCommand<KeygenOptions>({
  examples: [
    "keygen --key-id jane-2026 --out jane.key",
    "keygen --key-id ci --out ci.key --passphrase-file passphrase.txt",
  ],
  permissions: "--allow-read=. --allow-write=. " +
    "--allow-env=DOCKSTAT_KEY_PASSPHRASE (where the passphrase is in it)",
  configure(command) {
    command
      .option("--out <file>", "where the private key goes", "dockstat.key")
      .option("--key-id <id>", "how manifests name the key (default: its file)")
      .option("--passphrase-file <file>", "encrypt with the file's first line")
      .option("--no-passphrase", "leave the private key open");
  },
  async run(context, { out, keyId, passphrase, passphraseFile }) {
    const id = keyId ?? out.replace(/^.*[\\/]|\.[^.]*$/g, "");
    if (id === "" || id.length > 200) {
      throw new UsageError(
        "Cannot name the key: --key-id needs 1 to 200 characters",
      );
    }
    const secret = passphrase
      ? await readPassphrase(context, {
        confirm: true,
        ...(passphraseFile === undefined ? {} : { passphraseFile }),
      })
      : undefined;
    const pair = await crypto.subtle.generateKey("Ed25519", true, [
      "sign",
      "verify",
    ]) as CryptoKeyPair;
    const publicKey = await publicKeyOf(pair.privateKey);
    context.signal.throwIfAborted();
    await writeNewFile(out, await keyFileOf(pair.privateKey, secret), {
      mode: 0o600,
    });
    const { output } = context;
    output.line(`Private key: ${out} (keep it, and a copy, to yourself)`);
    output.line(`Operators trust it with:\n`);
    output.line(`  trustedKeys: { ${JSON.stringify(id)}: "${publicKey}" }\n`);
    output.line(`Sign with: sign --key ${out} --key-id ${id}`);
    output.json({ keyId: id, publicKey, privateKey: out });
  },
});
