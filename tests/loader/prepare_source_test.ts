import {
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { PluginError } from "../../src/shared/errors.ts";
import { PluginLoader, prepareSource } from "../../src/loader/mod.ts";
import { readableStack } from "../../src/shared/readable_stack.ts";
import {
  initOf,
  loadOne,
  returning,
  source,
  sourceMapComment,
} from "./sources.ts";

const FIXTURE = import.meta.resolve("./fixtures/bun_env.ts");

const loader = new PluginLoader();

function prepared(code: string) {
  return prepareSource(source(code));
}

Deno.test("prepareSource() leaves ordinary code as it is", () => {
  const texts = [
    `const s = "import.meta.require";`,
    `// import.meta.require("fs")\nconst { url } = import.meta, require = 1;`,
    `const Bun = 1; export default { name: "// @bun" };`,
    `import.meta.require = 1;`,
    "export const a = ;",
  ];
  for (const code of texts) assertEquals(prepared(code).code, code);
});

Deno.test("prepareSource() tells which modules reach out", () => {
  const reaching = [
    `import { z } from "zod";`,
    `import"npm:zod"`,
    `export * from 'jsr:@std/yaml';`,
    `import("https://example.com/a.js")`,
    `import data from "./data.json" with { type: "json" };`,
    'import x from "zod"; }{',
  ];
  const alone = [
    `import { join } from "node:path"; export * from "node:fs"; import("node:os");`,
    `const text = 'import "zod"';`,
    `// import { z } from "zod";\nArray.from("abc");`,
    `const { url } = import.meta;`,
  ];
  for (const code of reaching) {
    assertEquals(prepared(code).reachesOut, true, code);
  }
  for (const code of alone) {
    assertEquals(prepared(code).reachesOut, false, code);
  }
});

Deno.test("prepareSource() keeps the number of every line", () => {
  const line = fc.constantFrom(
    "",
    "// @bun",
    "#!x",
    "const a = 1;",
    "import.meta.require('fs');",
    "'\u2028'",
  );
  const lines = fc.array(line).chain((it) =>
    fc.constantFrom("\n", "\r\n").map((end) => it.join(end))
  );
  fc.assert(fc.property(lines, (code) => {
    assertEquals(
      prepared(code).code.split("\n").length,
      code.split("\n").length,
    );
  }));
});

Deno.test("a bundle made for Bun finds what it expects", async () => {
  const code = `// @bun
    const fs = import.meta.require("fs"), path = import.meta.require("node:path");
    ${
    returning(
      `[typeof fs.readFileSync, path.basename("/a/b"), Bun.version, typeof globalThis.Bun, "serve" in Bun]`,
    )
  }`;
  assertEquals(await initOf(loadOne(loader, code)), [
    "function",
    "b",
    "1.4.0",
    "undefined",
    false,
  ]);
});

Deno.test("a bundle made for Bun is known by its use of import.meta.require", async () => {
  const code = returning("typeof import.meta /* so */ . require");
  assertEquals(await initOf(loadOne(loader, code)), "undefined");
  const used = returning(`typeof import.meta.require("fs").readFileSync`);
  assertEquals(await initOf(loadOne(loader, used)), "function");
});

Deno.test("a bundle made for Bun reads and writes the environment", async () => {
  const name = "DOCKSTAT_LOADER_TEST";
  const code = `// @bun\n${
    returning(
      `[Bun.env.${name}, "${name}" in Bun.env, { ...Bun.env }.${name}, (Bun.env.${name} = "b", Bun.env.${name}), delete Bun.env.${name}, Bun.env.${name}]`,
    )
  }`;
  Deno.env.set(name, "a");
  assertEquals(await initOf(loadOne(loader, code)), [
    "a",
    true,
    "a",
    "b",
    true,
    undefined,
  ]);
});

Deno.test("a bundle made for Bun keeps its lines", async () => {
  const hashbang = `#!/usr/bin/env bun\r\n// @bun\r\n`;
  for (const head of ["// @bun\n\n", hashbang, `\uFEFF// @bun @bytecode\n\n`]) {
    const code = `${head}${
      returning("fail()", `function fail() { throw new Error(Bun.version); } `)
    }`;
    const error = await assertRejects(() => initOf(loadOne(loader, code)));
    assertStringIncludes(readableStack(error), "my-plugin@1.0.0:3:25");
  }
});

Deno.test("a bundle made for Bun fails by name at what only Bun has", async () => {
  const uses = {
    "Bun.serve": "Bun.serve({})",
    "Bun.file": "const { file } = Bun",
    "Bun.x": "Bun.x = 1",
    "bun:ffi": `import.meta.require("bun:ffi")`,
  };
  for (const [name, use] of Object.entries(uses)) {
    const code = `// @bun\n${use};\n${returning("1")}`;
    const error = await assertRejects(() => loadOne(loader, code), PluginError);
    assertEquals(error.code, "LOAD_FAILED");
    assertEquals(
      error.message,
      `Cannot load plugin "my-plugin@1.0.0": Cannot use "${name}": it exists on Bun only, so the bundle must be rebuilt for Deno`,
    );
  }
});

Deno.test("prepareSource() refuses bundles that import Bun's modules", () => {
  for (const name of ["bun", "bun:sqlite"]) {
    const code = `// @bun\nimport { x } from "${name}";`;
    const error = assertThrows(() => prepared(code), PluginError);
    assertEquals([error.code, error.pluginId], ["LOAD_FAILED", 1]);
    assertMatch(
      error.message,
      new RegExp(`it imports "${name}".*rebuild it for Deno`),
    );
  }
});

Deno.test("prepareSource() refuses CommonJS bundles", () => {
  const code = "// @bun @bun-cjs\n(function(exports, require) {})";
  const error = assertThrows(() => prepared(code), PluginError);
  assertMatch(error.message, /it is a CommonJS bundle.*as an ES module/);
});

Deno.test("prepareSource() drops the original text from source maps", () => {
  const { code } = prepared(
    `a;\n${sourceMapComment("a.ts", { charset: true })}\n`,
  );
  const [, data] = /^a;\n.*application\/json;base64,(\S+)$/.exec(code)!;
  assertEquals(JSON.parse(atob(data!)), {
    version: 3,
    sources: ["0.js"],
    names: [],
    mappings: "AAIA;AACA;AACA;AACA;AACA",
  });
});

Deno.test("prepareSource() drops malformed source maps", () => {
  const comment = "//# sourceMappingURL=data:application/json";
  for (const map of [";base64,e30=", ";base64,!", ",%7B", ",{}"]) {
    assertEquals(prepared(`a;\n${comment}${map}`).code, "a;\n");
  }
  const within = `const s = "${comment},{}";\nb;`;
  assertEquals(prepared(within).code, within);
});

Deno.test({
  name: "a bundle made for Bun loads without permission for the environment",
  permissions: { read: true, run: [Deno.execPath()] },
  async fn() {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", FIXTURE],
      env: { DOCKSTAT_LOADER_TEST: "secret" },
    }).output();
    const text = new TextDecoder();
    assertEquals(
      text.decode(output.stdout),
      `[null,false,[]]\n`,
      text.decode(output.stderr),
    );
  },
});
