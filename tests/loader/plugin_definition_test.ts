import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { PluginError, ValidationError } from "../../src/errors.ts";
import { definitionOf } from "../../src/loader/mod.ts";

const PLUGIN = { id: 7, name: "my-plugin", version: "1.0.0" };

function read(definition: unknown) {
  return definitionOf({ default: definition }, PLUGIN);
}

function contributionsOf(definition: unknown) {
  return read(definition).contributions;
}

function issuesOf(definition: unknown): string[] {
  const error = assertThrows(() => read(definition), ValidationError);
  assertEquals([error.code, error.pluginId], ["INVALID_PLUGIN", 7]);
  return error.issues.map(({ path, message }) =>
    `${path.map(String).join("|")} ${message}`
  );
}

Deno.test("definitionOf() sets the id on the exported object itself", () => {
  const exported = { name: "p" };
  const { definition } = read(exported);
  assertStrictEquals(definition as unknown, exported);
  assertEquals(definition.id, 7);
});

Deno.test("definitionOf() copies what is frozen, with its prototype", () => {
  class Plugin {
    #calls = 0;
    name = "p";
    get version() {
      return `1.0.${this.#calls}`;
    }
    init() {
      return ++this.#calls;
    }
  }
  const exported = Object.freeze(new Plugin());
  const { definition } = read(exported);
  assertEquals(definition.id, 7);
  assertInstanceOf(definition, Plugin);
  assertEquals(definition.init(), 1);
  assertEquals(Object.keys(definition), ["name", "id"]);
});

Deno.test("definitionOf() copies what has an id that cannot be set", () => {
  const exported = Object.defineProperty({ name: "p" }, "id", { value: 3 });
  assertEquals(read(exported).definition.id, 7);
  assertEquals(
    read({
      name: "p",
      get id() {
        return 3;
      },
    }).definition.id,
    7,
  );
});

Deno.test("definitionOf() takes the named exports where there is no default", () => {
  const { definition } = definitionOf({ name: "p", config: {} }, PLUGIN);
  assertEquals<unknown>(definition, { name: "p", config: {}, id: 7 });
});

Deno.test("definitionOf() builds a builder that was not built", () => {
  const builder = { name: () => builder, build: () => ({ name: "built" }) };
  assertEquals(read(builder).definition.name, "built");
});

Deno.test("definitionOf() refuses what is no definition", () => {
  const nothing = [42, "text", () => {}, [], {}, { other: 1 }, null];
  for (const it of nothing) {
    assertMatch(issuesOf(it)[0]!, /exports no definition/);
  }
  assertThrows(() => definitionOf({ helper() {} }, PLUGIN), ValidationError);
  assertThrows(() => definitionOf({}, PLUGIN), ValidationError);
});

Deno.test("definitionOf() wraps what the plugin's own code throws", () => {
  const thrown = new TypeError("not today");
  const definitions = [
    {
      name: "p",
      get config() {
        throw thrown;
      },
    },
    {
      build() {
        throw thrown;
      },
    },
    new Proxy({}, {
      has() {
        throw thrown;
      },
    }),
  ];
  for (const definition of definitions) {
    const error = assertThrows(() => read(definition), ValidationError);
    assertStrictEquals(error.cause, thrown);
    assertEquals(
      error.message,
      'Cannot load plugin "my-plugin@1.0.0": reading it threw: not today',
    );
  }
});

Deno.test("definitionOf() normalises routes", () => {
  const { routes } = contributionsOf({
    config: {
      actions: { a() {} },
      apiRoutes: {
        "x": { method: "get", actions: ["a"] },
        "/y/:id": {
          method: ["POST", "put", "PUT"],
          actions: ["a", "a"],
          timeoutMs: 5,
          body: "raw",
        },
      },
    },
  });
  assertEquals(routes, [
    { path: "/x", key: "x", methods: ["GET"], actions: ["a"], body: "parsed" },
    {
      path: "/y/:id",
      key: "/y/:id",
      methods: ["POST", "PUT"],
      actions: ["a", "a"],
      timeoutMs: 5,
      body: "raw",
    },
  ]);
});

