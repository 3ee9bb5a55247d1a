import {
  assertEquals,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { container, loadExample } from "./example_plugin.ts";

const read = { permissions: { read: true } } as const;

async function withHistory(): ReturnType<typeof loadExample> {
  const journal = await loadExample("container-journal");
  const { handler } = journal;
  await handler.emit("container:created", container("web", { time: 1_000 }));
  await handler.emit("onContainerStart", container("web", { time: 2_000 }));
  await handler.emit("container:started", container("db", { time: 3_000 }));
  await handler.emit(
    "container:died",
    container("web", { time: 4_000, exitCode: 137 }),
  );
  return journal;
}

function lines(
  body: { entries: { container: string; event: string }[] },
): string[] {
  return body.entries.map(({ container, event }) => `${container} ${event}`);
}

Deno.test("container-journal lists entries, newest first", read, async () => {
  await using journal = await withHistory();
  const { status, body } = await journal.ask("/events");
  assertEquals(status, 200);
  assertEquals(lines(body), [
    "web died",
    "db started",
    "web started",
    "web created",
  ]);
  assertObjectMatch(body.entries[0], {
    at: 4_000,
    when: "1970-01-01 00:00:04",
    details: { exitCode: 137 },
    note: "exitCode 137",
  });
});

Deno.test(
  "container-journal filters by event, container and time",
  read,
  async () => {
    await using journal = await withHistory();
    const filtered = async (query: string) =>
      lines((await journal.ask(`/events?${query}`)).body);
    assertEquals(await filtered("event=started"), [
      "db started",
      "web started",
    ]);
    assertEquals(await filtered("event=container:died"), ["web died"]);
    assertEquals(await filtered("container=d"), ["db started"]);
    assertEquals(await filtered("container=web-id0"), [
      "web died",
      "web started",
      "web created",
    ]);
    assertEquals(await filtered("since=2000&until=1970-01-01T00:00:03Z"), [
      "db started",
      "web started",
    ]);
  },
);

Deno.test(
  "container-journal hands out pages that go on where the last ended",
  read,
  async () => {
    await using journal = await withHistory();
    const seen: string[] = [];
    let next: number | null = null;
    do {
      const before: string = next === null ? "" : `&before=${next}`;
      const { body } = await journal.ask(`/events?limit=3${before}`);
      seen.push(...lines(body));
      next = body.next;
    } while (next !== null);
    assertEquals(seen, [
      "web died",
      "db started",
      "web started",
      "web created",
    ]);
  },
);

Deno.test(
  "container-journal says what is wrong with a filter",
  read,
  async () => {
    await using journal = await withHistory();
    for (
      const [query, says] of [
        ["event=exploded", "is not one of created, started"],
        ["limit=0", "from 1 to 500"],
        ["limit=many", "from 1 to 500"],
        ["since=yesterday", "dates or Unix milliseconds"],
        ["before=x", "an entry's id"],
      ] as const
    ) {
      const { status, body } = await journal.ask(`/events?${query}`);
      assertEquals(status, 422);
      assertStringIncludes(body.detail, says);
    }
  },
);

Deno.test(
  "container-journal searches with the filters in the body",
  read,
  async () => {
    await using journal = await withHistory();
    const { body } = await journal.ask("/search", {
      container: "db",
      event: "",
    });
    assertEquals(lines(body), ["db started"]);
  },
);

Deno.test(
  "container-journal hands out one entry, and says that there is none",
  read,
  async () => {
    await using journal = await withHistory();
    assertObjectMatch((await journal.ask("/events/3")).body, {
      container: "db",
    });
    assertEquals((await journal.ask("/events/99")).status, 404);
  },
);

Deno.test("container-journal sums up containers and events", read, async () => {
  await using journal = await withHistory();
  const { body } = await journal.ask("/containers");
  assertEquals(
    body.map((it: Record<string, unknown>) => [
      it.container,
      it.lastEvent,
      it.exitCode,
      it.events,
    ]),
    [["db", "started", null, 1], ["web", "died", 137, 3]],
  );
  assertObjectMatch((await journal.ask("/summary")).body, {
    total: 4,
    events: { created: 1, started: 2, died: 1, removed: 0 },
  });
});

Deno.test(
  "container-journal keeps its latest ten thousand entries",
  read,
  async () => {
    await using journal = await loadExample("container-journal");
    const { table } = journal.handler.getServerHooks(journal.id);
    table!.insertBatch(
      Array.from({ length: 10_099 }, (_, at) => ({
        at,
        event: "started",
        container: "web",
        containerId: "f00d",
        image: "nginx:1",
        hostId: 1,
        details: {},
      })),
    );
    await journal.handler.emit("container:died", container("web"));
    const { body } = await journal.ask("/summary");
    assertEquals([body.total, body.events.died], [10_000, 1]);
  },
);

Deno.test(
  "container-journal has a page with a loader that polls",
  read,
  async () => {
    await using journal = await withHistory();
    const { handler, id } = journal;
    assertEquals(handler.getFrontendNavigationItems().map(({ path }) => path), [
      `/p/${id}/journal`,
    ]);
    const [loader] = handler.getRouteLoaders(id, "/journal");
    assertObjectMatch(loader!, { polling: { interval: 5_000, enabled: true } });

    const { data } = await handler.executeRouteLoaders(id, "/journal", {
      state: { container: "", event: "died" },
    });
    assertEquals(lines(data.journal as never), ["web died"]);
  },
);
