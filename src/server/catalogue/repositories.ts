/**
 * The repositories that plugins are browsed in: the original's `repositories`
 * table.
 *
 * @module
 */
import type {
  SqliteDriver,
  SqliteRow,
} from "../../sqlite/driver/sqlite_driver.ts";
import { Refusal } from "../http/problem.ts";

/** What hosts a repository. */
export const REPOSITORY_TYPES = [
  "local",
  "http",
  "github",
  "gitlab",
  "gitea",
] as const;

/** What silence of a verification service means. */
export const POLICIES = ["strict", "relaxed"] as const;

/** A repository, as the original's API shows it. */
export interface Repository {
  /** The id. */
  readonly id: number;
  /** The unique name. */
  readonly name: string;
  /** Where it is: the short form, or a URL. */
  readonly source: string;
  /** What hosts it. */
  readonly type: typeof REPOSITORY_TYPES[number];
  /** What silence of its verification service means. */
  readonly policy: typeof POLICIES[number];
  /** The base URL of its verification service. */
  readonly verification_api: string | null;
  /** Its folders. */
  readonly paths: Readonly<Record<string, unknown>> | null;
}

const TABLE = `CREATE TABLE IF NOT EXISTS "repositories" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "name" TEXT NOT NULL UNIQUE,
  "source" TEXT NOT NULL,
  "type" TEXT NOT NULL,
  "policy" TEXT NOT NULL,
  "verification_api" TEXT,
  "paths" JSON
)`;

const COLUMNS = [
  "name",
  "source",
  "type",
  "policy",
  "verification_api",
  "paths",
];

/** Keeps repositories. */
export class Repositories {
  readonly #driver: SqliteDriver;

  constructor(driver: SqliteDriver) {
    this.#driver = driver;
  }

  /** All repositories, by id. */
  list(): Repository[] {
    if (!this.#exists()) return [];
    return this.#driver.all("SELECT * FROM repositories ORDER BY id")
      .map(repositoryOf);
  }

  /** The repository of an id. */
  get(id: number): Repository | undefined {
    if (!this.#exists()) return undefined;
    const sql = "SELECT * FROM repositories WHERE id = ?";
    const row = this.#driver.get(sql, [id]);
    return row && repositoryOf(row);
  }

  /**
   * Adds a repository.
   *
   * @throws {Refusal} `CONFLICT` where the name is taken.
   */
  add(repository: Omit<Repository, "id">): Repository {
    return this.#driver.transaction(() => {
      this.#driver.exec(TABLE);
      this.#refuseTaken(repository.name);
      const { lastInsertRowid } = this.#driver.run(
        `INSERT INTO repositories (${
          COLUMNS.join(", ")
        }) VALUES (?, ?, ?, ?, ?, ?)`,
        valuesOf(repository),
      );
      return this.get(Number(lastInsertRowid))!;
    });
  }

  /**
   * Changes a repository; what is left out stays as it is.
   *
   * @throws {Refusal} `NOT_FOUND`, `CONFLICT`.
   */
  change(id: number, change: Partial<Omit<Repository, "id">>): Repository {
    return this.#driver.transaction(() => {
      const old = this.#require(id);
      const next = { ...old, ...change };
      if (next.name !== old.name) this.#refuseTaken(next.name);
      this.#driver.run(
        `UPDATE repositories SET ${
          COLUMNS.map((column) => `${column} = ?`).join(", ")
        } WHERE id = ?`,
        [...valuesOf(next), id],
      );
      return this.get(id)!;
    });
  }

  /**
   * Removes a repository; what was installed from it stays.
   *
   * @throws {Refusal} `NOT_FOUND`.
   */
  remove(id: number): Repository {
    const old = this.#require(id);
    this.#driver.run("DELETE FROM repositories WHERE id = ?", [id]);
    return old;
  }

  /** A table that nobody filled would tell the installer of no repository. */
  #exists(): boolean {
    const sql =
      "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'repositories'";
    return this.#driver.get(sql) !== undefined;
  }

  #require(id: number): Repository {
    const found = this.get(id);
    if (found !== undefined) return found;
    throw new Refusal("NOT_FOUND", `Repository ${id} not found`);
  }

  #refuseTaken(name: string): void {
    const sql = "SELECT 1 FROM repositories WHERE name = ?";
    if (this.#driver.get(sql, [name]) === undefined) return;
    throw new Refusal("CONFLICT", `Repository "${name}" already exists`);
  }
}

function valuesOf(repository: Omit<Repository, "id">) {
  const { name, source, type, policy, verification_api, paths } = repository;
  const kept = paths === null ? null : JSON.stringify(paths);
  return [name, source, type, policy, verification_api, kept];
}

function repositoryOf(row: SqliteRow): Repository {
  return {
    id: Number(row.id),
    name: String(row.name),
    source: String(row.source),
    type: REPOSITORY_TYPES.find((type) => type === row.type) ?? "http",
    policy: POLICIES.find((policy) => policy === row.policy) ?? "strict",
    verification_api: row.verification_api
      ? String(row.verification_api)
      : null,
    paths: pathsOf(row.paths),
  };
}

function pathsOf(text: unknown): Repository["paths"] {
  try {
    const value = JSON.parse(String(text));
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}
