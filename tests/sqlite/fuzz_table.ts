/** Random calls on a table, each compared with the same on a model. */
import { assert, assertEquals } from "@std/assert";
import { ConstraintError } from "../../src/shared/errors.ts";
import {
  column,
  type Conditioned,
  type DB,
  type QueryBuilder,
  type Row,
} from "../../src/sqlite/mod.ts";
import {
  type Dice,
  type FuzzCondition,
  FuzzModel,
  type FuzzRow,
  KINDS,
} from "./fuzz_model.ts";

type Table = QueryBuilder<Row>;
const ORDERED = ["=", "!=", "<", "<=", ">", ">="];
const UNORDERED = ["=", "!="];

/** One table, its model, and calls on both. */
export class FuzzedTable {
  readonly #db: DB;
  readonly #dice: Dice;
  #model: FuzzModel;
  #table: Table;
  #defaults: Row = {};

  constructor(db: DB, dice: Dice) {
    this.#db = db;
    this.#dice = dice;
    const names = ["a", "B", "order", 'q"u`o', "ünï"].slice(
      0,
      2 + dice.roll(4),
    );
    const kinds = Object.fromEntries(
      names.map((name) => [name, dice.pick(Object.values(KINDS))]),
    );
    const unique = names.find((name) => kinds[name] === KINDS.text);
    this.#model = new FuzzModel(kinds, dice.chance(50) ? unique : undefined);
    this.#table = this.#create();
  }

  /** Makes one call; throws where table and model differ. */
  step(): void {
    const call = this.#dice.pick(this.#calls);
    call();
    if (this.#dice.chance(10)) this.#compareAll();
  }

  /** Compares everything. */
  end(): void {
    this.#compareAll();
  }

  readonly #calls: readonly (() => void)[] = [
    () => this.#insert(),
    () => this.#insert(),
    () => this.#insertOrIgnore(),
    () => this.#insertBatch(),
    () => this.#upsert(),
    () => this.#read(),
    () => this.#read(),
    () => this.#sort(),
    () => this.#update(),
    () => this.#increment(),
    () => this.#delete(),
    () => this.#rollBack(),
    () => this.#olderThan(),
    () => this.#violateThenDefine(),
    () => this.#migrate(),
  ];

  #create(): Table {
    const columns: Row = { id: column.id() };
    for (const [name, kind] of Object.entries(this.#model.kinds)) {
      const given = this.#defaults[name];
      columns[name] = {
        ...kind.definition(),
        ...(name === this.#model.unique ? { unique: true } : {}),
        ...(given === undefined ? {} : { default: given }),
      };
    }
    return this.#db.createTable<Row>("t", columns);
  }

  #value(name: string): unknown {
    return this.#dice.chance(12)
      ? null
      : this.#model.kinds[name]!.make(this.#dice);
  }

