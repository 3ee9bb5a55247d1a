/**
 * The plugin `webhook-notifier`: tells URLs what happens to containers and
 * images. Deliveries are tried again, signed where there is a secret, and wait
 * in one line for each URL. What waits is lost when the plugin is unloaded.
 *
 * | route                | answers                                          |
 * | -------------------- | ------------------------------------------------ |
 * | `POST /subscribe`    | `{url, events?, container?, secret?}`: 201       |
 * | `GET /subscriptions` | all subscriptions, with how deliveries went      |
 * | `POST /test`         | `{id}`: delivers a test and says how it went     |
 * | `POST /unsubscribe`  | `{id}`: removes the subscription                 |
 *
 * @module
 */
import {
  column,
  type ContainerInfo,
  createActions,
  createTable,
  definePlugin,
  type EVENTS as Hooks,
  type ImageInfo,
  type PluginLogger,
  type QueryBuilder,
} from "@dockstat/plugin-handler/builder";
import { deliver, type Delivery, type Message } from "./delivery.ts";
import { Outbox } from "./outbox.ts";
import { frontend } from "./page.ts";
import {
  EVENTS,
  isWanted,
  readWish,
  type Subscription,
  toShown,
  unknownEvents,
  usableUrl,
  type Wish,
} from "./subscription.ts";

type Subscriptions = QueryBuilder<Subscription>;

const outbox = new Outbox();

const table = createTable<Subscription>({
  name: "webhook_subscriptions",
  columns: {
    id: column.id(),
    url: column.text({ notNull: true }),
    events: column.json({ notNull: true }),
    container: column.text({ notNull: true }),
    secret: column.text({ notNull: true }),
    createdAt: column.createdAt(),
    delivered: column.integer({ notNull: true, default: 0 }),
    failed: column.integer({ notNull: true, default: 0 }),
    lastResult: column.text({ notNull: true, default: "" }),
  },
});

const actions = createActions<Subscription>()({
  readWish: ({ body, stop }) =>
    readWish(body) ??
      stop(refusal(422, "send an object or a form with a url")),

  checkUrl: ({ previousAction, stop }) => {
    const wish = previousAction as Wish;
    const url = usableUrl(wish.url);
    return url === undefined
      ? stop(refusal(422, `url "${wish.url}" is no http or https URL`))
      : { ...wish, url };
  },

  checkEvents: ({ previousAction, stop }) => {
    const wish = previousAction as Wish;
    const unknown = unknownEvents(wish.events);
    if (unknown.length === 0) return wish;
    const known = [...EVENTS, "container:*", "image:*", "*"].join(", ");
    return stop(
      refusal(
        422,
        `events has ${unknown.join(", ")}, which is none of ${known}`,
      ),
    );
  },

  refuseDuplicate: ({ table, previousAction, stop }) => {
    const { url, container } = previousAction as Wish;
    const other = table!.where({ url, container }).first();
    return other === null ? previousAction : stop(
      refusal(409, `subscription ${other.id} is the same; remove it first`),
    );
  },

  subscribe: ({ table, previousAction, logger }) => {
    const wish = previousAction as Wish;
    const { lastInsertRowid } = table!.insert({ ...wish });
    logger.info(`subscription ${lastInsertRowid} for ${wish.url}`);
    const saved = table!.where({ id: lastInsertRowid }).first()!;
    return Response.json(toShown(saved), { status: 201 });
  },

  listSubscriptions: ({ table }) =>
    table!.select(["*"]).orderBy("id").all().map(toShown),

  findSubscription: ({ table, body, stop }) => {
    const id = Number(Object(body).id);
    const found = Number.isSafeInteger(id)
      ? table!.where({ id }).first()
      : null;
    return found ??
      stop(
        refusal(
          404,
          `there is no subscription ${Object(body).id}; see GET /subscriptions`,
        ),
      );
  },

  sendTest: async ({ table, previousAction, signal }) => {
    const subscription = previousAction as Subscription;
    const delivery = await deliver(subscription, testMessage(), {
      signal,
      pauses: [],
    });
    keepScore(table!, subscription.id, delivery);
    return delivery.ok
      ? delivery
      : refusal(502, `the test did not arrive: ${delivery.result}`);
  },

  unsubscribe: ({ table, previousAction }) => {
    const { id } = previousAction as Subscription;
    table!.where({ id }).delete();
    outbox.drop(id);
    return { removed: id };
  },
});

/** Lets an event wait for each subscription that wants it. */
function notifier(event: string): NonNullable<Hooks<Subscription>[string]> {
  return (
    subject: ContainerInfo | ImageInfo,
    { table, logger }: { table: Subscriptions | null; logger: PluginLogger },
  ) => {
    const message = toMessage(event, subject);
    const wanted = table!.select(["*"]).all()
      .filter((it) => isWanted(it, event, subject.name ?? subject.id));
    for (const subscription of wanted) {
      const { id, url } = subscription;
      const isWaiting = outbox.add(id, async (signal) => {
        const delivery = await deliver(subscription, message, { signal });
        if (signal.aborted) return;
        keepScore(table!, id, delivery);
        logger.info(`${event} to ${url}: ${delivery.result}`);
      });
      if (isWaiting) continue;
      keepScore(table!, id, { ok: false, result: "too many events wait" });
      logger.warn(`${event} to ${url} was dropped: too many events wait`);
    }
  };
}

function keepScore(table: Subscriptions, id: number, delivery: Delivery): void {
  const score = delivery.ok ? "delivered" : "failed";
  const count = table.where({ id }).value(score);
  if (count === null) return;
  table.where({ id }).update({
    [score]: count + 1,
    lastResult: delivery.result,
  });
}

function toMessage(event: string, subject: ContainerInfo | ImageInfo): Message {
  const { id, name = id } = subject;
  const [kind, happened] = event.split(":");
  const details = subject as Partial<ContainerInfo> & Record<string, unknown>;
  const { image, hostId, exitCode, signal, oldName, health } = details;
  return {
    event,
    text: `${kind} ${name}: ${happened}`,
    at: new Date(Number(details.time ?? Date.now())).toISOString(),
    subject: { id, name, image, hostId, exitCode, signal, oldName, health },
  };
}

function testMessage(): Message {
  return {
    event: "test",
    text: "This is a test of a DockStat webhook",
    at: new Date().toISOString(),
    subject: {},
  };
}

export default definePlugin<Subscription, typeof actions>({
  name: "webhook-notifier",
  version: "1.0.0",
  config: {
    table,
    actions,
    apiRoutes: {
      "/subscribe": {
        method: "POST",
        actions: [
          "readWish",
          "checkUrl",
          "checkEvents",
          "refuseDuplicate",
          "subscribe",
        ],
      },
      "/subscriptions": { method: "GET", actions: ["listSubscriptions"] },
      "/test": { method: "POST", actions: ["findSubscription", "sendTest"] },
      "/unsubscribe": {
        method: "POST",
        actions: ["findSubscription", "unsubscribe"],
      },
    },
    frontend,
  },
  events: Object.fromEntries(EVENTS.map((event) => [event, notifier(event)])),
  cleanup: () => outbox.close(),
});

function refusal(status: number, detail: string): Response {
  return Response.json({ status, detail }, { status });
}
