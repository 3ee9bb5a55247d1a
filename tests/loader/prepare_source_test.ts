import { builtinModules } from "node:module";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import fc from "fast-check";
import { PluginHandler } from "../../mod.ts";
import { PluginError } from "../../src/shared/errors.ts";
import { isBareBuiltin } from "../../src/loader/source/builtin_modules.ts";
import { PluginLoader, prepareSource } from "../../src/loader/mod.ts";
import { readableStack } from "../../src/shared/stack/readable_stack.ts";
import {
  initOf,
  loadOne,
  returning,
  source,
  sourceMapComment,
} from "./sources.ts";

const FIXTURE = import.meta.resolve("./fixtures/bun_env.ts");

/** What this Deno has under a bare name. */
const BUILTINS = builtinModules.filter((name) => !name.startsWith("node:"));

const loader = new PluginLoader();

function prepared(code: string) {
  return prepareSource(source(code));
}

Deno.test("prepareSource() leaves ordinary code as it is", async () => {
  const texts = [
    `const s = "import.meta.require";`,
    `// import.meta.require("fs")\nconst require = 1;`,
    `const here = import.meta.url, isMain = import.meta.main;`,
    `import.meta.require = 1;`,
    `const Bun = 1; export default { name: "// @bun" };`,
    "export const a = ;",
  ];
  for (const code of texts) {
    assertEquals((await prepared(code)).code, code);
  }
});

Deno.test("prepareSource() tells which modules reach out", async () => {
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
    assertEquals((await prepared(code)).reachesOut, true, code);
  }
  for (const code of alone) {
    assertEquals((await prepared(code)).reachesOut, false, code);
  }
});

