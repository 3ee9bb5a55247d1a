import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { ValidationError } from "../../src/shared/errors.ts";
import { pluginBuilder } from "../../builder.ts";
import { definitionOf } from "../../src/loader/mod.ts";
import { contributionsOf, issuesOf, PLUGIN, read } from "./definitions.ts";

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

Deno.test("definitionOf() takes a builder's draft, which may lack what the manifest says", () => {
  const { definition } = read(pluginBuilder().name("p").init(() => {}));
  assertEquals([definition.name, definition.version], ["p", undefined]);
});

Deno.test("definitionOf() takes a module that exports meta only", () => {
  const meta = { name: "p", version: "1.0.0" };
  assertEquals(definitionOf({ meta }, PLUGIN).definition.id, 7);
});

Deno.test("definitionOf() refuses what is no definition", () => {
  const nothing = [42, "text", () => {}, [], {}, { other: 1 }, null];
  for (const it of nothing) {
    assertMatch(issuesOf(it)[0]!, /export/);
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
    {
      get name() {
        throw thrown;
      },
      config: {},
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
      "config|actions|c|timeoutMs must be a number of milliseconds, and is a string",
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
    issuesOf({ init: 1, cleanup: "no", activation: "now" }),
    [
      "init must be a function, and is a number",
      "cleanup must be a function, and is a string",
      'activation must be "startup" or "lazy"',
    ],
  );
});

Deno.test("definitionOf() leaves out what can be no hook, and says so", () => {
  const odd = contributionsOf({ events: { x: 1, y: null, z() {} } });
  assertEquals(odd.events, ["z"]);
  assertMatch(odd.warnings.join(), /^events\.x must be a function.*left out$/);
  for (const events of [1, "text", [() => {}]]) {
    const { events: read, warnings } = contributionsOf({ events });
    assertEquals(read, []);
    assertMatch(warnings.join(), /^events must be an object/);
  }
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
  assertEquals(warnings, ["version must be a string, and is a number"]);
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

Deno.test("definitionOf() says what it found in the place of a definition", () => {
  const found: [module: Record<string, unknown>, said: RegExp][] = [
    [{ default: () => ({ name: "p" }) }, /a function; call it/],
    [{ default: class Plugin {} }, /a class; export an instance/],
    [{ default: Promise.resolve({ name: "p" }) }, /a promise; .*await/],
    [{ default: { name: "p", then() {} } }, /a method "then".*rename/],
    [{ default: "name" }, /is a \w+; export an object/],
    [{ default: [{ name: "p" }] }, /is an array; export an object/],
    [{}, /exports nothing; .*CommonJS module \(module\.exports\)/],
    [{ default: {} }, /exports no definition/],
  ];
  for (const [module, said] of found) {
    const error = assertThrows(
      () => definitionOf(module, PLUGIN),
      ValidationError,
    );
    assertEquals(error.code, "INVALID_PLUGIN");
    assertMatch(error.message, said);
  }
});

Deno.test("definitionOf() looks into what bundlers make of CommonJS", () => {
  const inner = { name: "p", config: {} };
  const { definition } = definitionOf(
    { default: { __esModule: true, default: inner } },
    PLUGIN,
  );
  assertStrictEquals(definition as unknown, inner);
});
