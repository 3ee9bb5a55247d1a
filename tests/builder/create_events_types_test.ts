import {
  type ContainerInfo,
  createEvents,
  type EventContext,
  type EVENTS,
  type ImageInfo,
  type PluginLogger,
} from "@dockstat/plugin-handler/builder";
import type { QueryBuilder } from "@dockstat/plugin-handler/sqlite";
import { assertEquals } from "@std/assert";
import { assertType, type IsAny, type IsExact } from "@std/testing/types";

interface Note {
  id: number;
  text: string;
}

Deno.test("createEvents() types the payloads of both dialects", () => {
  const events = createEvents<Note>({
    onContainerStart: (container, { logger }) => {
      assertType<typeof container extends ContainerInfo ? true : false>(true);
      assertType<IsExact<typeof logger, PluginLogger>>(true);
    },
    "container:died": (container) => container.ports[0]?.privatePort,
    onImagePull: (image) => {
      assertType<typeof image extends ImageInfo ? true : false>(true);
    },
    "image:removed": (image) => image.name,
    // @ts-expect-error: a container has no such property
    onContainerStop: (container) => container.title,
    // @ts-expect-error: an image has no such property
    "image:pulled": (image) => image.ports,
    // @ts-expect-error: the payload is a container
    onContainerPause: (count: number) => count + 1,
  });
  assertEquals(Object.keys(events).length, 7);
});

Deno.test("createEvents() lets the first argument answer for the context", () => {
  createEvents<Note>({
    onContainerStart: ({ container, logger, table }) => {
      assertType<IsExact<typeof container, ContainerInfo>>(true);
      logger.info(container.name);
      return table?.insert({ text: container.image });
    },
    // @ts-expect-error: a logger has no such method
    onContainerStop: ({ logger }) => logger.log("stopped"),
  });
});

Deno.test("createEvents() takes events of any name, and their payload as it is", () => {
  createEvents<Note>({
    "backup:done": (payload, { table }) => {
      assertType<IsAny<typeof payload>>(true);
      return table?.insert({ text: payload.path });
    },
    onServerBoot: async () => {
      await Promise.resolve();
    },
    // @ts-expect-error: a hook is a function
    "backup:failed": "log",
  });
});

Deno.test("createEvents() types the columns that the row has, and lets others through", () => {
  createEvents<Note>({
    onContainerStart: (container, { table }) =>
      table?.insert({ event: "start", containerId: container.id }),
    onContainerStop: (_, { table }) => table?.select(["*"]).get()?.text.trim(),
    // @ts-expect-error: the column holds text
    onContainerDie: (_, { table }) => table?.insert({ text: 5 }),
    onContainerRemove: (_, { table }) => table.count(),
  });
});

Deno.test("createEvents() takes a hook that declares a context with a table", () => {
  createEvents<Note>({
    onContainerStart: (
      _container: ContainerInfo,
      context: { logger: PluginLogger; table: QueryBuilder<Note> },
    ) => context.table.count(),
  });
  type Table = EventContext<Note>["table"];
  assertType<null extends Table ? true : false>(false);
});

Deno.test("createEvents() says that a table may be absent where no row has a type", () => {
  createEvents({
    // @ts-expect-error: the plugin may have no table
    onContainerStart: (_, { table }) => table.count(),
    onContainerStop: (_, { table }) => table?.count(),
  });
  assertType<null extends EventContext["table"] ? true : false>(true);
});

Deno.test("EVENTS is partial", () => {
  const none: EVENTS<Note> = {};
  const one: EVENTS<Note> = { onContainerStart: (container) => container.id };
  createEvents<Note>({ ...none, ...one });
});

Deno.test("EVENTS names every event of the seed in both dialects", () => {
  type Payload<E extends keyof EVENTS> = Parameters<
    NonNullable<EVENTS[E]>
  >[0]["container"];
  assertType<
    IsExact<Payload<"onContainerStart">, Payload<"container:started">>
  >(true);
  assertType<
    IsExact<Payload<"onContainerUnpause">, Payload<"container:unpaused">>
  >(true);
  assertType<
    IsExact<Payload<"onContainerRemove">, Payload<"container:destroyed">>
  >(true);
  assertType<IsExact<Payload<"onImageRemove">, Payload<"image:removed">>>(true);
  assertType<IsExact<Payload<"onServerBoot">, Payload<"server:boot">>>(true);
  assertType<IsExact<Payload<"onContainerStart">, ContainerInfo>>(true);
  assertType<IsExact<Payload<"onImagePull">, ImageInfo>>(true);
  assertType<IsExact<Payload<"onImagePull">, ContainerInfo>>(false);
});

Deno.test("createEvents() takes hooks on events of two arguments", () => {
  createEvents<Note>({
    "my:event": (payload, extra: unknown, { logger, table }) => {
      logger.info(`${payload.id} ${extra}`);
      table.insert({ text: "a" });
    },
    // @ts-expect-error: the third is the context
    "other:event": (_payload, _extra: unknown, context: number) => context,
  });
});
