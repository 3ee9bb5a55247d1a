import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkPlugin } from "../../src/checks/mod.ts";
import { nearestName } from "../../src/shared/text/nearest_name.ts";
import { inMemory, rowOf, save } from "../handler/plugins.ts";
import { contributionsOf } from "../loader/definitions.ts";
import { check } from "./check.ts";
import { ORIGINAL_PLUGINS } from "./original_plugins.ts";

function hooks(...events: string[]): object {
  return { events: Object.fromEntries(events.map((it) => [it, () => {}])) };
}

Deno.test("checkPlugin() points out events that are nearly known", () => {
  assertEquals(
    check(hooks(
      "onContainerStrat",
      "onContainerStarted",
      "container:stop",
      "Container:Started",
      "image:pull",
      "plugin:rolledback",
    )),
    [
      'events.onContainerStrat is no event that is known here; did you mean "onContainerStart"?',
      'events.onContainerStarted is no event that is known here; did you mean "onContainerStart"?',
      'events["container:stop"] is no event that is known here; did you mean "container:stopped"?',
      'events["Container:Started"] is no event that is known here; did you mean "container:started"?',
      'events["image:pull"] is no event that is known here; did you mean "image:pulled"?',
      'events["plugin:rolledback"] is no event that is known here; did you mean "plugin:rolledBack"?',
    ],
  );
});

Deno.test("checkPlugin() takes every other name for an event of the host's own", () => {
  assertEquals(
    check(hooks("custom:done", "backup:started", "uptime-checker:down", "x")),
    [],
  );
});

Deno.test("checkPlugin() points out a name and a version that the manifest contradicts", () => {
  const contributions = contributionsOf({ name: "a", version: "1.0.0" });
  assertEquals(checkPlugin(contributions, { name: "b", version: "1.0.1" }), [
    {
      path: "name",
      message: 'is "a", and its manifest says "b", which counts',
    },
    {
      path: "version",
      message: 'is "1.0.0", and its manifest says "1.0.1", which counts',
    },
  ]);
  assertEquals(checkPlugin(contributions, { name: "a", version: "1.0.0" }), []);
  assertEquals(checkPlugin(contributions), []);
});

Deno.test("definitionOf() points out parts, actions and schedules that look misspelt", () => {
  const { warnings } = contributionsOf({
    event: {},
    notes: {},
    config: {
      setting: {},
      action: {},
      actions: { refresh: () => null },
      apiRoutes: { "GET /a": { actions: ["refesh"] } },
      schedules: { a: { every: "5m", actions: ["refrehs"] } },
    },
  });
  assertEquals(warnings.toSorted(), [
    'config.apiRoutes["GET /a"].actions names the action "refesh", which the plugin does not define; did you mean "refresh"?',
    'config.schedules.a.actions names the action "refrehs", which the plugin does not define; did you mean "refresh"?',
    'config.setting is not read; did you mean "settings"?',
    'event is not read; did you mean "events"?',
  ]);
});

for (const [name, plugin] of Object.entries(ORIGINAL_PLUGINS)) {
  Deno.test(`checkPlugin() raises no false alarm over the original's ${name}`, () => {
    const contributions = contributionsOf(plugin);
    assertEquals(contributions.warnings, []);
    assertEquals(check(plugin), []);
  });
}

Deno.test("checkPlugin() survives any pages", () => {
  const page = fc.record({
    path: fc.string(),
    template: fc.oneof(fc.jsonValue(), fc.json()),
    loaders: fc.jsonValue(),
    actions: fc.jsonValue(),
  });
  const frontend = fc.record({
    routes: fc.array(page),
    sharedFragments: fc.jsonValue(),
    globalActions: fc.jsonValue(),
    globalLoaders: fc.jsonValue(),
  });
  fc.assert(fc.property(frontend, (frontend) => {
    for (const line of check({ config: { frontend } })) {
      assertEquals(typeof line, "string");
    }
  }));
});

Deno.test("nearestName() finds a name with one letter wrong, and no stranger", () => {
  const known = ["onContainerStart", "refresh", "items", "go"];
  assertEquals(nearestName("refesh", known), "refresh");
  assertEquals(nearestName("refrehs", known), "refresh");
  assertEquals(nearestName("item", known), "items");
  assertEquals(nearestName("Items", known), "items");
  assertEquals(nearestName("xy", known), undefined);
  assertEquals(nearestName("unrelated", known), undefined);
  assertEquals(nearestName("x".repeat(1e6), known), undefined);
});

const MISTAKEN = `export default {
  name: "board",
  version: "1.0.0",
  config: {
    actions: { list: () => [] },
    apiRoutes: { "/items": { method: "GET", actions: ["list"] } },
    frontend: { routes: [{
      path: "/",
      template: { type: "button", props: { text: "A", action: "refrsh" } },
      loaders: [{ id: "items", apiRoute: "/item" }],
      actions: [{ id: "refresh", type: "reload" }],
    }] },
  },
  events: { onContainerStrat() {} },
};`;

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`getStatus() warns of what cannot work, with the plugin's name (${isolation})`, async () => {
    const handler = inMemory({ isolation });
    try {
      const id = save(handler, "board", MISTAKEN);
      await handler.loadPlugin(id);
      assertEquals(handler.getStatus().warnings, [
        'Plugin "board": config.frontend.routes[0].loaders[0].apiRoute names "/item", which is no route of the plugin; did you mean "/items"?',
        'Plugin "board": config.frontend.routes[0].template.props.action names "refrsh", which is no action of the page; did you mean "refresh"?',
        'Plugin "board": events.onContainerStrat is no event that is known here; did you mean "onContainerStart"?',
      ]);
    } finally {
      await handler.close();
    }
  });
}

Deno.test("installPlugin() answers with what cannot work", async () => {
  const handler = inMemory();
  try {
    const row = rowOf("board", MISTAKEN, { version: "1.1.0" });
    const { success, warnings } = await handler.installPlugin(row);
    assertEquals(success, true);
    assertEquals(warnings?.filter((it) => /which counts/.test(it)), [
      'version is "1.0.0", and its manifest says "1.1.0", which counts',
    ]);
    assertEquals(warnings?.filter((it) => /refrsh/.test(it)).length, 1);
  } finally {
    await handler.close();
  }
});
