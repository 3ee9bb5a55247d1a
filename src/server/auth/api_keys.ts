/**
 * Keys for programs: shown once, kept as a digest.
 *
 * @module
 */
import type {
  SqliteDriver,
  SqliteRow,
} from "../../sqlite/driver/sqlite_driver.ts";
import { Refusal } from "../http/problem.ts";
import type { Authenticator } from "./authenticator.ts";
import type { CredentialCache, Verified } from "./credential_cache.ts";
import { type Principal, type Role, ROLES } from "./principal.ts";
import { randomToken, tokenDigest } from "./secret_token.ts";

/** A key, without its secret. */
export interface ApiKey {
  /** The id. */
  readonly id: number;
  /** What it is called. */
  readonly name: string;
  /** What it lets do. */
  readonly role: Role;
  /** When it was made, in Unix milliseconds. */
  readonly createdAt: number;
  /** When it ends, in Unix milliseconds. */
  readonly expiresAt?: number;
}

const COLUMNS = "id, name, role, created_at, expires_at";

/** Keeps the keys, and knows who shows one. */
export class ApiKeys implements Authenticator {
  readonly #driver: SqliteDriver;
  readonly #cache: CredentialCache;

  constructor(driver: SqliteDriver, cache: CredentialCache) {
    this.#driver = driver;
    this.#cache = cache;
  }

  /** All keys, by name. */
  list(): ApiKey[] {
    const sql = `SELECT ${COLUMNS} FROM plugin_handler_api_keys ORDER BY name`;
    return this.#driver.all(sql).map(keyOf);
  }

  /**
   * Makes a key.
   *
   * @returns The key, whose secret is shown this once.
   * @throws {Refusal} `CONFLICT` where the name is taken.
   */
  add(
    { name, role, expiresAt }: Pick<ApiKey, "name" | "role" | "expiresAt">,
  ): ApiKey & { readonly key: string } {
    const key = randomToken("dsk_");
    return this.#driver.transaction(() => {
      const taken = "SELECT 1 FROM plugin_handler_api_keys WHERE name = ?";
      if (this.#driver.get(taken, [name]) !== undefined) {
        throw new Refusal(
          "CONFLICT",
          `Cannot make the key "${name}": the name is taken`,
        );
      }
      const { lastInsertRowid } = this.#driver.run(
        "INSERT INTO plugin_handler_api_keys (name, role, digest, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
        [name, role, tokenDigest(key), Date.now(), expiresAt ?? null],
      );
      const sql = `SELECT ${COLUMNS} FROM plugin_handler_api_keys WHERE id = ?`;
      return { ...keyOf(this.#driver.get(sql, [lastInsertRowid])!), key };
    });
  }

  /**
   * Ends a key.
   *
   * @throws {Refusal} `NOT_FOUND`.
   */
  remove(id: number): void {
    const sql = "DELETE FROM plugin_handler_api_keys WHERE id = ?";
    if (this.#driver.run(sql, [id]).changes === 0) {
      throw new Refusal("NOT_FOUND", `Cannot end key ${id}: there is none`);
    }
    this.#cache.drop({ kind: "key", id });
  }

  /** Knows a key by `X-API-Key`, or by `Authorization: Api-Key`. */
  async authenticate({ headers }: Request): Promise<Principal | undefined> {
    const shown = headers.get("x-api-key") ??
      headers.get("authorization")?.match(/^Api-Key +(\S+)$/i)?.[1];
    if (!shown) return undefined;
    return await this.#cache.get(shown, () => this.#find(shown));
  }

  #find(shown: string): Verified | undefined {
    const sql = `SELECT ${COLUMNS} FROM plugin_handler_api_keys
      WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?)`;
    const row = this.#driver.get(sql, [tokenDigest(shown), Date.now()]);
    if (row === undefined) return undefined;
    const { id, name, role, expiresAt } = keyOf(row);
    const principal: Principal = { kind: "key", id, name, role };
    return { principal, validUntil: expiresAt };
  }
}

function keyOf(row: SqliteRow): ApiKey {
  const { expires_at: expiresAt } = row;
  return {
    id: Number(row.id),
    name: String(row.name),
    role: ROLES.find((known) => known === row.role) ?? "viewer",
    createdAt: Number(row.created_at),
    ...(expiresAt === null ? {} : { expiresAt: Number(expiresAt) }),
  };
}
