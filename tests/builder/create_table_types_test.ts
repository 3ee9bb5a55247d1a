import {
  column,
  createTable,
  type TableConfig,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text?: string;
}

const id = column.id();
const text = column.text();

Deno.test("createTable() wants a column for each property of the row", () => {
  const table = createTable<Note>({ name: "notes", columns: { id, text } });
  assertType<IsExact<typeof table, TableConfig<Note>>>(true);
  // @ts-expect-error: a column is missing, though its property is optional
  createTable<Note>({ name: "notes", columns: { id } });
  createTable<Note>({
    name: "notes",
    // @ts-expect-error: the row has no such property
    columns: { id, text, title: column.text() },
  });
  // @ts-expect-error: a column is made with `column`
  createTable<Note>({ name: "notes", columns: { id, text: 5 } });
});

Deno.test("createTable() converts columns of the row only", () => {
  const columns = { id, text };
  createTable<Note>({
    name: "notes",
    columns,
    parser: { JSON: ["text"], BOOLEAN: [], DATE: ["id"] },
    jsonColumns: ["text"],
  });
  // @ts-expect-error: the row has no such property
  createTable<Note>({ name: "notes", columns, parser: { JSON: ["title"] } });
  // @ts-expect-error: the row has no such property
  createTable<Note>({ name: "notes", columns, jsonColumns: ["title"] });
});

Deno.test("createTable() knows the columns when no row type is given", () => {
  const columns = { id, text };
  const table = createTable({ name: "notes", columns });
  assertType<IsExact<keyof typeof table["columns"], "id" | "text">>(true);
  // @ts-expect-error: there is no such column
  createTable({ name: "notes", columns, parser: { JSON: ["title"] } });
  assertEquals(Object.keys(table.columns), ["id", "text"]);
});
