import { assert, assertEquals, assertMatch } from "@std/assert";
import { contributionsOf } from "./definitions.ts";

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

Deno.test("definitionOf() loads pages that are odd, and says what is odd about them", () => {
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
  const { warnings, frontend: read } = contributionsOf({
    config: { frontend },
  });
  assertEquals(warnings.map((it) => it.replace(/ a text\b/g, " a string")), [
    "config.frontend.globalActions[0] should be an object with a string as its id; it is left out",
    "config.frontend.globalState must be an object, and is a string; it is left out",
    "config.frontend.routes[0].path must be a string, and is undefined; the page is left out",
    "config.frontend.routes[1].template should be an object or a string, and is a number",
    "config.frontend.routes[1].loaders[0] should be an object with a string as its id; it is left out",
    "config.frontend.routes[1].actions must be an array, and is a number; it is left out",
    "config.frontend.routes[2] must be an object, and is a string; the page is left out",
  ]);
  assertEquals<unknown>(read, {
    globalActions: [],
    routes: [{ path: "/", template: 1, loaders: [], actions: [] }],
  });
});

Deno.test("definitionOf() keeps pages and fragments that only a client understands", () => {
  const frontend = {
    routes: [{ path: "/", title: "no template", meta: "none" }],
    sharedFragments: [{ type: "box" }, "text", { id: "a" }],
  };
  const { warnings, frontend: read } = contributionsOf({
    config: { frontend },
  });
  assertEquals(warnings.length, 4);
  assertEquals<unknown>(read, {
    routes: [{ path: "/", title: "no template" }],
    sharedFragments: [{ type: "box" }, "text", { id: "a" }],
  });
  for (const odd of [1, "text", [], () => {}]) {
    const { warnings, frontend } = contributionsOf({
      config: { frontend: odd },
    });
    assert(warnings.length > 0);
    assertEquals(frontend, undefined);
  }
});
