import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import {
  nameStack,
  readableStack,
} from "../../src/shared/stack/readable_stack.ts";
import { PluginLoader } from "../../src/loader/mod.ts";
import { initOf, loadOne, returning } from "../loader/sources.ts";

const loader = new PluginLoader();

function failing(before: string): Promise<Error> {
  const code = returning("fail()", `function fail() { ${before} } `);
  return assertRejects(() => initOf(loadOne(loader, code)), Error);
}

Deno.test("readableStack() names the plugin in the place of its address", async () => {
  const stack = readableStack(await failing(`throw new Error("x");`));
  assertMatch(stack, /^Error: x\n {4}at fail \(my-plugin@1\.0\.0:1:25\)\n/);
  assert(!stack.includes("blob:"));
});

Deno.test("readableStack() shows causes", async () => {
  const cause = await failing(`throw new TypeError("inner");`);
  const stack = readableStack(
    new PluginError("ACTION_FAILED", "outer", { cause }),
  );
  assertMatch(
    stack,
    /^PluginError: outer\n(?:.*\n)*Caused by: TypeError: inner\n {4}at fail \(my-plugin@1\.0\.0:1:25\)/,
  );
});

Deno.test("readableStack() ends where causes run in a circle", () => {
  const error = new TypeError("round");
  error.cause = error;
  assertEquals(readableStack(error).match(/round/g)?.length, 1);
});

Deno.test("readableStack() takes anything that was thrown", () => {
  assertEquals(readableStack("text"), "text");
  assertEquals(
    readableStack(Object.create(null)),
    "a value that has no string form",
  );
  assertEquals(readableStack(undefined), "undefined");
  const silent = Object.assign(new RangeError("x"), { stack: undefined });
  assertEquals(readableStack(silent), "RangeError: x");
});

Deno.test("readableStack() leaves addresses that are no plugin's", () => {
  const url = `blob:null/${crypto.randomUUID()}`;
  assertEquals(
    readableStack(`see ${url}:1:1 and data:text/plain,x`),
    `see ${url}:1:1 and data:text/plain,x`,
  );
});

Deno.test("nameStack() names the plugin in an error and its causes, in place", async () => {
  const cause = await failing(`throw new Error("inner");`);
  const aggregate = new AggregateError([new Error("outer", { cause })]);
  nameStack(aggregate);
  assertMatch(cause.stack!, /my-plugin@1\.0\.0:1:25/);
});

Deno.test("nameStack() leaves what cannot be set and other values alone", async () => {
  const error = await failing(`throw new Error("x");`);
  const { stack } = error;
  Object.defineProperty(error, "stack", { value: stack, writable: false });
  nameStack(error);
  assertStrictEquals(error.stack, stack);
  for (const it of [undefined, null, "x", {}]) nameStack(it);
});

Deno.test("ownerOf() tells whose code an error was made in", async () => {
  const code = returning("null.x");
  const error = await assertRejects(() =>
    initOf(loadOne(loader, code, { id: 42 }))
  );
  assertEquals(loader.ownerOf(error), 42);
  nameStack(error);
  assertEquals(loader.ownerOf(error), 42);
  assertEquals(new PluginLoader().ownerOf(error), undefined);
});

Deno.test("ownerOf() finds the innermost plugin", async () => {
  const [inner, outer] = await Promise.all([
    loadOne(
      loader,
      `export const name = "p", config = { actions: { a() { throw new Error("x"); } } };`,
      { id: 5 },
    ),
    loadOne(
      loader,
      `export const name = "p", config = { actions: { a(run) { run(); } } };`,
      { id: 6 },
    ),
  ]);
  const call = (it: typeof inner) =>
    it.definition.config!.actions!.a as (run?: unknown) => void;
  try {
    call(outer!)(call(inner!));
  } catch (error) {
    assertEquals(loader.ownerOf(error), 5);
  }
});

Deno.test("ownerOf() finds no owner of what is the host's", () => {
  const error = new Error("    at blob:null/x:1:1");
  for (const it of [error, "text", undefined, { stack: "x" }]) {
    assertEquals(loader.ownerOf(it), undefined);
  }
});

Deno.test("ownerOf() still knows a plugin that was released", async () => {
  const loaded = await loadOne(loader, returning("null.x"), { id: 9 });
  loaded.release();
  const error = await assertRejects(() => initOf(Promise.resolve(loaded)));
  assertEquals(loader.ownerOf(error), 9);
});
