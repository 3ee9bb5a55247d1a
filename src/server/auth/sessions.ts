/**
 * Sessions: a short access token (a JWT, RFC 7519), renewed by a refresh token
 * that is used once and kept as a digest.
 *
 * @module
 */
import { sign, verify } from "hono/jwt";
import type {
  SqliteDriver,
  SqliteRow,
} from "../../sqlite/driver/sqlite_driver.ts";
import { Refusal } from "../http/problem.ts";
import type { Authenticator } from "./authenticator.ts";
import type { CredentialCache, Verified } from "./credential_cache.ts";
import type { Principal } from "./principal.ts";
import { randomToken, tokenDigest } from "./secret_token.ts";
import type { User, Users } from "./users.ts";

/** A session, without its tokens. */
export interface Session {
  /** The id. */
  readonly id: number;
  /** Whose it is. */
  readonly userId: number;
  /** When it began, in Unix milliseconds. */
  readonly createdAt: number;
  /** When it was renewed last, in Unix milliseconds. */
  readonly usedAt: number;
  /** Where it began. */
  readonly address: string;
  /** The `User-Agent` that it began with. */
  readonly agent: string;
}

/** A session with fresh tokens. */
export interface OpenSession {
  /** The session. */
  readonly session: Session;
  /** Whose it is. */
  readonly user: User;
  /** What requests show as `Authorization: Bearer`. */
  readonly accessToken: string;
  /** When the access token ends, in Unix milliseconds. */
  readonly expiresAt: number;
  /** What the next renewal shows, once. */
  readonly refreshToken: string;
}

/** Where a session begins. */
export interface SessionOrigin {
  /** The client's address. */
  readonly address: string;
  /** Its `User-Agent`. */
  readonly agent: string;
}

/** How long tokens last, and what they are signed with. */
export interface SessionOptions {
  /** Signs the access tokens. */
  readonly secret: string;
  /** How long an access token lasts, in milliseconds. */
  readonly accessMs: number;
  /** How long a session lasts without being renewed, in milliseconds. */
  readonly sessionMs: number;
}

/** What the sessions need. */
export interface SessionServices {
  /** The database, with the server's tables. */
  readonly driver: SqliteDriver;
  /** Whose sessions they are. */
  readonly users: Users;
  /** What remembers verified tokens. */
  readonly cache: CredentialCache;
}

const COLUMNS = "id, user_id, created_at, used_at, address, agent";

/** Keeps sessions, and knows who shows one's access token. */
export class Sessions implements Authenticator {
  readonly #services: SessionServices;
  readonly #options: SessionOptions;

  constructor(services: SessionServices, options: SessionOptions) {
    this.#services = services;
    this.#options = options;
  }

