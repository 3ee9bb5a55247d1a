import { assertEquals } from "@std/assert";
import { type Manifest, manifestSchema } from "../../src/install/mod.ts";
import { parseManifest } from "../../src/install/manifest/parse_manifest.ts";
import { VERSION } from "../../src/shared/version.ts";
import denoConfig from "../../deno.json" with { type: "json" };
import { manifestSchemaText } from "../../tools/manifest_schema.ts";
import { CODE, demoManifest } from "./manifests.ts";

Deno.test("manifestSchema accepts the seed's example", () => {
  const manifest = demoManifest({ plugin: "export default { ... }" });
  assertEquals(manifestSchema.parse(manifest), manifest);
});

Deno.test("manifestSchema accepts an entry of the original's repository file", () => {
  const entry: Manifest = {
    author: { name: "A", license: "MIT", website: "https://a.example" },
    description: "Does things",
    manifest: "content/plugins/demo",
    name: "demo",
    repository: "owner/repo:main",
    repoType: "github",
    tags: [],
    version: "1.0.0",
  };
  assertEquals(manifestSchema.safeParse(entry).data, entry);
});

Deno.test("manifestSchema accepts what the original leaves out or empty", () => {
  const { tags: _, description: __, repoType: ___, ...rest } = demoManifest();
  const manifest = { ...rest, repository: "", manifest: "", author: {} };
  assertEquals(manifestSchema.safeParse(manifest).success, true);
});

Deno.test("manifestSchema lists every problem", () => {
  const { error } = manifestSchema.safeParse({
    name: "",
    version: 1,
    author: "me",
    tags: [1],
    repoType: "svn",
    signature: "abc",
    integrity: "md5-abc",
    engines: { dockstat: "newest" },
  });
  const paths = error?.issues.map(({ path }) => path.join(".")).sort();
  assertEquals(paths, [
    "author",
    "engines.dockstat",
    "integrity",
    "manifest",
    "name",
    "repoType",
    "repository",
    "signature",
    "tags.0",
    "version",
  ]);
});

Deno.test("manifestSchema keeps unknown fields and drops prototypes", () => {
  const value = JSON.parse(`{ "__proto__": { "evil": 1 }, "colour": "red" }`);
  const parsed = manifestSchema.parse({ ...demoManifest(), ...value });
  assertEquals(parsed.colour, "red");
  assertEquals((parsed as { evil?: number }).evil, undefined);
});

Deno.test("manifest.schema.json is what the schema says", async () => {
  const file = new URL("../../manifest.schema.json", import.meta.url);
  assertEquals(await Deno.readTextFile(file), manifestSchemaText());
});

Deno.test("VERSION is the version of the package", () => {
  assertEquals(VERSION, denoConfig.version);
});

Deno.test("parseManifest() reads the same from JSON and YAML", () => {
  const manifest = demoManifest();
  const yaml = [
    "%YAML 1.2",
    "---",
    ...Object.entries(manifest).map(([key, value]) =>
      `${key}: ${JSON.stringify(value)}`
    ),
  ].join("\n");
  const json = parseManifest(JSON.stringify(manifest), "json").manifest;
  assertEquals(json, parseManifest(yaml, "yaml").manifest);
  assertEquals(json.plugin, CODE);
});

Deno.test("docs/manifest.md shows a manifest that is one", async () => {
  const page = new URL("../../docs/manifest.md", import.meta.url);
  const [, text = ""] = /```yaml\n(.*?)```/s.exec(
    await Deno.readTextFile(page),
  ) ?? [];
  const { manifest, warnings } = parseManifest(text, "yaml");
  assertEquals([manifest.name, manifest.version], ["greeter", "1.2.0"]);
  assertEquals(warnings, []);
});