Deno.test("definitionOf() says what is wrong with a route, and where", () => {
  const actions = ["a"];
  const apiRoutes = {
    "/m": { method: "FETCH", actions },
    "/ms": { method: ["GET", 1], actions },
    "/none": { method: [], actions },
    "/a": { method: "GET" },
    "/as": { method: "GET", actions: ["a", 2] },
    "/t": { method: "GET", actions, timeoutMs: -1, body: "text" },
    "/v": { method: "GET", actions, validate: { body: {} } },
    "/null": null,
  };
  const config = { actions: { a() {} }, apiRoutes };
  const method = "must be GET, POST, PUT, PATCH or DELETE, and is";
  assertEquals(issuesOf({ config }), [
    `config|apiRoutes|/m|method ${method} "FETCH"`,
    `config|apiRoutes|/ms|method|1 ${method} a number`,
    "config|apiRoutes|/none|method must name at least one method",
    "config|apiRoutes|/a|actions must be an array of action names",
    "config|apiRoutes|/as|actions|1 must be a text, and is a number",
    "config|apiRoutes|/t|timeoutMs must be a number of milliseconds, and is -1",
    'config|apiRoutes|/t|body must be "parsed" or "raw"',
    "config|apiRoutes|/v|validate|body must be a Standard Schema, such as one of zod, valibot or arktype",
    "config|apiRoutes|/null must be an object, and is null",
  ]);
});

Deno.test("definitionOf() writes paths into the message as code would", () => {
  const config = { apiRoutes: { "/x": { method: "FETCH", actions: [] } } };
  const error = assertThrows(() => read({ config }), PluginError);
  assertEquals(
    error.message,
    `Cannot load plugin "my-plugin@1.0.0": config.apiRoutes["/x"].method must be GET, POST, PUT, PATCH or DELETE, and is "FETCH"`,
  );
});

Deno.test("definitionOf() warns of actions that are not defined", () => {
  const actions = ["a", "toString", "__proto__", "a"];
  const { warnings } = contributionsOf({
    config: { actions: {}, apiRoutes: { "/x": { method: "GET", actions } } },
  });
  assertEquals(
    warnings,
    ["a", "toString", "__proto__"].map((name) =>
      `config.apiRoutes["/x"].actions names the action "${name}", which the plugin does not define`
    ),
  );
});

Deno.test("definitionOf() takes actions as functions and as objects", () => {
  const handler = () => {};
  const actions = { plain: handler, full: { handler, timeoutMs: 5 } };
  assertEquals(contributionsOf({ config: { actions } }).actions, [
    "plain",
    "full",
  ]);
  assertEquals(
    issuesOf({
      config: { actions: { a: 1, b: {}, c: { handler, timeoutMs: "5" } } },
    }),
    [
      "config|actions|a must be a function, or an object with one as its handler, and is a number",
      "config|actions|b must be a function, or an object with one as its handler, and is an object",
      "config|actions|c|timeoutMs must be a number of milliseconds, and is a text",
    ],
  );
});

Deno.test("definitionOf() lists the events that have a hook", () => {
  const events = {
    onContainerStart() {},
    "image:pulled"() {},
    onServerBoot: undefined,
  };
  assertEquals(contributionsOf({ events }).events, [
    "onContainerStart",
    "image:pulled",
  ]);
  assertEquals(
    issuesOf({ events: { x: 1 }, init: 1, cleanup: "no", activation: "now" }),
    [
      "init must be a function, and is a number",
      "cleanup must be a function, and is a text",
      "events|x must be a function, and is a number",
      'activation must be "startup" or "lazy"',
    ],
  );
});

Deno.test("definitionOf() merges jsonColumns into parser.JSON", () => {
  const table = {
    name: "t",
    columns: { a: { type: "JSON" }, b: { type: "JSON" } },
    jsonColumns: ["a", "b"],
    parser: { JSON: ["b", "c"], DATE: ["a"] },
  };
  const { table: read, warnings } = contributionsOf({ config: { table } });
  assertEquals<unknown>(read, {
    name: "t",
    columns: table.columns,
    parser: { JSON: ["b", "c", "a"], DATE: ["a"] },
  });
  assertEquals(warnings, [
    'config.table.parser names the column "c", which the table does not have',
  ]);
});

Deno.test("definitionOf() refuses tables of other names than plain identifiers", () => {
  const reserved = [
    "plugins",
    "PLUGINS",
    "repositories",
    "sqlite_master",
    "plugin_handler_x",
  ];
  const malformed = ["", "1a", "a b", "a;b", "a-b", 'a"b', "größe", "a\n"];
  for (const name of [...reserved, ...malformed]) {
    const table = { name, columns: { a: { type: "TEXT" } } };
    assertMatch(
      issuesOf({ config: { table } })[0]!,
      /^config\|table\|name must/,
    );
  }
  for (const name of ["plugins_", "_t", "T9", "my_sqlite_table"]) {
    const table = { name, columns: { a: { type: "TEXT" } } };
    assertEquals(contributionsOf({ config: { table } }).table?.name, name);
  }
});

Deno.test("definitionOf() says what is wrong with columns", () => {
  const issuesFor = (columns: unknown) =>
    issuesOf({ config: { table: { name: "t", columns } } });
  assertEquals(issuesFor({}), [
    "config|table|columns must be an object of columns, and is empty",
  ]);
  assertEquals(issuesFor(["a"]), [
    "config|table|columns must be an object of columns, and is an array",
  ]);
  assertEquals(issuesFor({ a: "TEXT" }), [
    "config|table|columns|a must be made with column, or have a type",
  ]);
});

