/**
 * Key files: PKCS #8 in PEM, encrypted with a passphrase, as OpenSSL reads them.
 *
 * @module
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { Buffer } from "node:buffer";
import { PluginError } from "../../shared/errors.ts";
import { der, identifier, integer, octets, sequence } from "./der.ts";

/** What OWASP asks of PBKDF2 with SHA-256; OpenSSL itself makes 2,048. */
const ITERATIONS = 600_000;

const PBES2 = identifier("2a864886f70d01050d");
const PBKDF2 = identifier("2a864886f70d01050c");
const HMAC_SHA256 = identifier("2a864886f70d0209");
const AES_256_CBC = identifier("60864801650304012a");

/**
 * The text of a key file.
 *
 * @param key The private key, which can be extracted.
 * @param passphrase Encrypts it; without one it lies open.
 */
export async function keyFileOf(
  key: CryptoKey,
  passphrase: string | undefined,
): Promise<string> {
  const plain = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key));
  if (passphrase === undefined) return pem("PRIVATE KEY", plain);
  return pem("ENCRYPTED PRIVATE KEY", await encrypted(plain, passphrase));
}

/**
 * Reads a key file.
 *
 * @param passphrase What it was encrypted with.
 * @returns The key, to sign with.
 * @throws {PluginError} `SIGNATURE_INVALID` where the passphrase is wrong, or it
 * is no Ed25519 key.
 */
export async function readKeyFile(
  text: string,
  passphrase: string | undefined,
): Promise<CryptoKey> {
  let key: KeyObject;
  try {
    key = createPrivateKey({
      key: text,
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch (cause) {
    throw new PluginError(
      "SIGNATURE_INVALID",
      `Cannot open the key file: ${
        isEncrypted(text)
          ? "the passphrase is wrong"
          : "it is no private key in PEM; make one with keygen"
      }`,
      { cause },
    );
  }
  if (key.asymmetricKeyType !== "ed25519") {
    throw new PluginError(
      "SIGNATURE_INVALID",
      `Cannot sign with a key of type "${key.asymmetricKeyType}": plugins are ` +
        "signed with Ed25519; make a key with keygen",
    );
  }
  const bytes = key.export({ format: "der", type: "pkcs8" }) as Buffer;
  return await crypto.subtle.importKey(
    "pkcs8",
    new Uint8Array(bytes),
    "Ed25519",
    true,
    ["sign"],
  );
}

/** Whether a key file needs a passphrase. */
export function isEncrypted(text: string): boolean {
  return text.includes("ENCRYPTED PRIVATE KEY");
}

/** The public key of a private one: its 32 bytes in base64. */
export async function publicKeyOf(key: CryptoKey): Promise<string> {
  const { x } = await crypto.subtle.exportKey("jwk", key);
  return Uint8Array.fromBase64(x!, { alphabet: "base64url" }).toBase64();
}

async function encrypted(
  plain: Uint8Array<ArrayBuffer>,
  passphrase: string,
): Promise<Uint8Array> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const secret = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(passphrase),
    "PBKDF2",
    false,
    ["deriveKey"],
  );
  const key = await crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS },
    secret,
    { name: "AES-CBC", length: 256 },
    false,
    ["encrypt"],
  );
  const algorithm = { name: "AES-CBC", iv };
  const sealed = await crypto.subtle.encrypt(algorithm, key, plain);
  const kdf = sequence(
    octets(salt),
    integer(ITERATIONS),
    sequence(HMAC_SHA256, der(0x05)),
  );
  const cipher = sequence(AES_256_CBC, octets(iv));
  return sequence(
    sequence(PBES2, sequence(sequence(PBKDF2, kdf), cipher)),
    octets(new Uint8Array(sealed)),
  );
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g)!.join("\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
