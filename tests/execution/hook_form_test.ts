// deno-lint-ignore-file no-explicit-any -- text is what counts.
import { assertEquals } from "@std/assert";
import { hookForm } from "../../src/execution/reads_payload.ts";

/** Source text as plugins bring it, without a formatter in between. */
function formOf(source: string): string {
  return hookForm(new Function(`return ({ hook: ${source} }).hook`)());
}

Deno.test("hookForm() sees hooks that only read the payload", () => {
  for (
    const source of [
      "(container, { logger }) => { logger.info(`up: ${container.id}`) }",
      "async (container, { logger, table }) => { await table.insert({ id: container.id }) }",
      "c => c.id",
      "async c=>c.id",
      "function (c, x) { return c?.labels?.a + c.name.length }",
      "async function start(c) { if (c.state === 'running') return c.id }",
      "c => c.a == 1 && c.b => 2".replace("=> 2", ">= 2"),
      "() => 1".replace("()", "(c)"),
      "(c) => { const loggers = c.loggers; return c.tableau }",
    ]
  ) assertEquals([source, formOf(source)], [source, "reads"]);
});

Deno.test("hookForm() sees hooks that take the three names apart", () => {
  for (
    const source of [
      "({ container, logger }) => logger.info(container.id)",
      "async ({container:c,table}) => table.insert(c)",
      "function ({ logger, }) {}",
      "({}) => 1",
    ]
  ) assertEquals([source, formOf(source)], [source, "takesApart"]);
});

Deno.test("hookForm() leaves all else in doubt", () => {
  for (
    const source of [
      "(c) => c.logger.info('x')",
      "(c) => c?.container",
      "(c) => c . table",
      "(c) => c['logger']",
      "(c) => help(c)",
      "(c) => ({ c })",
      "(c) => ({ ...c })",
      "(c) => { const { logger } = c }",
      "(c) => { c.name = 1 }",
      "(c) => { c.count += 1 }",
      "(c) => { c.count ??= 1 }",
      "(c) => { c.count++ }",
      "(c) => { ++c.count }",
      "(c) => { -- c.count }",
      "(c) => { delete c.count }",
      "(c) => { c.count /* x */ = 1 }",
      "(c) => { setTimeout(() => c) }",
      "(c) => `${c}`",
      "(c) => \\u0063",
      "(c = {}) => c.id",
      "(...c) => c[0].logger",
      "function (c) { return arguments[0] }",
      "(c) => eval('c')",
      "({ container, ...rest }) => rest",
      "({ container, id }) => id",
      "({ container = 1 }) => container",
      "({ container: { id } }) => id",
      "([a]) => a",
      "() => 1",
      "((c) => c.logger).bind(null)",
      "(größe) => größe.logger",
      `(c) => { c.${"x".repeat(200)} = 1 }`,
    ]
  ) assertEquals([source, formOf(source)], [source, "any"]);
});

Deno.test("hookForm() reads methods with quoted names", () => {
  const events = {
    "container:started"(container: any) {
      return container.id;
    },
    async onContainerStop(container: any) {
      return await container.id;
    },
  };
  assertEquals(Object.values(events).map(hookForm), ["reads", "reads"]);
});

Deno.test("hookForm() is in doubt about assignments by destructuring", () => {
  for (
    const source of [
      "(c) => { [c.name] = names; }",
      "(c) => { ({ name: c.name } = other); }",
      "(c) => { for (c.name of names) seen(); }",
    ]
  ) assertEquals(formOf(source), "any", source);
});