Deno.test("definitionOf() copies pages as plain data", () => {
  const template = { type: "text", when: new Date(0), skip: undefined };
  const frontend = { routes: [{ path: "/", template }] };
  const copy = contributionsOf({ config: { frontend } }).frontend;
  template.type = "changed later";
  assertEquals<unknown>(copy, {
    routes: [{
      path: "/",
      template: { type: "text", when: "1970-01-01T00:00:00.000Z" },
    }],
  });
});

Deno.test("definitionOf() leaves out of pages what JSON cannot hold", () => {
  const template: Record<string, unknown> = {
    f() {},
    n: NaN,
    b: 1n,
    list: [() => {}],
  };
  template.self = template;
  const frontend = { routes: [{ path: "/", template }] };
  const { frontend: copy, warnings } = contributionsOf({
    config: { frontend },
  });
  assertEquals<unknown>(copy, {
    routes: [{ path: "/", template: { list: [null] } }],
  });
  const at = "config.frontend.routes[0].template";
  assertEquals(warnings, [
    `${at}.f is left out: it is a function, which JSON cannot hold`,
    `${at}.n is left out: it is NaN, which JSON cannot hold`,
    `${at}.b is left out: it is a bigint, which JSON cannot hold`,
    `${at}.list[0] is left out: it is a function, which JSON cannot hold`,
    `${at}.self is left out: it is part of itself, which JSON cannot hold`,
  ]);
});

Deno.test("definitionOf() lets no page change a prototype", () => {
  const template = JSON.parse('{"a":1,"__proto__":{"polluted":true}}');
  const frontend = { routes: [{ path: "/", template }] };
  const { frontend: copy } = contributionsOf({ config: { frontend } });
  const merged = Object.assign({}, Object(copy!.routes![0]!.template));
  assertEquals([merged, Reflect.get(merged, "polluted")], [
    { a: 1 },
    undefined,
  ]);
});

Deno.test("definitionOf() survives pages that are very deep", () => {
  let template: object = {};
  for (let depth = 0; depth < 10_000; depth++) template = { child: template };
  const frontend = { routes: [{ path: "/", template }] };
  const { warnings } = contributionsOf({ config: { frontend } });
  assertMatch(warnings[0]!, /is too deep/);
});

Deno.test("definitionOf() says what is wrong with pages", () => {
  const frontend = {
    routes: [{ template: {} }, {
      path: "/",
      template: 1,
      loaders: [{}],
      actions: 1,
    }, "/x"],
    globalActions: [{ id: 1 }],
    globalState: "no",
  };
  assertEquals(issuesOf({ config: { frontend } }), [
    "config|frontend|routes|0|path must be a text, and is undefined",
    "config|frontend|routes|1|template must be an object or a text, and is a number",
    "config|frontend|routes|1|loaders|0 must be an object with a text as its id",
    "config|frontend|routes|1|actions must be an array, and is a number",
    "config|frontend|routes|2 must be an object, and is a text",
    "config|frontend|globalActions|0 must be an object with a text as its id",
    "config|frontend|globalState must be an object, and is a text",
  ]);
});

Deno.test("definitionOf() keeps what the definition says about itself", () => {
  const author = { name: "Ada" };
  const { meta, warnings } = contributionsOf({
    name: "p",
    version: 2,
    tags: ["a", 1],
    author,
    repoType: "gitea",
  });
  assertEquals<unknown>(meta, {
    name: "p",
    repoType: "gitea",
    author,
    tags: ["a"],
  });
  assertEquals(warnings, ["version must be a text, and is a number"]);
});

Deno.test("definitionOf() is lazy unless the definition asks for more", () => {
  assertEquals(contributionsOf({ name: "p" }).activation, "lazy");
  assertEquals(
    contributionsOf({ name: "p", activation: "startup" }).activation,
    "startup",
  );
});

Deno.test("definitionOf() reads any definition or refuses it with issues", () => {
  const value = fc.anything({
    withBigInt: true,
    withDate: true,
    withNullPrototype: true,
  });
  const definition = fc.record({
    name: value,
    events: value,
    config: fc.oneof(
      value,
      fc.record({
        actions: value,
        apiRoutes: value,
        table: value,
        frontend: value,
      }),
    ),
  });
  fc.assert(fc.property(definition, (it) => {
    try {
      const { contributions } = read(it);
      assertEquals<unknown>(
        JSON.parse(JSON.stringify(contributions)),
        contributions,
      );
    } catch (error) {
      assert(error instanceof ValidationError, String(error));
      assert(error.issues.length > 0);
    }
  }));
});