Deno.test("prepareSource() keeps the number of every line", async () => {
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
  await fc.assert(fc.asyncProperty(lines, async (code) => {
    assertEquals(
      (await prepared(code)).code.split("\n").length,
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

const FOR_BUN = [
  "Bun.version",
  "Bun?.version",
  `Bun["version"]`,
  "Bun\n  .version",
  "(Bun.semver?.satisfies, Bun.env, Bun.nope, Bun.version)",
  "[...Bun.version].join('')",
  `1 &&\n  // Bun has it\n  /**\n   * Bun, not Deno\n   */\n  Bun.version`,
];

for (const use of FOR_BUN) {
  Deno.test(`code finds Bun that takes it for granted: ${use}`, async () => {
    const version = await initOf(loadOne(loader, returning(use)));
    assertEquals(version, "1.4.0");
  });
}

const OF_ITS_OWN = [
  "typeof Bun === 'undefined' ? 1 : Bun.version",
  "((Bun) => Bun.version)({ version: 1 })",
  "(function () { const Bun = { version: 1 }; return Bun.version; })()",
  "(function () { const { Bun } = { Bun: { version: 1 } }; return Bun.version; })()",
  "globalThis.Bun === undefined ? 1 : globalThis.Bun.version",
  "globalThis.Bun?.version ?? 1",
  "{ Bun: 1 }.Bun",
  "'Bun.version' && 1",
  '"see Bun.sh" && 1',
];

for (const use of OF_ITS_OWN) {
  Deno.test(`code finds no Bun that has its own or asks first: ${use}`, async () => {
    assertEquals(await initOf(loadOne(loader, returning(`(${use})`))), 1);
  });
}

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

Deno.test("a bundle made for Bun finds undefined where Bun has more", async () => {
  const code = `// @bun\n${
    returning(
      `[Bun.file, Bun.semver?.satisfies, Bun[Symbol.iterator], (Bun.x = 1, Bun.x), import.meta.dir, import.meta.file, import.meta.env === Bun.env]`,
    )
  }`;
  assertEquals(await initOf(loadOne(loader, code)), [
    undefined,
    undefined,
    undefined,
    1,
    "/dockstat-plugins/1/my-plugin/1.0.0",
    "index.js",
    true,
  ]);
});

Deno.test("a bundle made for Bun says what to do about what only Bun has", async () => {
  const uses = {
    "Bun.serve": ["Bun.serve({})", "rebuild the bundle for Deno"],
    "bun:ffi": [
      `import.meta.require("bun:ffi")`,
      "the bundle must be rebuilt for Deno",
    ],
  };
  for (const [name, [use, advice]] of Object.entries(uses)) {
    const code = `// @bun\n${use};\n${returning("1")}`;
    const error = await assertRejects(() => loadOne(loader, code), PluginError);
    assertEquals(error.code, "LOAD_FAILED");
    assertStringIncludes(error.message, name);
    assertStringIncludes(error.message, advice!);
  }
});

Deno.test("prepareSource() names built-in modules as the runtime does", async () => {
  const code = [
    `import tty from "tty";import{readFile}from'fs/promises'`,
    `export * as path from "path";`,
    'const os = await import("os"), util = await import(/* why */ `util`);',
    `import/* bare */"events"; // import "net";`,
    `const text = 'import x from "fs"';`,
    `import own from "./tty"; import scoped from "@a/tty"; import f from "node:fs";`,
  ].join("\n");
  assertEquals(
    (await prepared(code)).code,
    [
      `import tty from "node:tty";import{readFile}from'node:fs/promises'`,
      `export * as path from "node:path";`,
      'const os = await import("node:os"), util = await import(/* why */ `node:util`);',
      `import/* bare */"node:events"; // import "net";`,
      `const text = 'import x from "fs"';`,
      `import own from "./tty"; import scoped from "@a/tty"; import f from "node:fs";`,
    ].join("\n"),
  );
});

Deno.test("prepareSource() names no module that the runtime lacks", async () => {
  const names = [...BUILTINS].filter((name) => !isBareBuiltin(name));
  assertEquals(names, []);
  const code = BUILTINS.map((name) => `import "${name}";`).join("") +
    returning("1");
  assertEquals(await initOf(loadOne(loader, code)), 1);
});

Deno.test("prepareSource() gives modules an address of their own", async () => {
  const code = returning(
    `[import.meta.url, import.meta.dirname, import.meta.filename, new URL("./x", import.meta.url).href, import.meta.resolve("../y"), import.meta.resolve("fs"), createRequire(import.meta.url)("path").basename("/a/b"), fileURLToPath(import.meta.url)]`,
    `import { createRequire } from "module"; import { fileURLToPath } from "url";`,
  );
  const folder = "/dockstat-plugins/1/my-plugin/1.0.0";
  assertEquals(await initOf(loadOne(loader, code)), [
    `file://${folder}/index.js`,
    folder,
    `${folder}/index.js`,
    `file://${folder}/x`,
    `file:///dockstat-plugins/1/my-plugin/y`,
    "node:fs",
    "b",
    `${folder}/index.js`,
  ]);
});

Deno.test("prepareSource() gives an address to every use that may need one", async () => {
  const uses = [
    "import.meta.dirname",
    "import.meta?.filename",
    "import.meta.resolve",
    `import.meta["url"]`,
    "(({ url }) => url)(import.meta)",
    `new URL("./x", import.meta.url)`,
    "new URL(String('x'), import.meta.url)",
    "((url) => new URL('./x', url))(import.meta.url)",
    "new URL(import.meta.url).pathname",
  ];
  for (const use of uses) {
    const place = await initOf(loadOne(loader, returning(`String(${use})`)));
    assertMatch(`${place}`, /dockstat-plugins|=>/, use);
  }
});

Deno.test("prepareSource() keeps odd names out of a module's address", async () => {
  const code = returning("import.meta.dirname");
  const name = `"a/../b';\n${"\u2028"}%#?`;
  const url = await initOf(loadOne(loader, code, { name, version: ".." }));
  assertEquals(url, "/dockstat-plugins/1/-a-..-b-/-");
});

Deno.test("prepareSource() refuses bundles that import Bun's modules", async () => {
  for (const name of ["bun", "bun:sqlite"]) {
    const code = `// @bun\nimport { x } from "${name}";`;
    const error = await assertRejects(() => prepared(code), PluginError);
    assertEquals([error.code, error.pluginId], ["LOAD_FAILED", 1]);
    assertMatch(
      error.message,
      new RegExp(`it imports "${name}".*rebuild it for Deno`),
    );
  }
});

Deno.test("prepareSource() refuses modules that are promises to whoever imports them", async () => {
  for (const how of ["function then() {}", "async function then() {}"]) {
    const code = `export const name = "p"; export ${how}`;
    const error = await assertRejects(() => prepared(code), PluginError);
    assertEquals(error.code, "INVALID_PLUGIN");
    assertMatch(error.message, /exports a function "then".*rename/);
  }
  const own = `function then() {} export const name = "p", init = then;`;
  assertEquals((await prepared(own)).code, own);
});

Deno.test("prepareSource() refuses CommonJS bundles", async () => {
  const code = "// @bun @bun-cjs\n(function(exports, require) {})";
  const error = await assertRejects(() => prepared(code), PluginError);
  assertMatch(error.message, /it is a CommonJS bundle.*as an ES module/);
});

Deno.test("prepareSource() drops the original text from source maps", async () => {
  const { code, sourcesKey } = await prepared(
    `a;\n${sourceMapComment("a.ts", { charset: true })}\n`,
  );
  const [, data] = /^a;\n.*application\/json;base64,(\S+)$/.exec(code)!;
  assertEquals(JSON.parse(atob(data!)), {
    version: 3,
    sources: [`plugin://${sourcesKey}/a.ts`],
    names: [],
    mappings: "AAIA;AACA;AACA;AACA;AACA",
  });
});

Deno.test("prepareSource() drops malformed source maps", async () => {
  const comment = "//# sourceMappingURL=data:application/json";
  for (const map of [";base64,e30=", ";base64,!", ",%7B", ",{}"]) {
    assertEquals((await prepared(`a;\n${comment}${map}`)).code, "a;\n");
    assertEquals((await prepared(`a; ${comment}${map}`)).code, "a; ");
  }
});

Deno.test("prepareSource() leaves the text of a source map within strings alone", async () => {
  const comments = [",{}", ";base64,e30=", ",%7B%7D"].map((map) =>
    `//# sourceMappingURL=data:application/json${map}`
  );
  for (const comment of comments) {
    const texts = [
      `const s = "${comment}";\nb;`,
      `export default "${comment}"`,
      `export default '${comment}'`,
      `export default { name: \`\n${comment}\`};`,
      `export default { name: \`${comment}\`}`,
      `export default { name: \`\${"\`"}\n  ${comment}\`}`,
      `/* ${comment}*/`,
      `export default /[${comment}]/`,
    ];
    for (const code of texts) {
      assertEquals((await prepared(code)).code, code, code);
    }
  }
});

Deno.test("prepareSource() keeps the columns of an inline source map", async () => {
  // The call of fail() in column 66 is said to be in line 7 of the original.
  const line =
    `import tty from "tty"; export const init = () => { tty.isatty(1); fail(); };`;
  const column = line.indexOf("fail()");
  const map = {
    version: 3,
    sources: ["a.ts"],
    names: [],
    mappings: `AAAA,${vlq(column)}AMA`,
  };
  const code = `// @bun\n${line} function fail() { throw new Error("x"); }\n` +
    `//# sourceMappingURL=data:application/json;base64,${
      btoa(JSON.stringify({ ...map, mappings: `;${map.mappings}` }))
    }`;
  const error = await assertRejects(() => initOf(loadOne(loader, code)));
  assertMatch(readableStack(error), /init.*my-plugin@1\.0\.0\/a\.ts:7:1\)/);
});

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`stack traces name the columns of the bundle as it is, ${isolation}`, async () => {
    const code =
      `import tty from "tty";import os from "os";const here = import.meta.dirname;export default { config: { actions: { fail() { throw new Error(typeof tty + here); } }, apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } } } }`;
    await using handler = new PluginHandler(":memory:", { isolation });
    const { id } = handler.savePlugin({
      name: "one-line",
      version: "1.0.0",
      repository: "https://github.com/user/plugin",
      manifest: "https://github.com/user/plugin/manifest.json",
      author: { name: "Developer" },
      plugin: code,
    });
    await handler.loadPlugin(id!);
    const error = await assertRejects(
      () => handler.handleRoute(id!, "/fail", new Request("http://localhost/")),
      PluginError,
    );
    const column = code.indexOf("new Error") + 1;
    assertStringIncludes(
      (error.cause as Error).stack!,
      `one-line@1.0.0:1:${column}`,
    );
  });
}

Deno.test("prepareSource() reads hostile source in linear time", async () => {
  const started = performance.now();
  for (
    const text of [
      "[",
      "import(",
      "from ",
      "import.meta",
      "import.meta.url;",
      "`${",
      "//# sourceMappingURL=data:application/json,",
      "import/*",
      'import("fs");',
      "from/*",
    ]
  ) {
    await prepared(text.repeat(300_000));
  }
  await prepared(
    `import("fs");\n`.repeat(100_000) + sourceMapComment("a.ts"),
  );
  assert(performance.now() - started < 30_000);
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

/** A small number of a source map's mappings. */
function vlq(value: number): string {
  const digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const doubled = value * 2;
  return doubled < 32
    ? digits[doubled]!
    : digits[(doubled % 32) + 32]! + digits[Math.floor(doubled / 32)]!;
}