  /** Begins a session. */
  async begin(user: User, origin: SessionOrigin): Promise<OpenSession> {
    const refreshToken = randomToken();
    const now = Date.now();
    this.#forgetEnded(now);
    const { lastInsertRowid } = this.#services.driver.run(
      "INSERT INTO plugin_handler_sessions (user_id, refresh, created_at, used_at, expires_at, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        user.id,
        tokenDigest(refreshToken),
        now,
        now,
        now + this.#options.sessionMs,
        origin.address.slice(0, 100),
        origin.agent.slice(0, 300),
      ],
    );
    const session = this.#get(Number(lastInsertRowid))!;
    return { ...await this.#access(session, user), refreshToken };
  }

  /**
   * Renews a session.
   *
   * @returns `undefined` where the refresh token is unknown, used or too old.
   */
  async renew(shown: string): Promise<OpenSession | undefined> {
    const { driver, users } = this.#services;
    const refreshToken = randomToken();
    const now = Date.now();
    const row = driver.get(
      `UPDATE plugin_handler_sessions
       SET refresh = ?, used_at = ?, expires_at = ?
       WHERE refresh = ? AND expires_at > ? RETURNING ${COLUMNS}`,
      [
        tokenDigest(refreshToken),
        now,
        now + this.#options.sessionMs,
        tokenDigest(shown),
        now,
      ],
    );
    const session = row && sessionOf(row);
    const user = session && users.get(session.userId);
    if (session === undefined || user === undefined) return undefined;
    return { ...await this.#access(session, user), refreshToken };
  }

  /** The sessions of a user, the last used first. */
  list(userId: number): Session[] {
    return this.#services.driver.all(
      `SELECT ${COLUMNS} FROM plugin_handler_sessions
       WHERE user_id = ? AND expires_at > ? ORDER BY used_at DESC`,
      [userId, Date.now()],
    ).map(sessionOf);
  }

  /**
   * Ends a session of a user.
   *
   * @throws {Refusal} `NOT_FOUND` where the user has no such session.
   */
  end(userId: number, id: number): void {
    const { driver, cache } = this.#services;
    const { changes } = driver.run(
      "DELETE FROM plugin_handler_sessions WHERE id = ? AND user_id = ?",
      [id, userId],
    );
    cache.drop({ kind: "user", id: userId, session: id });
    if (changes === 0) {
      throw new Refusal("NOT_FOUND", `Cannot end session ${id}: there is none`);
    }
  }

  /** Ends every session of a user but one. */
  endOthers(userId: number, kept?: number): void {
    this.#services.driver.run(
      "DELETE FROM plugin_handler_sessions WHERE user_id = ? AND id IS NOT ?",
      [userId, kept ?? null],
    );
    this.#services.cache.drop({ kind: "user", id: userId });
  }

  /** Knows a session by `Authorization: Bearer`. */
  authenticate(request: Request): Promise<Principal | undefined> {
    const { headers } = request;
    const token = headers.get("authorization")?.match(/^Bearer +(\S+)$/i)?.[1];
    return this.verify(token);
  }

  /** Finds out whose access token it is. */
  async verify(token: string | undefined): Promise<Principal | undefined> {
    if (token === undefined || token.length > 4_096) return undefined;
    return await this.#services.cache.get(token, () => this.#verify(token));
  }

  async #verify(token: string): Promise<Verified | undefined> {
    const payload = await verify(token, this.#options.secret, "HS256")
      .catch(() => undefined);
    if (typeof payload?.sid !== "number" || payload.exp === undefined) return;
    const session = this.#get(payload.sid);
    const user = session && this.#services.users.get(session.userId);
    if (user === undefined) return undefined;
    const { id, name, role } = user;
    return {
      principal: { kind: "user", id, name, role, session: payload.sid },
      validUntil: payload.exp * 1_000,
    };
  }

  async #access(
    session: Session,
    user: User,
  ): Promise<Omit<OpenSession, "refreshToken">> {
    const issuedAt = Math.floor(Date.now() / 1_000);
    const exp = issuedAt + Math.ceil(this.#options.accessMs / 1_000);
    const { id, name, role } = user;
    const accessToken = await sign(
      {
        sub: String(id),
        sid: session.id,
        iat: issuedAt,
        exp,
        // Two tokens of one second are two tokens.
        jti: randomToken().slice(0, 12),
        // The original's frontend shows whom the token names.
        user: { id, name, username: name, role },
      },
      this.#options.secret,
      "HS256",
    );
    return { session, user, accessToken, expiresAt: exp * 1_000 };
  }

  #get(id: number): Session | undefined {
    const row = this.#services.driver.get(
      `SELECT ${COLUMNS} FROM plugin_handler_sessions
       WHERE id = ? AND expires_at > ?`,
      [id, Date.now()],
    );
    return row && sessionOf(row);
  }

  #forgetEnded(now: number): void {
    const sql = "DELETE FROM plugin_handler_sessions WHERE expires_at <= ?";
    this.#services.driver.run(sql, [now]);
  }
}

function sessionOf(row: SqliteRow): Session {
  return {
    id: Number(row.id),
    userId: Number(row.user_id),
    createdAt: Number(row.created_at),
    usedAt: Number(row.used_at),
    address: String(row.address),
    agent: String(row.agent),
  };
}
