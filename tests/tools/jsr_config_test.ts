import { assert, assertEquals } from "@std/assert";
import { publishedConfig } from "../../tools/jsr_config.ts";
import { readPackageConfig, repository } from "../../tools/package_config.ts";
import { unexpectedFiles } from "../../tools/published_files.ts";

Deno.test("publishedConfig() depends on the real packages of JSR", async () => {
  const config = publishedConfig(await readPackageConfig());

  assert(!("links" in config));
  assertEquals(
    config.publish.include.filter((path) => path.includes("links")),
    [],
  );
  const targets = Object.entries(config.imports);
  assertEquals(
    targets.filter(([, target]) => target.includes("npm:deno-std")),
    [],
  );
  for (const [name, target] of targets) {
    if (name.startsWith("@std/")) assert(target.startsWith(`jsr:${name}@`));
  }
});

Deno.test("publishedConfig() keeps what the checkout publishes otherwise", async () => {
  const own = await readPackageConfig();
  const config = publishedConfig(own);

  assertEquals(config.exports, own.exports);
  assert(config.publish.include.includes("src"));
  assert(own.publish.include.length > config.publish.include.length);
});

Deno.test("unexpectedFiles() names what does not belong into the package", () => {
  const line = (file: string) => `   file://${repository}${file} (1.2KB)`;
  const output = ["mod.ts", "src/a/b.ts", "links/std_yaml/mod.ts", "tests/a.ts"]
    .map(line).join("\n");

  assertEquals(unexpectedFiles(output), [
    "links/std_yaml/mod.ts",
    "tests/a.ts",
  ]);
});
