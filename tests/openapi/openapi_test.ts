import { PluginHandler } from "@dockstat/plugin-handler";
import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import { openApiDocument } from "../../src/dispatch/mod.ts";
import type { DescribedRoute, HttpMethod } from "@dockstat/plugin-handler";
import { inMemory, save } from "../handler/plugins.ts";

/** As a bundler would leave zod's schemas: with what Standard Schema defines. */
const CHECKS = `
const schema = (json) => ({ "~standard": {
  version: 1,
  vendor: "test",
  validate: (value) => ({ value }),
  jsonSchema: { input: () => json, output: () => json },
} });
const tree = schema({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    name: { type: "string" },
    children: { type: "array", items: { $ref: "#" } },
    tag: { $ref: "#/$defs/tag" },
  },
  required: ["name"],
  $defs: { tag: { type: "string", minLength: 1 } },
});
export default { config: {
  actions: {
    find: { handler: () => null, validate: {
      params: schema({ type: "object", properties: { id: { type: "integer" } } }),
    } },
    list: () => [],
    add: () => null,
  },
  apiRoutes: {
    "GET /checks": {
      actions: ["list"],
      summary: "Lists the checks",
      validate: { query: schema({
        type: "object",
        properties: { page: { type: "integer" }, tag: { type: "string" } },
        required: ["page"],
      }) },
      responses: {
        200: { description: "The checks", schema: schema({ type: "array" }) },
        404: "There are none",
        nonsense: "is left out",
      },
    },
    "POST /checks": { actions: ["add"], validate: { body: tree } },
    "GET /checks/:id": { actions: ["list", "find"] },
    "PUT /checks/:name": { actions: ["add"] },
    "/files/*": { method: ["GET", "DELETE"], actions: ["list"] },
    "/page/:number?": { method: "GET", actions: ["list"] },
  },
} };`;

async function assertValid(document: object): Promise<void> {
  const { valid, errors } = await new Validator().validate(
    JSON.parse(JSON.stringify(document)),
  );
  assert(valid, JSON.stringify(errors, null, 2));
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`getOpenApi() is a valid document of what the routes check (${isolation})`, async () => {
    await using handler = inMemory({ isolation });
    const id = save(handler, "checks", CHECKS);
    await handler.loadPlugin(id);
    const document = handler.getOpenApi({ title: "Agent", version: "2.0.0" });
    await assertValid(document);
    assertEquals(Object.keys(document.paths), [
      "/plugins/checks/routes/checks",
      "/plugins/checks/routes/checks/{id}",
      "/plugins/checks/routes/files/{rest}",
      "/plugins/checks/routes/page",
      "/plugins/checks/routes/page/{number}",
    ]);
    const list = document.paths["/plugins/checks/routes/checks"]!.get!;
    assertEquals(list, {
      operationId: "checks_get_checks",
      tags: ["checks"],
      summary: "Lists the checks",
      parameters: [
        {
          name: "page",
          in: "query",
          required: true,
          schema: { type: "integer" },
        },
        {
          name: "tag",
          in: "query",
          required: false,
          schema: { type: "string" },
        },
      ],
      responses: {
        200: {
          description: "The checks",
          content: { "application/json": { schema: { type: "array" } } },
        },
        404: { description: "There are none" },
        default: { $ref: "#/components/responses/Problem" },
      },
    });
    const find = document.paths["/plugins/checks/routes/checks/{id}"]!;
    assertEquals(find.get?.parameters, [
      { name: "id", in: "path", required: true, schema: { type: "integer" } },
    ]);
    assertEquals(Object.keys(find), ["get", "put"]);
    const tree = "#/components/schemas/checks_post_checks_body";
    assertEquals(document.components.schemas.checks_post_checks_body, {
      type: "object",
      properties: {
        name: { type: "string" },
        children: { type: "array", items: { $ref: tree } },
        tag: { $ref: `${tree}/$defs/tag` },
      },
      required: ["name"],
      $defs: { tag: { type: "string", minLength: 1 } },
    });
  });
}

Deno.test("getRoutes() tells what the routes of loaded plugins serve and take", async () => {
  await using handler = inMemory();
  const id = save(handler, "checks", CHECKS);
  const other = save(handler, "other", "export default { config: {} };");
  assertEquals(handler.getRoutes(), []);
  await handler.loadPlugins([id, other]);
  assertEquals(handler.getRoutes(other), []);
  assertEquals(handler.getRoutes(99), []);
  assertEquals(handler.getRoutes(id).map(({ path }) => path), [
    "/checks",
    "/checks",
    "/checks/:id",
    "/checks/:name",
    "/files/*",
    "/page/:number?",
  ]);
  assertEquals(handler.getRoutes()[2], {
    pluginId: id,
    plugin: "checks",
    path: "/checks/:id",
    methods: ["GET"],
    actions: ["list", "find"],
    schemas: {
      params: { type: "object", properties: { id: { type: "integer" } } },
    },
  });
});

Deno.test("getOpenApi() describes schemas of zod", async () => {
  const zod = import.meta.resolve("zod");
  await using handler = new PluginHandler(":memory:");
  const id = save(
    handler,
    "zod",
    `import { z } from "${zod}";
    export default { config: {
      actions: { add: () => null },
      apiRoutes: { "POST /add": { actions: ["add"], validate: {
        body: z.object({ url: z.url(), at: z.date().optional() }),
        query: z.object({ n: z.coerce.number().default(1) }),
      } } },
    } };`,
  );
  await handler.loadPlugin(id);
  const { schemas } = handler.getRoutes(id)[0]!;
  assertEquals(schemas.body, {
    type: "object",
    properties: { url: { type: "string", format: "uri" }, at: {} },
    required: ["url"],
  });
  assertEquals(Object.keys(Object(schemas.query?.properties)), ["n"]);
  await assertValid(handler.getOpenApi({ id }));
});

Deno.test("getOpenApi() leaves schemas out that are too large or throw, and loads the plugin", async () => {
  await using handler = inMemory();
  const id = save(
    handler,
    "large",
    `const schema = (input) => ({ "~standard": {
      version: 1, vendor: "test", validate: (value) => ({ value }),
      jsonSchema: { input },
    } });
    export default { config: {
      actions: { a: () => null },
      apiRoutes: {
        "POST /thrown": { actions: ["a"], validate: {
          body: schema(() => { throw new Error("no"); }),
        } },
        "POST /large": { actions: ["a"], validate: {
          body: schema(() => ({ enum: Array(200_000).fill(1) })),
        } },
      },
    } };`,
  );
  await handler.loadPlugin(id);
  assertEquals(handler.getRoutes().map(({ schemas }) => schemas), [{}, {}]);
  assertEquals(handler.getStatus().warnings.length, 1);
  await assertValid(handler.getOpenApi());
});

Deno.test("openApiDocument() is valid whatever the paths and names", async () => {
  const segment = fc.oneof(
    fc.constantFrom("a", "b", ":id", ":name", "*", ":id?", "ä/ö", "{x}", "%2F"),
    fc.string(),
  );
  const route = fc.record({
    pluginId: fc.nat(),
    plugin: fc.string({ minLength: 1 }),
    path: fc.array(segment).map((parts) => `/${parts.join("/")}`),
    methods: fc.subarray<HttpMethod>(["GET", "POST", "PUT", "DELETE"]),
    actions: fc.constant([]),
    schemas: fc.record({
      body: fc.constantFrom(undefined, { $ref: "#" }, { type: "object" }),
    }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(route), async (routes) => {
      await assertValid(openApiDocument(routes as DescribedRoute[]));
    }),
    { numRuns: 50 },
  );
});