  /** Some of the columns with values; the others get their defaults. */
  #row(): Row {
    const names = Object.keys(this.#model.kinds);
    const given = names.filter(() => this.#dice.chance(80));
    const row: Row = Object.fromEntries(
      (given.length === 0 ? [names[0]!] : given)
        .map((name) => [name, this.#value(name)]),
    );
    return row;
  }

  #insertInModel(row: Row): boolean {
    return this.#model.insert({ ...this.#defaults, ...row });
  }

  #insert(): void {
    const row = this.#row();
    const before = this.#model.snapshot();
    const fits = this.#insertInModel(row);
    const stored = this.#attempt(fits, () => this.#table.insertAndGet(row));
    if (fits) assertEquals(stored as Row, this.#model.rows.at(-1)!);
    else this.#model.restore(before);
  }

  #insertOrIgnore(): void {
    const row = this.#row();
    const fits = this.#insertInModel(row);
    const { changes, insertId } = this.#table.insertOrIgnore(row);
    // AUTOINCREMENT counts a row that was left out.
    if (!fits) this.#model.nextId++;
    assertEquals(
      [changes, insertId],
      fits ? [1, this.#model.rows.at(-1)!.id] : [0, 0],
    );
  }

  #insertBatch(): void {
    const rows = Array.from(
      { length: 1 + this.#dice.roll(4) },
      () => this.#row(),
    );
    const before = this.#model.snapshot();
    const fits = rows.every((row) => this.#insertInModel(row));
    const result = this.#attempt(fits, () => this.#table.insertBatch(rows));
    if (!fits) return this.#model.restore(before);
    assertEquals(
      result!.insertedIDs,
      this.#model.rows.slice(-rows.length).map(({ id }) => id),
    );
  }

  #upsert(): void {
    const { rows, unique } = this.#model;
    const known = rows.length > 0 && this.#dice.chance(70);
    const id = known ? this.#dice.pick(rows).id : this.#model.nextId;
    const { [unique ?? ""]: _, ...row } = this.#row();
    const existing = rows.find((other) => other.id === id);
    if (existing === undefined) this.#insertInModel({ id, ...row });
    else this.#model.update([existing], row);
    assertEquals(this.#table.upsert({ id, ...row }), { changes: 1 });
  }

  #conditions(): FuzzCondition[] {
    return Array.from(
      { length: 1 + this.#dice.roll(2) },
      () => this.#condition(),
    );
  }

  #condition(): FuzzCondition {
    const dice = this.#dice;
    const name = dice.pick(Object.keys(this.#model.kinds));
    const { ordered, make } = this.#model.kinds[name]!;
    // A text is no moment to compare with, but in a list of dates.
    const value = () => {
      const made = make(dice);
      return this.#model.kinds[name] === KINDS.date && typeof made === "string"
        ? new Date(`${made}Z`)
        : made;
    };
    const form = dice.roll(5);
    if (form === 0) {
      const operator = dice.pick(["IS NULL", "IS NOT NULL"]);
      return { column: name, operator, values: [] };
    }
    if (form === 1) {
      const length = dice.pick([1, 2, 5, 30]);
      const values = Array.from({ length }, value);
      if (dice.chance(30)) values.push(null);
      return { column: name, operator: dice.pick(["IN", "NOT IN"]), values };
    }
    if (form === 2 && ordered) {
      return { column: name, operator: "BETWEEN", values: [value(), value()] };
    }
    const operator = dice.pick(ordered ? ORDERED : UNORDERED);
    return { column: name, operator, values: [value()] };
  }

  #where(conditions: readonly FuzzCondition[]): Table {
    for (const { column: name, operator, values } of conditions) {
      if (operator === "IS NULL") {
        this.#table.whereNotNull("id").whereExpr(
          `${quoted(name)} IS NULL`,
        );
      } else if (operator === "IS NOT NULL") this.#table.whereNotNull(name);
      else if (operator === "IN") this.#table.whereIn(name, values);
      else if (operator === "NOT IN") this.#table.whereNotIn(name, values);
      else if (operator === "BETWEEN") {
        this.#table.whereBetween(name, values[0], values[1]);
      } else if (operator === "=") this.#table.whereIn(name, values);
      else this.#table.where(name, operator as "<", values[0]);
    }
    return this.#table;
  }

  #read(): void {
    const conditions = this.#conditions();
    const expected = this.#model.select(conditions);
    const what = JSON.stringify(conditions);
    const byId = this.#where(conditions).orderBy("id");
    assertEquals<unknown>(byId.all(), expected, what);
    assertEquals(this.#where(conditions).count(), expected.length);
    assertEquals(this.#where(conditions).exists(), expected.length > 0);
    assertEquals(
      this.#where(conditions).orderBy("id").desc().limit(2).offset(1).pluck(
        "id",
      ),
      expected.map(({ id }) => id).reverse().slice(1, 3),
    );
  }

  #sort(): void {
    const names = Object.entries(this.#model.kinds)
      .filter(([, kind]) => kind.ordered && kind !== KINDS.date);
    if (names.length === 0) return;
    const [name] = this.#dice.pick(names);
    const cells = this.#table.orderBy(name).pluck(name);
    assertEquals(cells.length, this.#model.rows.length);
    for (let i = 1; i < cells.length; i++) {
      assert(this.#model.compare(name, cells[i - 1], cells[i]) <= 0);
    }
  }

  #update(): void {
    const conditions = this.#conditions();
    const changes = this.#row();
    const matching = this.#model.select(conditions);
    const fits = this.#model.update(matching, changes);
    const result = this.#attempt(fits, () => {
      this.#where(conditions);
      return (this.#table as Table & Conditioned).update(changes);
    });
    if (fits) assertEquals(result!.changes, matching.length);
  }

  #increment(): void {
    const name = Object.keys(this.#model.kinds)
      .find((one) => this.#model.kinds[one] === KINDS.integer);
    if (name === undefined) return;
    const conditions = [...this.#conditions(), {
      column: name,
      operator: "<",
      values: [1000],
    }];
    const matching = this.#model.select(conditions);
    for (const row of matching) row[name] = (row[name] as number) + 2;
    assertEquals(
      this.#where(conditions).increment(name, 2).changes,
      matching.length,
    );
  }

  #delete(): void {
    const conditions = [...this.#conditions(), this.#condition()];
    const matching = this.#model.select(conditions);
    this.#model.remove(matching);
    const deleted = this.#where(conditions).deleteAndGet() as FuzzRow[];
    assertEquals(deleted.sort((a, b) => a.id - b.id), matching);
  }

  #olderThan(): void {
    const found = Object.entries(this.#model.kinds).find(([, kind]) =>
      kind === KINDS.date || kind === KINDS.seconds ||
      kind === KINDS.milliseconds
    );
    if (found === undefined) return;
    const limit = new Date(1_700_000_000_000 + this.#dice.roll(12) * 500);
    const condition = { column: found[0], operator: "<", values: [limit] };
    const matching = this.#model.select([condition]);
    this.#model.remove(matching);
    assertEquals(
      this.#table.deleteOlderThan(found[0], limit).changes,
      matching.length,
    );
  }

  #rollBack(): void {
    const before = this.#model.snapshot();
    const undo = new TypeError("undo");
    try {
      this.#db.transaction(() => {
        for (let i = this.#dice.roll(4); i >= 0; i--) {
          this.#dice.pick([
            () => this.#insert(),
            () => this.#update(),
            () => this.#delete(),
          ])();
        }
        throw undo;
      });
    } catch (error) {
      if (error !== undo) throw error;
    }
    // AUTOINCREMENT's own table is rolled back too.
    this.#model.restore(before);
  }

  // What freed statements that the cache still held.
  #violateThenDefine(): void {
    const row = this.#model.rows.at(-1);
    if (row !== undefined) {
      this.#attempt(false, () => this.#table.insert({ id: row.id }));
    }
    this.#db.run("CREATE TABLE IF NOT EXISTS other (x)");
    this.#read();
    this.#db.driver.run("DROP TABLE other");
  }

  /** Adds a column, or drops one, and keeps the others. */
  #migrate(): void {
    const { kinds, rows, unique, nextId } = this.#model;
    const { extra, ...rest } = kinds;
    const next = extra === undefined
      ? { ...kinds, extra: this.#dice.pick([KINDS.integer!, KINDS.text!]) }
      : rest;
    this.#defaults = next.extra === KINDS.integer && this.#dice.chance(50)
      ? { extra: 7 }
      : {};
    const model = new FuzzModel(next, unique);
    model.restore({
      nextId,
      rows: rows.map(({ extra: _, ...row }) => ({
        ...row as FuzzRow,
        ...(extra === undefined ? { extra: this.#defaults.extra ?? null } : {}),
      })),
    });
    this.#model = model;
    this.#table = this.#create();
  }

  #attempt<R>(fits: boolean, fn: () => R): R | undefined {
    try {
      const result = fn();
      assert(fits, "a row that breaks the constraint was taken");
      return result;
    } catch (error) {
      if (fits || !(error instanceof ConstraintError)) throw error;
      return undefined;
    }
  }

  #compareAll(): void {
    assertEquals<unknown>(
      this.#table.orderBy("id").all(),
      this.#model.select([]),
    );
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
