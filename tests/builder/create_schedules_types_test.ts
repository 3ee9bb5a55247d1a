import {
  createActions,
  createSchedules,
  definePlugin,
  pluginBuilder,
  type PluginSchedule,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";

const actions = createActions({ check: () => 1, prune: () => 2 });

Deno.test("createSchedules() takes the names of known actions only", () => {
  const schedules = createSchedules<Record<string, unknown>, typeof actions>({
    check: { every: "30s", actions: ["check", "prune"], runOnLoad: true },
    // @ts-expect-error -- there is no such action
    other: { every: "1h", actions: ["chekc"] },
  });
  const one: PluginSchedule | undefined = schedules.check;
  assertEquals(one?.every, "30s");
});

Deno.test("definePlugin() takes the names of the plugin's actions only", () => {
  const plugin = definePlugin({
    name: "scheduled",
    version: "1.0.0",
    config: {
      actions: { check: () => 1 },
      schedules: {
        fine: { every: "1h", actions: ["check"], overlap: "skip" },
      },
    },
  });
  definePlugin({
    name: "scheduled",
    version: "1.0.0",
    config: {
      actions: { check: () => 1 },
      // @ts-expect-error -- there is no such action
      schedules: { odd: { every: "1h", actions: ["chekc"] } },
    },
  });
  assertEquals(plugin.config?.schedules?.fine?.actions, ["check"]);
});

Deno.test("schedules() takes the names of actions that were set before", () => {
  const schedules = { hourly: { every: "1h", actions: ["check"] } } as const;
  const draft = pluginBuilder().actions({ check: () => 1 })
    .schedules(schedules).draft();
  assertEquals(draft.config?.schedules, schedules);
  pluginBuilder().actions({ check: () => 1 })
    // @ts-expect-error -- there is no such action
    .schedules({ hourly: { every: "1h", actions: ["chekc"] } });
});
