import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "@std/path";
import { PluginError } from "@dockstat/plugin-handler";
import { readDenoJson } from "../../src/project/deno_json.ts";

/** A folder with these files. */
async function withFiles(
  files: Readonly<Record<string, string>>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(join(folder, name), text);
    }
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const COMMENTED = `{
  // Where it begins
  "exports": "./plugin.ts", /* and
  more */
  "homepage": "https://example.com/*x*/,}",
  "links": ["../handler",],
}`;
const READ = {
  exports: "./plugin.ts",
  homepage: "https://example.com/*x*/,}",
  links: ["../handler"],
};

for (const name of ["deno.json", "deno.jsonc"]) {
  Deno.test(`readDenoJson() takes comments and trailing commas in ${name}, as Deno does`, () =>
    withFiles({ [name]: COMMENTED }, async (folder) => {
      assertEquals(await readDenoJson(folder), READ);
    }));
}

Deno.test("readDenoJson() prefers deno.json where both are, as Deno does", () =>
  withFiles(
    { "deno.json": '{ "name": "a" }', "deno.jsonc": '{ "name": "b" }' },
    async (folder) => {
      assertEquals(await readDenoJson(folder), { name: "a" });
    },
  ));

Deno.test("readDenoJson() reads nothing where neither is", () =>
  withFiles({}, async (folder) => {
    assertEquals(await readDenoJson(folder), {});
  }));

Deno.test("readDenoJson() names the file that does not parse", () =>
  withFiles({ "deno.jsonc": "// so\n{ oops }" }, async (folder) => {
    const error = await assertRejects(() => readDenoJson(folder), PluginError);
    assertEquals(error.code, "INVALID_OPTIONS");
    assertStringIncludes(error.message, join(folder, "deno.jsonc"));
    assert(error.cause instanceof SyntaxError);
  }));
