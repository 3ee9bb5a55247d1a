import { assertEquals } from "@std/assert";
import { FakeTime } from "@std/testing/time";
import { PluginError } from "@dockstat/plugin-handler";
import {
  HealthBook,
  type HealthBookListener,
} from "../../../src/execution/health/health_of_plugins.ts";
import {
  type HealthListener,
  PluginHealth,
} from "../../../src/execution/health/plugin_health.ts";

const ERROR = new TypeError("no");
const LOAD_ERROR = new PluginError("LOAD_FAILED", "no");
const NOT_OF_REQUEST = { ofRequest: false };

/** A health that notes what it tells. */
function listened(limit: number) {
  const told: string[] = [];
  const listener: HealthListener = {
    limit,
    failed: ({ kind }) => told.push(kind),
    failedTooOften: ({ kind }) => told.push(`too many: ${kind}`),
    actionsFail: () => told.push("actions fail"),
    loaded: () => told.push("loaded"),
    recovered: () => told.push("recovered"),
  };
  return { health: new PluginHealth(listener), told };
}

Deno.test("actionFailed() never sets a plugin aside", () => {
  const { health, told } = listened(2);
  health.action("a").calls = 1;
  health.hasAnswered = true;
  for (let failure = 0; failure < 100; failure++) {
    health.action("a").calls++;
    health.actionFailed("a", ERROR);
  }
  assertEquals(new Set(told), new Set(["action"]));
  assertEquals(health.report().actions.a?.failures, 100);
  assertEquals(health.degraded, true);
});

Deno.test("actionFailed() tells when nothing but failures has been seen", () => {
  const { health, told } = listened(2);
  for (let failure = 0; failure < 4; failure++) health.actionFailed("a", ERROR);
  assertEquals(told.filter((it) => it !== "action").length, 2);
  health.hasAnswered = true;
  for (let failure = 0; failure < 4; failure++) health.actionFailed("a", ERROR);
  assertEquals(told.filter((it) => it !== "action").length, 2);
});

Deno.test("hookFailed() tells after so many events in a row", () => {
  const { health, told } = listened(3);
  const tooMany = () => told.filter((it) => it === "too many: hook").length;
  health.hookFailed("e", ERROR);
  health.hookFailed("e", ERROR);
  health.hookSucceeded();
  health.hookFailed("e", ERROR);
  health.hookFailed("e", ERROR);
  assertEquals(tooMany(), 0);
  health.hookFailed("other", ERROR);
  assertEquals(tooMany(), 1);
});

Deno.test("failedLate() and crashed() count where no request is behind them", () => {
  for (const what of ["failedLate", "crashed"] as const) {
    const { health, told } = listened(2);
    for (let i = 0; i < 9; i++) health[what](ERROR, { ofRequest: true });
    assertEquals(told.filter((it) => it.startsWith("too")), []);
    assertEquals(health.degraded, true);
    health[what](ERROR, NOT_OF_REQUEST);
    health[what](ERROR, NOT_OF_REQUEST);
    assertEquals(told.filter((it) => it.startsWith("too")).length, 1);
  }
});

Deno.test("failedLate() forgets what is long ago", () => {
  using time = new FakeTime();
  const { health, told } = listened(2);
  for (let i = 0; i < 5; i++) {
    health.failedLate(ERROR, NOT_OF_REQUEST);
    time.tick(601_000);
  }
  assertEquals(told.filter((it) => it.startsWith("too")), []);
  assertEquals(health.degraded, false);
});

Deno.test("the host's trouble is no failure of the plugin's", () => {
  const { health, told } = listened(1);
  const full = new PluginError("STORE_FAILED", "full", { status: 503 });
  const wrapped = new Error("sorry", { cause: full });
  health.action("a").calls = 1;
  health.actionFailed("a", wrapped);
  health.hookFailed("e", wrapped);
  health.loadFinished(new PluginError("LOAD_FAILED", "x", { cause: full }));
  health.failedLate(full, NOT_OF_REQUEST);
  assertEquals(told, ["action", "hook", "load", "late"]);
  assertEquals(health.report().actions.a?.failures, 0);
  assertEquals(health.report().lastError, undefined);
});

Deno.test("beginTrial() makes the next failure that counts one too many", () => {
  const { health, told } = listened(5);
  health.beginTrial();
  assertEquals(health.degraded, true);
  health.actionFailed("a", ERROR);
  health.hookFailed("e", ERROR);
  assertEquals(told, ["action", "hook", "too many: hook"]);
});

Deno.test("a hook that works ends the trial", () => {
  const { health, told } = listened(5);
  health.beginTrial();
  health.hookSucceeded();
  health.hookFailed("e", ERROR);
  assertEquals(told, ["recovered", "hook"]);
});

Deno.test("loadFinished() tells after so many loads in a row", () => {
  const { health, told } = listened(2);
  health.loadFinished(LOAD_ERROR);
  health.loadFinished(5);
  health.loadFinished(LOAD_ERROR);
  assertEquals(told, ["load", "loaded", "load"]);
  health.loadFinished(LOAD_ERROR);
  assertEquals(told.at(-1), "too many: load");
});

Deno.test("nothing is too much without a limit", () => {
  const { health, told } = listened(0);
  for (let i = 0; i < 100; i++) {
    health.failedLate(ERROR, NOT_OF_REQUEST);
    health.actionFailed("a", ERROR);
  }
  assertEquals(new Set(told), new Set(["late", "action"]));
  assertEquals(health.report().lateErrors, 100);
});

Deno.test("failureRate looks back at the last 32 calls", () => {
  const { health } = listened(0);
  const stats = health.action("a");
  for (let call = 0; call < 100; call++) {
    stats.calls++;
    if (call < 50) health.actionFailed("a", ERROR);
  }
  assertEquals([health.report().failureRate, health.degraded], [0, false]);
  for (let call = 0; call < 8; call++) {
    stats.calls++;
    health.actionFailed("a", ERROR);
  }
  assertEquals([health.report().failureRate, health.degraded], [0.25, true]);
});

Deno.test("a health that is not in the book sets nobody aside", () => {
  const ids: (readonly [number, boolean])[] = [];
  const tooMany: number[] = [];
  const listener: HealthBookListener = {
    limit: 1,
    failed: (id, { inPlace }) => ids.push([id, inPlace]),
    failedTooOften: (id) => tooMany.push(id),
    actionsFail: () => {},
    loaded: () => {},
    recovered: () => {},
  };
  const book = new HealthBook(listener);
  book.of(1);
  const trial = book.fresh(1);
  trial.failedLate(ERROR, NOT_OF_REQUEST);
  assertEquals([ids, tooMany], [[[1, false]], []]);
  book.put(1, trial);
  trial.failedLate(ERROR, NOT_OF_REQUEST);
  assertEquals([ids.length, tooMany], [2, [1]]);
  book.forget(1);
  assertEquals(book.peek(1), undefined);
});
