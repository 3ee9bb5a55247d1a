/**
 * Encrypts short strings with the host's secret: AES-GCM, with a key that HKDF
 * derives, and a fresh nonce for each.
 *
 * @module
 */
import { keyBytes, type SecretsKey, type SecretsKeys } from "./secrets_key.ts";

const FORMAT = "v1.";
const NONCE_BYTES = 12;
const INFO = new TextEncoder().encode("dockstat-plugin-settings-v1");

/** What was encrypted. */
export interface OpenedSecret {
  /** The string. */
  readonly text: string;
  /** Whether it was encrypted with the key that encrypts now. */
  readonly isCurrent: boolean;
}

/** Encrypts and decrypts. */
export class SecretBox {
  readonly #secrets: readonly SecretsKey[];
  readonly #keys = new Map<SecretsKey, Promise<CryptoKey>>();

  constructor({ secretsKey, previousSecretsKeys = [] }: SecretsKeys) {
    this.#secrets = secretsKey === undefined
      ? []
      : [secretsKey, ...previousSecretsKeys];
  }

  /** Whether there is a secret to encrypt with. */
  get isOn(): boolean {
    return this.#secrets.length > 0;
  }

  /**
   * Encrypts a string.
   *
   * @param context What it belongs to: it can be decrypted for that alone.
   * @returns What may be stored; {@linkcode isOn} must be true.
   */
  async seal(text: string, context: string): Promise<string> {
    const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const key = await this.#key(this.#secrets[0]!);
    const sealed = new Uint8Array(
      await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: bytesOf(context) },
        key,
        bytesOf(text),
      ),
    );
    const whole = new Uint8Array(iv.length + sealed.length);
    whole.set(iv);
    whole.set(sealed, iv.length);
    return FORMAT + whole.toBase64();
  }

  /**
   * Decrypts a string.
   *
   * @param sealed What {@linkcode seal} made.
   * @param context What it belongs to.
   * @returns The string; undefined where no secret of the host's opens it.
   */
  async open(
    sealed: string,
    context: string,
  ): Promise<OpenedSecret | undefined> {
    const whole = readSealed(sealed);
    if (whole === undefined) return undefined;
    for (const [index, secret] of this.#secrets.entries()) {
      const text = await decrypt(whole, await this.#key(secret), context);
      if (text !== undefined) return { text, isCurrent: index === 0 };
    }
  }

  #key(secret: SecretsKey): Promise<CryptoKey> {
    let key = this.#keys.get(secret);
    if (key === undefined) this.#keys.set(secret, key = importSecret(secret));
    return key;
  }
}

async function importSecret(secret: SecretsKey): Promise<CryptoKey> {
  const base = await crypto.subtle
    .importKey("raw", keyBytes(secret), "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array() };
  return await crypto.subtle.deriveKey(
    { ...hkdf, info: INFO },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

async function decrypt(
  whole: Uint8Array<ArrayBuffer>,
  key: CryptoKey,
  context: string,
): Promise<string | undefined> {
  const iv = whole.subarray(0, NONCE_BYTES);
  const additionalData = bytesOf(context);
  try {
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData },
      key,
      whole.subarray(NONCE_BYTES),
    );
    return new TextDecoder().decode(text);
  } catch {
    return undefined;
  }
}

function readSealed(sealed: string): Uint8Array<ArrayBuffer> | undefined {
  if (!sealed.startsWith(FORMAT)) return undefined;
  try {
    return Uint8Array.fromBase64(sealed.slice(FORMAT.length));
  } catch {
    return undefined;
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
