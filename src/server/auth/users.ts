/**
 * The users that sign in with a name and a password.
 *
 * @module
 */
import type {
  SqliteDriver,
  SqliteRow,
} from "../../sqlite/driver/sqlite_driver.ts";
import { Refusal } from "../http/problem.ts";
import { hashPassword, isOutdated, verifyPassword } from "./passwords.ts";
import { type Role, ROLES } from "./principal.ts";

/** A user, without the password. */
export interface User {
  /** The id. */
  readonly id: number;
  /** The name, unique whatever its case. */
  readonly name: string;
  /** What the user may do. */
  readonly role: Role;
  /** When the user was made, in Unix milliseconds. */
  readonly createdAt: number;
}

/** What a user is made of. */
export interface NewUser {
  /** The name. */
  readonly name: string;
  /** The password. */
  readonly password: string;
  /** What the user may do. */
  readonly role: Role;
}

const COLUMNS = "id, name, role, created_at";

/** Keeps users. */
export class Users {
  readonly #driver: SqliteDriver;
  readonly #onChange: (userId: number) => void;

  /**
   * Opens the users of a database.
   *
   * @param driver The database, with the server's tables.
   * @param onChange Called with a user whose rights changed or ended.
   */
  constructor(driver: SqliteDriver, onChange: (userId: number) => void) {
    this.#driver = driver;
    this.#onChange = onChange;
  }

  /** How many there are. */
  get count(): number {
    const sql = "SELECT count(*) AS n FROM plugin_handler_users";
    return Number(this.#driver.get(sql)!.n);
  }

  /** All users, by name. */
  list(): User[] {
    const sql = `SELECT ${COLUMNS} FROM plugin_handler_users ORDER BY name`;
    return this.#driver.all(sql).map(userOf);
  }

  /** The user of an id. */
  get(id: number): User | undefined {
    const sql = `SELECT ${COLUMNS} FROM plugin_handler_users WHERE id = ?`;
    const row = this.#driver.get(sql, [id]);
    return row && userOf(row);
  }

  /**
   * Adds a user.
   *
   * @param user Name, password and role.
   * @param isAllowed Asked within the transaction that adds the user, so that
   * two requests cannot both be the first.
   * @throws {Refusal} `CONFLICT` where the name is taken, `REGISTRATION_CLOSED`
   * where it is not allowed.
   */
  async add(
    user: NewUser,
    isAllowed: () => boolean = () => true,
  ): Promise<User> {
    const hash = await hashPassword(user.password);
    return this.#driver.transaction(() => {
      if (!isAllowed()) {
        throw new Refusal(
          "REGISTRATION_CLOSED",
          "Cannot add the user: registration is closed; an admin adds users",
        );
      }
      this.#refuseTaken(user.name);
      const { lastInsertRowid } = this.#driver.run(
        "INSERT INTO plugin_handler_users (name, role, password, created_at) VALUES (?, ?, ?, ?)",
        [user.name, user.role, hash, Date.now()],
      );
      return this.get(Number(lastInsertRowid))!;
    });
  }

  /**
   * Finds the user of a name and a password. It takes as long where there is
   * none.
   */
  async verify(name: string, password: string): Promise<User | undefined> {
    const sql =
      `SELECT ${COLUMNS}, password FROM plugin_handler_users WHERE name = ?`;
    const row = this.#driver.get(sql, [name]);
    const hash = row?.password as string | undefined;
    if (!await verifyPassword(password, hash) || row === undefined) return;
    if (isOutdated(hash!)) {
      this.#store(Number(row.id), await hashPassword(password));
    }
    return userOf(row);
  }

  /** Gives a user another password. */
  async setPassword(id: number, password: string): Promise<void> {
    const hash = await hashPassword(password);
    this.#require(id);
    this.#store(id, hash);
    this.#onChange(id);
  }

  /**
   * Gives a user another role.
   *
   * @throws {Refusal} `NOT_FOUND`, and `CONFLICT` where it would take the last
   * admin away.
   */
  setRole(id: number, role: Role): void {
    this.#driver.transaction(() => {
      if (role !== "admin") this.#keepAdmin(id);
      this.#driver.run(
        "UPDATE plugin_handler_users SET role = ? WHERE id = ?",
        [role, this.#require(id).id],
      );
    });
    this.#onChange(id);
  }

  /**
   * Removes a user with its sessions.
   *
   * @throws {Refusal} `NOT_FOUND`, and `CONFLICT` for the last admin.
   */
  remove(id: number): void {
    this.#driver.transaction(() => {
      this.#keepAdmin(id);
      const { id: known } = this.#require(id);
      // The host's connection may not enforce foreign keys.
      for (
        const [table, column] of [["sessions", "user_id"], ["users", "id"]]
      ) {
        this.#driver.run(
          `DELETE FROM plugin_handler_${table} WHERE ${column} = ?`,
          [known],
        );
      }
    });
    this.#onChange(id);
  }

  #store(id: number, hash: string): void {
    this.#driver.run(
      "UPDATE plugin_handler_users SET password = ? WHERE id = ?",
      [hash, id],
    );
  }

  #require(id: number): User {
    const user = this.get(id);
    if (user !== undefined) return user;
    throw new Refusal("NOT_FOUND", `Cannot find user ${id}: there is none`);
  }

  #refuseTaken(name: string): void {
    const sql = "SELECT 1 FROM plugin_handler_users WHERE name = ?";
    if (this.#driver.get(sql, [name]) === undefined) return;
    throw new Refusal(
      "CONFLICT",
      `Cannot add the user "${name}": the name is taken`,
    );
  }

  /** Without an admin nobody could ever make one again. */
  #keepAdmin(id: number): void {
    const sql =
      "SELECT count(*) AS n FROM plugin_handler_users WHERE role = 'admin' AND id <> ?";
    if (this.#require(id).role !== "admin") return;
    if (Number(this.#driver.get(sql, [id])!.n) > 0) return;
    throw new Refusal(
      "CONFLICT",
      `Cannot take the admin role from user ${id}: no other admin is left; make one first`,
    );
  }
}

function userOf(row: SqliteRow): User {
  const role = ROLES.find((known) => known === row.role) ?? "viewer";
  return {
    id: Number(row.id),
    name: String(row.name),
    role,
    createdAt: Number(row.created_at),
  };
}
