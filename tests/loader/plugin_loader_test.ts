import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import {
  createImporter,
  loadSources,
  PluginLoader,
} from "../../src/loader/mod.ts";
import { loadOne, returning, source } from "./sources.ts";

Deno.test("PluginLoader.load() wraps errors of this library that code throws", async () => {
  const inner = new PluginError("STORE_FAILED", "from within");
  const key = crypto.randomUUID();
  Reflect.set(globalThis, key, inner);
  const code = `throw globalThis[${JSON.stringify(key)}];`;
  const error = await assertRejects(
    () => loadOne(new PluginLoader(), code, { id: 4 }),
    PluginError,
  );
  assertEquals([error.code, error.pluginId], ["LOAD_FAILED", 4]);
  assertStrictEquals(error.cause, inner);
  Reflect.deleteProperty(globalThis, key);
});

Deno.test("PluginLoader.load() leaves no unhandled rejection where nobody waits", async () => {
  const key = crypto.randomUUID();
  const ready = Promise.withResolvers<(error: unknown) => void>();
  Reflect.set(globalThis, key, ready.resolve);
  const code =
    `await new Promise((_, reject) => globalThis["${key}"](reject));`;
  const [abandoned] = loadSources(new PluginLoader(), [source(code)]);
  const reject = await ready.promise;
  const unhandled: unknown[] = [];
  const onUnhandled = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", onUnhandled);
  reject(new TypeError("late"));
  await new Promise((done) => setTimeout(done, 0));
  removeEventListener("unhandledrejection", onUnhandled);
  Reflect.deleteProperty(globalThis, key);
  assertEquals(unhandled, []);
  await assertRejects(() => abandoned!, PluginError, "late");
});

Deno.test("PluginLoader.load() takes an importer of the caller's own", async () => {
  const importer = createImporter("data");
  const { definition } = await loadOne(
    new PluginLoader({ importer }),
    returning("1"),
    { id: 8 },
  );
  assertEquals([definition.id, definition.name], [8, "p"]);
});

Deno.test("the blob importer revokes its addresses", async () => {
  const [module] = createImporter("blob").import([
    {
      plugin: { id: 1, name: "p", version: "1.0.0" },
      code: "export const a = 1;",
      sourcesKey: "s0",
      shifts: [],
      language: "javascript",
      reachesOut: false,
    },
  ]);
  const url = `blob:null/${module!.key}`;
  assertEquals(await (await fetch(url)).text(), "export const a = 1;");
  assertEquals((await module!.evaluate()).a, 1);
  await assertRejects(() => fetch(url), TypeError);
});
