import type {
  ContainerInfo,
  EVENTS,
  HookHandler,
  HookHandlers,
  PluginLogger,
} from "@dockstat/plugin-handler/builder";
import { assertEquals } from "@std/assert";
import { assertType, type IsExact } from "@std/testing/types";

const seen: unknown[] = [];
const keep: HookHandler = (first: unknown) =>
  Promise.resolve(void seen.push(first));

Deno.test("HookHandlers are called in both forms of the seed", async () => {
  const hooks: HookHandlers = { onContainerStart: keep, "my:event": keep };
  const container = { id: "f00d" } as ContainerInfo;
  const logger = console as PluginLogger;
  await hooks.onContainerStart?.({ container, logger, table: null });
  await hooks.onContainerStart?.(container);
  await hooks["my:event"]?.({ anything: 1 }, { logger, table: null });
  // @ts-expect-error: the payload is a container
  await hooks.onContainerStart?.("f00d");

  assertEquals(seen, [
    { container, logger, table: null },
    container,
    { anything: 1 },
    "f00d",
  ]);
});

Deno.test("HookHandlers are the EVENTS of the seed", () => {
  assertType<HookHandlers extends Partial<EVENTS> ? true : false>(true);
  assertType<
    IsExact<
      NonNullable<HookHandlers["container:died"]>,
      HookHandler<ContainerInfo>
    >
  >(true);
});
