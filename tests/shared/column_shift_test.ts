import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { columnBefore } from "../../src/shared/text/column_shift.ts";

Deno.test("columnBefore() finds every character where it was", () => {
  const pieces = fc.array(
    fc.record({ kept: fc.nat(9), put: fc.integer({ min: 1, max: 9 }) }),
    { maxLength: 6 },
  );
  fc.assert(fc.property(pieces, (pieces) => {
    let column = 0;
    const columns: (number | undefined)[] = [];
    const shifts = pieces.map(({ kept, put }) => {
      for (let i = 0; i < kept; i++) columns.push(column++);
      for (let i = 0; i < put; i++) columns.push(undefined);
      return { line: 2, column, length: put };
    });
    columns.push(column);
    columns.forEach((before, at) => {
      if (before === undefined) return;
      assertEquals(columnBefore(3, at + 1, shifts), before + 1);
      assertEquals(columnBefore(2, at + 1, shifts), at + 1);
    });
  }));
});

Deno.test("columnBefore() takes what was put in for the place in front of which it is", () => {
  const shifts = [{ line: 0, column: 4, length: 10 }];
  assertEquals(columnBefore(1, 4, shifts), 4);
  assertEquals(columnBefore(1, 5, shifts), 5);
  assertEquals(columnBefore(1, 12, shifts), 5);
  assertEquals(columnBefore(1, 15, shifts), 5);
  assertEquals(columnBefore(1, 16, shifts), 6);
});
