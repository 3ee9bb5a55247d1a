/**
 * Seals what the handler keeps with the host's secret, so that a row which
 * somebody else wrote is told from one of the handler's.
 *
 * @module
 */
import { nodeCrypto } from "../shared/secret/node_crypto.ts";
import { deriveKey, type SecretsKeys } from "../shared/secret/secrets_key.ts";

/** What a seal is over: a kind of row, and its fields in a fixed order. */
export type SealedFields = readonly (string | number | bigint | null)[];

/** Seals rows and checks seals. Without a secret every row is as good. */
export class RowSeal {
  readonly #keys: readonly Uint8Array[];

  constructor({ secretsKey, previousSecretsKeys = [] }: SecretsKeys = {}) {
    this.#keys = secretsKey === undefined
      ? []
      : [secretsKey, ...previousSecretsKeys]
        .map((secret) => deriveKey(secret, "store-seal-v1"));
  }

  /** Whether there is a secret. */
  get isOn(): boolean {
    return this.#keys.length > 0;
  }

  /** The seal of a row; `null` without a secret. */
  of(fields: SealedFields): string | null {
    const [key] = this.#keys;
    return key === undefined ? null : sealOf(fields, key);
  }

  /** Whether a row is as the handler sealed it. */
  holds(fields: SealedFields, seal: unknown): boolean {
    if (!this.isOn) return true;
    if (typeof seal !== "string") return false;
    const given = new TextEncoder().encode(seal);
    return this.#keys.some((key) => {
      const expected = new TextEncoder().encode(sealOf(fields, key));
      return expected.length === given.length &&
        nodeCrypto().timingSafeEqual(expected, given);
    });
  }
}

function sealOf(fields: SealedFields, key: Uint8Array): string {
  // Numbers come back as bigints from one driver and as numbers from another.
  const text = JSON.stringify(
    fields.map((field) => typeof field === "bigint" ? Number(field) : field),
  );
  return nodeCrypto().createHmac("sha256", key).update(text).digest("base64");
}
