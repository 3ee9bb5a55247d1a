import { assertEquals } from "@std/assert";
import { HealthBook } from "../../src/execution/health_book.ts";
import { PluginHealth } from "../../src/execution/plugin_health.ts";

const ERROR = new TypeError("no");

Deno.test("failed() calls back at the limit, and counts anew after it", () => {
  const errors: unknown[] = [];
  const health = new PluginHealth(3, (error) => errors.push(error));
  for (let failure = 0; failure < 5; failure++) health.failed(ERROR);
  assertEquals(errors, [ERROR]);
  health.failed(ERROR);
  assertEquals(errors.length, 2);
});

Deno.test("succeeded() ends a row of failures", () => {
  const errors: unknown[] = [];
  const health = new PluginHealth(2, (error) => errors.push(error));
  for (let failure = 0; failure < 5; failure++) {
    health.failed(ERROR);
    health.succeeded();
  }
  assertEquals(errors, []);
  assertEquals(health.report().lastError, "no");
});

Deno.test("failed() never calls back without a limit", () => {
  const errors: unknown[] = [];
  const health = new PluginHealth(0, (error) => errors.push(error));
  for (let failure = 0; failure < 100; failure++) health.failedLate(ERROR);
  assertEquals(errors, []);
  assertEquals(health.report().lateErrors, 100);
});

Deno.test("a health that is not in the book sets nobody aside", () => {
  const ids: number[] = [];
  const book = new HealthBook(1, (id) => ids.push(id));
  book.of(1);
  const trial = book.fresh(1);
  trial.failed(ERROR);
  assertEquals(ids, []);
  book.put(1, trial);
  trial.failed(ERROR);
  assertEquals(ids, [1]);
  book.forget(1);
  assertEquals(book.peek(1), undefined);
});
