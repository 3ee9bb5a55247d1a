import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import {
  countParameters,
  quoteColumn,
  quoteIdentifier,
  quoteString,
  tokenize,
  unquoteIdentifier,
} from "../../src/sqlite/sql/sql_text.ts";
import { assertStoreError } from "./fixtures.ts";

const sqlish = fc.array(
  fc.oneof(
    fc.constantFrom(
      "SELECT",
      "'it''s'",
      '"a""b"',
      "`c`",
      "[d]",
      "-- x\n",
      "/* y */",
      "?",
      "?12",
      ":n",
      "@n",
      "1.5e-3",
      ".5",
      "x'00'",
      "(",
      ")",
      ";",
      ",",
      "'",
      '"',
      "/*",
      " ",
      "ünï",
      "😀",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

Deno.test("tokenize() loses nothing of any text", () => {
  fc.assert(
    fc.property(sqlish, (text) => {
      assertEquals(tokenize(text).map((token) => token.text).join(""), text);
    }),
    { numRuns: 1000 },
  );
});

for (
  const [text, kinds] of [
    ["a -- b", "word space comment"],
    ["a/*b*/c", "word comment word"],
    ["'a''b'", "string"],
    ["X'00'", "string"],
    ['"a""b" `c` [d]', "identifier space identifier space identifier"],
    [
      "?1 ? :a @b $c",
      "parameter space parameter space parameter space parameter space parameter",
    ],
    ["1e-3+.5", "number symbol number"],
    ["0x1F", "number"],
    ["'open", "broken word"],
    ["/* open", "broken space word"],
    ["ünï_1$", "word"],
  ] as const
) {
  Deno.test(`tokenize() reads ${text}`, () => {
    assertEquals(tokenize(text).map(({ kind }) => kind).join(" "), kinds);
  });
}

Deno.test("quoted names and strings are read by SQLite as they were", () => {
  using handle = new DatabaseSync(":memory:");
  const names = fc.string({ unit: "binary", minLength: 1, maxLength: 20 })
    .filter((text) => text.isWellFormed() && !text.includes("\0"));
  fc.assert(
    fc.property(names, (name) => {
      const sql =
        `SELECT ${quoteColumn(name)} AS c, ${quoteString(name)} AS s ` +
        `FROM (SELECT 1 AS ${quoteIdentifier(name)})`;
      const { c, s } = handle.prepare(sql).get()!;
      assertEquals([c, s], [1, name]);
      for (const quoted of [quoteColumn(name), quoteIdentifier(name)]) {
        assertEquals(unquoteIdentifier(quoted), name);
      }
    }),
    { numRuns: 1000 },
  );
  assertEquals(unquoteIdentifier("[a b]"), "a b");
  assertEquals(unquoteIdentifier("plain"), "plain");
});

Deno.test("names that are no names are refused", () => {
  for (const name of ["", "a\0b", 5 as unknown as string]) {
    assertStoreError(() => quoteIdentifier(name), "identifier");
    assertStoreError(() => quoteColumn(name), "identifier");
  }
  assertStoreError(() => quoteString("a\0b"), "NUL");
});

for (
  const [sql, count] of [
    ["SELECT 1", 0],
    ["SELECT ?, ?", 2],
    ["SELECT '?', \"?\", `?`, [?], -- ?\n ?", 1],
    ["SELECT ?3, ?", 4],
    ["SELECT ?2, ?1", 2],
  ] as const
) {
  Deno.test(`countParameters() finds ${count} in ${sql}`, () => {
    assertEquals(countParameters(sql), count);
  });
}

Deno.test("countParameters() counts what tokenize() finds, however it is written", () => {
  const piece = fc.constantFrom(
    ..."?? ?1 ?12 ' '' \" \"\" ` [ ] -- /* */ \n ( ) , = . a \"a?\" `b?` 'c?' é $"
      .split(" "),
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const sql = pieces.join(" ");
    const numbers = tokenize(sql)
      .filter(({ kind }) => kind === "parameter")
      .map(({ text }) => text.slice(1));
    const count = numbers.reduce(
      (highest, number) =>
        number === "" ? highest + 1 : Math.max(highest, Number(number)),
      0,
    );
    assertEquals(countParameters(sql), count);
  }));
});
