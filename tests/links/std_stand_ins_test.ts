import {
  assert,
  assertEquals,
  assertExists,
  assertInstanceOf,
  AssertionError,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { deadline, delay, retry, RetryError } from "@std/async";
import { delay as delayAlone } from "@std/async/delay";
import { parseArgs } from "@std/cli/parse-args";
import { parse as parseJsonc } from "@std/jsonc";
import { join, relative } from "@std/path";
import { parse, parseRange, satisfies } from "@std/semver";
import { FakeTime, TimeError } from "@std/testing/time";
import {
  type AssertFalse,
  type AssertTrue,
  assertType,
  type Has,
  type IsExact,
} from "@std/testing/types";
import { parse as parseYaml, stringify } from "@std/yaml";

// These run against the stand-ins of links/ and, in CI, against the packages
// of JSR, so that neither says what the other does not.

Deno.test("assertRejects() hands over the error with its class", async () => {
  const error = await assertRejects(
    () => Promise.reject(new TypeError("wrong")),
    TypeError,
    "wro",
  );
  assertType<IsExact<typeof error, TypeError>>(true);
  assertEquals(error.message, "wrong");
});

Deno.test("assert() and assertExists() narrow the type", () => {
  const value = new Map([["a", 1]]).get("a");
  assertExists(value);
  assertType<IsExact<typeof value, number>>(true);
  const other: string | number = JSON.parse('"text"');
  assert(typeof other === "string");
  assertType<IsExact<typeof other, string>>(true);
});

Deno.test("assertEquals() throws an AssertionError for unequal values", () => {
  const error = assertThrows(() => assertEquals([1], [2]), AssertionError);
  assertInstanceOf(error, Error);
});

Deno.test("retry() throws a RetryError with the last error as its cause", async () => {
  const cause = new TypeError("down");
  const error = await assertRejects(
    () => retry(() => Promise.reject(cause), { maxAttempts: 2, minTimeout: 0 }),
    RetryError,
  );
  assertEquals(error.cause, cause);
});

Deno.test("deadline() rejects with a TimeoutError once time is up", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const error = await assertRejects(() => deadline(promise, 1), DOMException);
  assertEquals(error.name, "TimeoutError");
  resolve();
});

Deno.test("delay() is the same function at both of its names", () => {
  assertEquals(delay, delayAlone);
});

Deno.test("parseArgs() infers the result from the options", () => {
  const args = parseArgs(["--port", "80", "--dry", "file", "--tag=a"], {
    string: ["port", "db"],
    boolean: ["dry"],
    collect: ["tag"],
    default: { db: "a.db" },
  });
  assertType<IsExact<typeof args.port, string | undefined>>(true);
  assertType<IsExact<typeof args.db, string>>(true);
  assertType<IsExact<typeof args.dry, boolean>>(true);
  assertEquals(args, {
    _: ["file"],
    db: "a.db",
    dry: true,
    port: "80",
    tag: ["a"],
  });
});

Deno.test("relative() leads from one joined path to another", () => {
  assertEquals(relative(join("a", "b"), join("a", "c")), join("..", "c"));
});

Deno.test("satisfies() tells a version within a range from one outside", () => {
  const range = parseRange("^1.2.0");
  assert(satisfies(parse("1.9.0"), range));
  assert(!satisfies(parse("2.0.0"), range));
});

Deno.test("parse() of JSON takes comments and trailing commas", () => {
  const text = '{ "a": [1,], /* b */ "c": "//" } // d';
  assertEquals(parseJsonc(text), { a: [1], c: "//" });
  assertThrows(() => parseJsonc("{ a }"), SyntaxError);
});

Deno.test("parse() of YAML reads what stringify() wrote", () => {
  const value = { name: "a", list: [1, "two", null] };
  assertEquals(parseYaml(stringify(value)), value);
  assertThrows(() => parseYaml("a: [1"), SyntaxError);
});

Deno.test("FakeTime runs timers when tick() reaches them", () => {
  using time = new FakeTime(1_000);
  const calls: number[] = [];
  setTimeout(() => calls.push(Date.now()), 500);
  const interval = setInterval(() => calls.push(Date.now()), 200);
  time.tick(499);
  assertEquals(calls, [1_200, 1_400]);
  time.tick(1);
  assertEquals(calls, [1_200, 1_400, 1_500]);
  clearInterval(interval);
  assertEquals(time.next(), false);
  assertEquals(time.now, 1_500);
});

Deno.test("FakeTime lets promises settle between timers in runAllAsync()", async () => {
  using time = new FakeTime("2020-01-01T00:00:00Z");
  const steps: number[] = [];
  const run = (async () => {
    await delay(10);
    steps.push(Date.now() - time.start);
    await delay(20);
    steps.push(Date.now() - time.start);
  })();
  await time.runAllAsync();
  await run;
  assertEquals(steps, [10, 30]);
});

Deno.test("FakeTime.restoreFor() runs its callback under the real time", async () => {
  using _time = new FakeTime(0);
  assertEquals(Date.now(), 0);
  assert(await FakeTime.restoreFor(() => Date.now()) > 0);
  assertEquals(Date.now(), 0);
});

Deno.test("FakeTime fakes AbortSignal.timeout()", () => {
  using time = new FakeTime(0);
  const signal = AbortSignal.timeout(60_000);
  time.tick(59_999);
  assertEquals(signal.aborted, false);
  time.tick(1);
  assertEquals(signal.reason.name, "TimeoutError");
});

Deno.test("FakeTime refuses to be nested and to go back", () => {
  const realDate = Date;
  {
    using time = new FakeTime(10);
    assertThrows(() => new FakeTime(), TimeError);
    assertThrows(() => time.now = 9, RangeError);
  }
  assertEquals(Date, realDate);
  assertThrows(() => FakeTime.restore(), TimeError);
});

Deno.test("FakeTime moves on by itself at its advanceRate", async () => {
  using _time = new FakeTime(0, { advanceRate: 100, advanceFrequency: 1 });
  await delay(1_000);
  assert(Date.now() >= 1_000);
});

/** Compiles only where the stand-in for the type checks works. */
export type Checks = [
  AssertTrue<Has<string | number, string>>,
  AssertFalse<IsExact<{ a?: string }, { a: string }>>,
];
