/**
 * The plugin `container-journal`: writes down what happens to containers, and
 * lists it. It keeps its latest ten thousand entries.
 *
 * | route               | answers                                               |
 * | ------------------- | ----------------------------------------------------- |
 * | `GET /events`       | entries, newest first; filters in the query string    |
 * | `POST /search`      | the same, with the filters in the body                |
 * | `GET /events/:id`   | one entry                                             |
 * | `GET /containers`   | each container with its latest event and exit code    |
 * | `GET /summary`      | how often each event happened                         |
 *
 * @module
 */
import {
  column,
  createActions,
  createTable,
  definePlugin,
  type EVENTS as Hooks,
} from "@dockstat/plugin-handler/builder";
import {
  type ContainerEvent,
  type Entry,
  EVENTS,
  toEntry,
  toShown,
} from "./entry.ts";
import { findEntries, readFilter, type Reading } from "./filter.ts";
import { frontend } from "./page.ts";

const KEPT_ENTRIES = 10_000;

const table = createTable<Entry>({
  name: "container_journal",
  columns: {
    id: column.id(),
    at: column.integer({ notNull: true }),
    event: column.text({ notNull: true }),
    container: column.text({ notNull: true }),
    containerId: column.text({ notNull: true }),
    image: column.text({ notNull: true }),
    hostId: column.integer({ notNull: true }),
    details: column.json({ notNull: true }),
  },
});

const actions = createActions<Entry>()({
  readQuery: ({ query }) => readFilter(Object.fromEntries(query)),

  readBody: ({ body }) =>
    readFilter(typeof body === "object" && body !== null ? body : {}),

  listEntries: ({ table, previousAction, stop }) => {
    const reading = previousAction as Reading;
    if ("error" in reading) return stop(refusal(422, reading.error));
    const { limit } = reading.filter;
    const found = findEntries(table!, reading.filter);
    const entries = found.slice(0, limit).map(toShown);
    return {
      total: table!.count(),
      entries,
      // What to ask for with `before` to go on.
      next: found.length > limit ? entries.at(-1)!.id : null,
    };
  },

  findEntry: ({ table, params }) => {
    const entry = table!.where("id", "=", Number(params.id)).first();
    return entry === null
      ? refusal(404, `the journal has no entry ${params.id}`)
      : toShown(entry);
  },

  listContainers: ({ table }) => {
    const latest = new Map<string, Record<string, unknown>>();
    for (const entry of table!.select(["*"]).orderBy("id").all()) {
      const { containerId, container, image, event, at, details } = entry;
      const before = latest.get(containerId);
      latest.set(containerId, {
        containerId,
        container,
        image,
        lastEvent: event,
        lastAt: at,
        exitCode: details.exitCode ?? before?.exitCode ?? null,
        events: Number(before?.events ?? 0) + 1,
      });
    }
    return [...latest.values()].reverse();
  },

  summarise: ({ table }) => ({
    total: table!.count(),
    events: Object.fromEntries(
      EVENTS.map((event) => [event, table!.where({ event }).count()]),
    ),
  }),
});

/** Writes an event down, and now and then drops the oldest entries. */
function recorder(event: string): NonNullable<Hooks<Entry>[string]> {
  return (container: ContainerEvent, { table, logger }) => {
    const { lastInsertRowid } = table!.insert(toEntry(event, container));
    if (lastInsertRowid % 100 === 0) {
      table!.where("id", "<=", lastInsertRowid - KEPT_ENTRIES).delete();
    }
    logger.info(`${container.name} ${event}`);
  };
}

export default definePlugin<Entry, typeof actions>({
  name: "container-journal",
  version: "1.0.0",
  config: {
    table,
    actions,
    apiRoutes: {
      "/events": { method: "GET", actions: ["readQuery", "listEntries"] },
      "/search": { method: "POST", actions: ["readBody", "listEntries"] },
      "/events/:id": { method: "GET", actions: ["findEntry"] },
      "/containers": { method: "GET", actions: ["listContainers"] },
      "/summary": { method: "GET", actions: ["summarise"] },
    },
    frontend,
  },
  events: Object.fromEntries(
    EVENTS.map((event) => [`container:${event}`, recorder(event)]),
  ),
});

function refusal(status: number, detail: string): Response {
  return Response.json({ status, detail }, { status });
}
