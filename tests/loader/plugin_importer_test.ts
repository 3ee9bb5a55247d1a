import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { PluginError } from "../../src/shared/errors.ts";
import {
  createImporter,
  type ImportedPlugin,
  type ImporterName,
  loadSources,
  PluginLoader,
} from "../../src/loader/mod.ts";
import { readableStack } from "../../src/shared/stack/readable_stack.ts";
import { FORMS } from "./module_forms.ts";
import {
  initOf,
  loadOne,
  returning,
  source,
  sourceMapComment,
} from "./sources.ts";

/** Every importer has to pass everything in this file. */
const IMPORTERS: readonly ImporterName[] = ["blob", "data"];

for (const name of IMPORTERS) {
  const loader = new PluginLoader({ importer: name });

  Deno.test(`${name} importer names itself`, () => {
    assertEquals(createImporter(name).name, name);
  });

  for (const [what, code, expected] of FORMS) {
    Deno.test(`${name} importer imports ${what}`, async () => {
      assertEquals(await initOf(loadOne(loader, code)), expected);
    });
  }

  Deno.test(`${name} importer imports 5 MB of source text`, async () => {
    const text = `// ${"x".repeat(97)}\n`.repeat(50_000);
    assertEquals(await initOf(loadOne(loader, text + returning("1"))), 1);
  });

  Deno.test(`${name} importer imports TypeScript`, async () => {
    const code = `import type { A } from "./a.ts";
      enum Level { Low = 3 }
      export const name: string = "p";
      export const init = (): number => Level.Low satisfies number;`;
    const loaded = loadOne(loader, code, { language: "typescript" });
    assertEquals(await initOf(loaded), 3);
  });

  Deno.test(`${name} importer makes two instances of the same code`, async () => {
    const code = returning("++count", "let count = 0;");
    const [first, second] = await loadAll(loader, [code, code]);
    assertNotStrictEquals(first!.definition, second!.definition);
    for (const it of [first!, first!, second!]) {
      (it.definition.init as () => unknown)();
    }
    assertEquals((first!.definition.init as () => unknown)(), 3);
    assertEquals((second!.definition.init as () => unknown)(), 2);
  });

  Deno.test(`${name} importer keeps failures apart`, async () => {
    const codes = [
      returning("1"),
      "export const a = ;",
      `throw new Error("thrown at the top");`,
      `import "not-in-the-import-map";`,
      `import "./relative.js";`,
      "with ({}) {}",
      "const a = 1; const a = 2;",
      "undeclared = 1;",
      `export { missing } from "node:path";`,
      returning("2"),
    ];
    const settled = await Promise.allSettled(
      loadSources(loader, codes.map(toSource)),
    );
    const failed = codes.slice(1, -1).map((_, index) => index + 2);
    assertEquals(
      settled.map((it) => it.status === "rejected" ? it.reason.pluginId : 0),
      [0, ...failed, 0],
    );
    for (const it of settled) {
      if (it.status !== "rejected") continue;
      assertEquals(it.reason.code, "LOAD_FAILED");
      assert(it.reason.cause instanceof Error, String(it.reason.cause));
      assertEquals(
        /blob:|data:|dockstat-/.exec(readableStack(it.reason)),
        null,
      );
    }
  });

  Deno.test(`${name} importer leaves a module that never finishes pending`, async () => {
    const key = crypto.randomUUID();
    const hanging = `await new Promise((done) => globalThis[${
      JSON.stringify(key)
    }] = done); ${returning("1")}`;
    const [stuck, fine] = loadSources(loader, [
      source(hanging),
      source(returning("2")),
    ]);
    let settled = false;
    stuck!.finally(() => settled = true);
    assertEquals(await initOf(fine!), 2);
    assertEquals(settled, false);
    Reflect.get(globalThis, key)();
    assertEquals(await initOf(stuck!), 1);
    Reflect.deleteProperty(globalThis, key);
  });

  Deno.test(`${name} importer does not wait for what another reaches out for`, async () => {
    const script = new URL("fixtures/reaching_out.ts", import.meta.url);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-all", "--no-lock", script.href, name],
      stderr: "inherit",
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "2\n1\n");
  });

  Deno.test(`${name} importer shows the plugin's own lines`, async () => {
    const code = returning(
      "fail()",
      `\nfunction fail() {\n  throw new Error("x");\n}\n`,
    );
    const error = await assertRejects(() => initOf(loadOne(loader, code)));
    assertStringIncludes(readableStack(error), "my-plugin@1.0.0:3:9");
  });

  Deno.test(`${name} importer shows TypeScript's own lines`, async () => {
    const code =
      `interface A {\n  a: string;\n}\nexport const name = "p";\nexport const init = () => {\n  throw new Error("x");\n};`;
    const loaded = loadOne(loader, code, { language: "typescript" });
    const error = await assertRejects(() => initOf(loaded));
    assertStringIncludes(readableStack(error), "my-plugin@1.0.0:6:9");
  });

  Deno.test(`${name} importer shows the lines of an inline source map`, async () => {
    const code =
      `export const name = "p";\nexport function init() {\n  throw new Error("x");\n}\n`;
    const sources = {
      "../src/index.ts": "src/index.ts",
      "webpack://app/./a.ts": "app/a.ts",
      "file:///home/me/a.ts": "home/me/a.ts",
    };
    for (const [original, shown] of Object.entries(sources)) {
      const mapped = code + sourceMapComment(original);
      const error = await assertRejects(() => initOf(loadOne(loader, mapped)));
      assertStringIncludes(
        readableStack(error),
        `my-plugin@1.0.0/${shown}:7:1`,
      );
    }
  });

  Deno.test(`${name} importer imports a batch larger than its batches`, async () => {
    const codes = Array.from(
      { length: 1_050 },
      (_, index) => returning(`${index}`),
    );
    const loaded = await loadAll(loader, codes);
    assertEquals(loaded.length, 1_050);
    assertEquals((loaded.at(-1)!.definition.init as () => unknown)(), 1_049);
    assertEquals(
      loaded.map(({ definition }) => definition.id),
      codes.map((_, index) => index + 1),
    );
  });

  Deno.test(`${name} importer imports nothing when asked for nothing`, () => {
    assertEquals(loadSources(loader, []), []);
  });

  Deno.test(`${name} importer wraps what is thrown that is no error`, async () => {
    const error = await assertRejects(
      () => loadOne(loader, "throw undefined;"),
      PluginError,
    );
    assertEquals([error.code, error.cause], ["LOAD_FAILED", undefined]);
    assertEquals(
      error.message,
      `Cannot load plugin "my-plugin@1.0.0": undefined`,
    );
  });
}

function toSource(code: string, index: number) {
  return source(code, { id: index + 1 });
}

function loadAll(
  loader: PluginLoader,
  codes: readonly string[],
): Promise<ImportedPlugin[]> {
  return Promise.all(loadSources(loader, codes.map(toSource)));
}
