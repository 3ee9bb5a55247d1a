/**
 * Local accounts: signing in and out, registering, changing a password, over
 * the users, sessions, keys and tickets of one database.
 *
 * @module
 */
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import type { Peer } from "../http/peer.ts";
import { Refusal } from "../http/problem.ts";
import { ApiKeys } from "./api_keys.ts";
import { type Authenticator, firstOf } from "./authenticator.ts";
import { CredentialCache } from "./credential_cache.ts";
import {
  type FirstUser,
  FirstUserGate,
  type Registration,
} from "./first_user.ts";
import { includesRole, type Role } from "./principal.ts";
import { randomToken } from "./secret_token.ts";
import { openServerTables } from "./server_tables.ts";
import { type OpenSession, type SessionOrigin, Sessions } from "./sessions.ts";
import { SignInDelay } from "./sign_in_delay.ts";
import { Tickets } from "./tickets.ts";
import { type User, Users } from "./users.ts";

/** How accounts behave. */
export interface AccountOptions {
  /** Who may make the first admin. */
  readonly firstUser: FirstUser;
  /** What access tokens are signed with; by default a kept random secret. */
  readonly jwtSecret?: string;
  /** How long an access token lasts, in milliseconds. */
  readonly accessMs: number;
  /** How long a session lasts without being renewed, in milliseconds. */
  readonly sessionMs: number;
}

/** A name and a password. */
export interface Credentials {
  /** The name. */
  readonly name: string;
  /** The password. */
  readonly password: string;
}

/** The accounts of a server. */
export class Accounts {
  /** Those who sign in. */
  readonly users: Users;
  /** Where they are signed in. */
  readonly sessions: Sessions;
  /** The keys of programs. */
  readonly keys: ApiKeys;
  /** What opens sockets. */
  readonly tickets: Tickets = new Tickets();
  /** Who may be first. */
  readonly firstUser: FirstUserGate;
  /** Knows who asks, by session or key. */
  readonly authenticator: Authenticator;
  readonly #delay = new SignInDelay();

  constructor(driver: SqliteDriver, options: AccountOptions) {
    openServerTables(driver);
    const cache = new CredentialCache();
    this.users = new Users(driver, (id) => {
      cache.drop({ kind: "user", id });
      this.tickets.drop(id);
    });
    this.sessions = new Sessions({ driver, users: this.users, cache }, {
      ...options,
      secret: options.jwtSecret ?? keptSecret(driver),
    });
    this.keys = new ApiKeys(driver, cache);
    this.firstUser = new FirstUserGate(options.firstUser, this.users);
    this.authenticator = firstOf(this.sessions, this.keys);
  }

  /**
   * Signs in.
   *
   * @throws {Refusal} `SIGN_IN_FAILED`, `TOO_MANY_REQUESTS`.
   */
  async signIn(
    { name, password }: Credentials,
    origin: SessionOrigin,
  ): Promise<OpenSession> {
    const named = `name:${name.toLowerCase()}`;
    const keys = [named, `address:${origin.address}`];
    await this.#delay.wait(keys);
    const user = await this.users.verify(name, password);
    if (user === undefined) {
      this.#delay.failed(keys);
      throw new Refusal(
        "SIGN_IN_FAILED",
        "Cannot sign in: the name or the password is wrong",
      );
    }
    this.#delay.succeeded(named);
    return await this.sessions.begin(user, origin);
  }

  /**
   * Adds a user: the first one, as an admin, where the gate lets it; any other
   * one for an admin alone.
   *
   * @throws {Refusal} `REGISTRATION_CLOSED`, `CONFLICT`.
   */
  register(
    { name, password }: Credentials,
    role: Role | undefined,
    registration: Registration,
  ): Promise<User> {
    const { principal } = registration;
    const byAdmin = principal !== undefined &&
      includesRole(principal.role, "admin");
    const isFirst = this.users.count === 0;
    return this.users.add(
      { name, password, role: isFirst ? "admin" : role ?? "viewer" },
      () => byAdmin || this.firstUser.allowsFirst(registration),
    );
  }

  /**
   * Changes the password of a user, and ends its other sessions.
   *
   * @throws {Refusal} `SIGN_IN_FAILED` where the current password is wrong.
   */
  async changePassword(
    user: {
      readonly id: number;
      readonly session?: number;
      readonly name: string;
    },
    { current, next }: { readonly current: string; readonly next: string },
    peer: Peer,
  ): Promise<void> {
    const keys = [`name:${user.name.toLowerCase()}`, `address:${peer.address}`];
    await this.#delay.wait(keys);
    if (await this.users.verify(user.name, current) === undefined) {
      this.#delay.failed(keys);
      throw new Refusal(
        "SIGN_IN_FAILED",
        "Cannot change the password: the current one is wrong",
      );
    }
    await this.users.setPassword(user.id, next);
    this.sessions.endOthers(user.id, user.session);
  }
}

/** A secret of the database's own, so that a restart ends no session. */
function keptSecret(driver: SqliteDriver): string {
  driver.run(
    "INSERT INTO plugin_handler_server (name, value) VALUES ('jwt_secret', ?) ON CONFLICT DO NOTHING",
    [randomToken()],
  );
  const sql =
    "SELECT value FROM plugin_handler_server WHERE name = 'jwt_secret'";
  return String(driver.get(sql)!.value);
}
