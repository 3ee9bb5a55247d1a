import { configure, type LogRecord, reset } from "@logtape/logtape";
import { PluginError } from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { get, inMemory, save } from "../handler/plugins.ts";

const FRAME = /shop@1\.2\.3:\d+:\d+/;
const ADDRESS = /blob:null|data:text|data:application/;

const FAILS = `export default { config: {
  actions: {
    fail: () => { throw new TypeError("out of stock"); },
  },
  apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } },
}, cleanup() { throw new Error("no cleanup"); } };`;

/** Every text that an error and its causes carry. */
function textsOf(error: unknown): string {
  const texts: string[] = [];
  for (let it = error; it instanceof Error; it = it.cause) {
    texts.push(it.message, it.stack ?? "");
  }
  return texts.join("\n");
}

for (const importer of ["blob", "data"] as const) {
  Deno.test(`ACTION_FAILED shows the plugin's name and line (${importer})`, {
    permissions: "none",
  }, async () => {
    await using handler = inMemory({ importer });
    const id = save(handler, "shop", FAILS, { version: "1.2.3" });
    await handler.loadPlugin(id);
    const error = await assertRejects(
      () => handler.handleRoute(id, "/fail", get()),
      PluginError,
      "out of stock",
    );
    assert(error.cause instanceof TypeError);
    assertMatch(error.cause.stack!, /shop@1\.2\.3:3:\d+/);
    assert(!ADDRESS.test(textsOf(error)), textsOf(error));
  });

  Deno.test(`LOAD_FAILED shows the plugin's name and line (${importer})`, {
    permissions: "none",
  }, async () => {
    await using handler = inMemory({ importer });
    for (
      const [index, source] of [
        `\n\nthrow new Error("at the top");`,
        `\nexport default {{`,
        `export default { init() {\n throw new Error("in init"); } };`,
        `import "./missing.ts";`,
      ].entries()
    ) {
      const version = "1.2.3";
      const id = save(handler, index ? `shop${index}` : "shop", source, {
        version,
      });
      const error = await assertRejects(
        () => handler.loadPlugin(id),
        PluginError,
      );
      assertEquals(error.code, "LOAD_FAILED");
      assert(!ADDRESS.test(textsOf(error)), textsOf(error));
      assertMatch(textsOf(error), /shop\d?@1\.2\.3:\d+:\d+/);
      assert(!ADDRESS.test(handler.getHealth(id).lastError!));
    }
  });
}

Deno.test("problem details name the plugin in their stack, where exposed", {
  permissions: "none",
}, async () => {
  for (const exposeStacks of [true, false]) {
    await using handler = inMemory({ exposeStacks });
    const id = save(handler, "shop", FAILS, { version: "1.2.3" });
    await handler.loadPlugin(id);
    const response = await handler.fetch(
      new Request("http://localhost/plugins/shop/routes/fail"),
    );
    const text = await response.text();
    assertEquals(response.status, 500);
    assertEquals(FRAME.test(text), exposeStacks);
    assert(!ADDRESS.test(text), text);
  }
});

Deno.test("errors in logs carry the plugin's name in their stacks", {
  permissions: "none",
}, async () => {
  const records: LogRecord[] = [];
  await configure({
    sinks: { list: (record) => void records.push(record) },
    loggers: [{ category: ["plugin-handler"], sinks: ["list"] }, {
      category: ["logtape", "meta"],
      sinks: [],
    }],
  });
  try {
    const handler = inMemory();
    const id = save(handler, "shop", FAILS, { version: "1.2.3" });
    await handler.loadPlugin(id);
    await handler.close();
  } finally {
    await reset();
  }
  const errors = records.flatMap(({ properties }) => properties.error ?? []);
  assertEquals(errors.length, 1);
  assertStringIncludes(textsOf(errors[0]), "no cleanup");
  assertMatch(textsOf(errors[0]), FRAME);
  assert(!ADDRESS.test(textsOf(errors[0])));
});
