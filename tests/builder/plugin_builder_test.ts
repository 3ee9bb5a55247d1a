import { column, pluginBuilder } from "@dockstat/plugin-handler/builder";
import { assertEquals, assertNotStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ValidationError } from "../../src/shared/errors.ts";

const META = {
  name: "notes",
  description: "Keeps notes",
  version: "1.0.0",
  repository: "https://github.com/user/notes",
  manifest: "https://github.com/user/notes/manifest.json",
  author: { name: "Developer" },
};

Deno.test("build() returns everything that was set", () => {
  const init = () => {};
  const cleanup = () => {};
  const events = { onServerBoot: () => {} };
  const table = { name: "notes", columns: { id: column.id() } };
  const actions = { ping: () => "pong" };
  const apiRoutes = { "/": { method: "GET", actions: ["ping"] } } as const;
  const frontend = { routes: [] };
  const built = pluginBuilder()
    .name(META.name)
    .description(META.description)
    .version(META.version)
    .repository(META.repository, "gitlab")
    .manifest(META.manifest)
    .author(META.author)
    .tags(["a"])
    .table(table)
    .actions(actions)
    .apiRoutes(apiRoutes)
    .frontend(frontend)
    .events(events)
    .activation("startup")
    .init(init)
    .cleanup(cleanup)
    .build();

  assertEquals(built as unknown, {
    ...META,
    repoType: "gitlab",
    tags: ["a"],
    config: { table, actions, apiRoutes, frontend },
    events,
    activation: "startup",
    init,
    cleanup,
  });
});

Deno.test("build() names every missing field in one error", () => {
  const error = assertThrows(() => pluginBuilder().build(), ValidationError);
  assertEquals(error.code, "INVALID_PLUGIN");
  assertEquals(
    error.message,
    "Cannot build the plugin: it lacks name, description, version, repository, manifest, and author; set what is missing before build()",
  );
  assertEquals(error.issues.map(({ path }) => path), [
    ["name"],
    ["description"],
    ["version"],
    ["repository"],
    ["manifest"],
    ["author"],
  ]);
});

Deno.test("build() says which plugin lacks something when it has a name", () => {
  const builder = pluginBuilder().meta({ ...META, author: { name: "" } });
  assertThrows(
    () => builder.build(),
    ValidationError,
    'Cannot build plugin "notes": it lacks author.name; set what is missing before build()',
  );
});

Deno.test("build() complains of exactly the fields that are missing or empty", () => {
  const kept = fc.subarray(Object.keys(META));
  fc.assert(fc.property(kept, fc.boolean(), (fields, empty) => {
    const all = Object.entries(META);
    const rest = all.filter(([field]) => !fields.includes(field));
    const meta = {
      ...Object.fromEntries(rest.map(([field]) => [field, ""])),
      ...Object.fromEntries(all.filter(([field]) => fields.includes(field))),
    };
    const given = empty ? meta : Object.fromEntries(
      Object.entries(meta).filter(([, value]) => value !== ""),
    );
    const builder = pluginBuilder().meta(given);
    if (rest.length === 0) return void builder.build();
    const error = assertThrows(() => builder.build(), ValidationError);
    assertEquals(
      error.issues.map(({ path }) => path[0]),
      rest.map(([field]) => field),
    );
  }));
});

Deno.test("build() takes a repository to be on GitHub when nothing else is said", () => {
  assertEquals(pluginBuilder().meta(META).build().repoType, "github");
  const local = pluginBuilder().meta({ ...META, repoType: "local" });
  assertEquals(local.build().repoType, "local");
});

Deno.test("meta() and config() leave alone what they do not name", () => {
  const actions = { ping: () => "pong" };
  const built = pluginBuilder()
    .meta({ ...META, tags: ["a"] })
    .meta({ version: "2.0.0" })
    .config({ actions })
    .config({ frontend: {} })
    .build();
  assertEquals([built.version, built.tags], ["2.0.0", ["a"]]);
  assertEquals(built.config as unknown, { actions, frontend: {} });
});

Deno.test("build() is not affected by what the builder does afterwards", () => {
  const builder = pluginBuilder().meta(META);
  const first = builder.build();
  const second = builder.version("2.0.0").frontend({}).build();

  assertNotStrictEquals(first, second);
  assertEquals(first.version, "1.0.0");
  assertEquals(first.config, {});
});
