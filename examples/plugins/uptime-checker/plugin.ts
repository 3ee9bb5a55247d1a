/**
 * Asks URLs whether they answer: on a schedule, when somebody asks for it, and
 * those that containers name in their label `uptime.url`.
 *
 * @module
 */
import {
  column,
  type ContainerInfo,
  createTable,
  definePlugin,
  type QueryBuilder,
} from "@dockstat/plugin-handler/builder";
import {
  type Check,
  probe,
  type ProbeOptions,
  type Sample,
  toShown,
  usableUrl,
  withSample,
} from "./check.ts";
import { template } from "./page.ts";

/** The label by which a container asks to be checked. */
const LABEL = "uptime.url";

const table = createTable<Check>({
  name: "uptime_checks",
  columns: {
    id: column.id(),
    name: column.text({ notNull: true }),
    url: column.text({ notNull: true }),
    enabled: column.boolean({ notNull: true, default: true }),
    up: column.boolean(),
    samples: column.json({ notNull: true }),
  },
});

export default definePlugin({
  name: "uptime-checker",
  version: "1.0.0",
  config: {
    table,

    settings: {
      timeoutMs: {
        type: "number",
        label: "Time limit",
        description: "Milliseconds that an answer may take",
        default: 5_000,
      },
      authorization: {
        type: "secret",
        label: "Authorization",
        description: "The header of that name, sent with every check",
      },
    },

    schedules: {
      check: { every: "30s", actions: ["checkAll"], runOnLoad: true },
    },

    actions: {
      checkAll: async ({ table, settings, signal, emit, logger }) => {
        const checks = allOf(table!).filter(({ enabled }) => enabled);
        const options = { ...settings, signal };
        const samples = await Promise.all(
          checks.map((check) => probe(check.url, options)),
        );
        checks.forEach((check, index) => {
          keep(table!, check, { sample: samples[index]!, emit });
        });
        logger.debug(`${checks.length} checks`);
        return checks.length;
      },

      list: ({ table }) => allOf(table!).map(toShown),

      find: ({ table, params, stop }) =>
        findIn(table!, params.id) ?? stop(missing(params.id)),

      chosen: ({ table, body, stop }) =>
        findIn(table!, body?.id) ?? stop(missing(body?.id)),

      show: ({ previousAction }) => toShown(previousAction),

      add: ({ table, body, stop }) => {
        const url = usableUrl(body?.url);
        if (url === undefined) {
          return stop(refusal(422, `"${body?.url}" is no http or https URL`));
        }
        const name = String(body.name || new URL(url).host);
        const { insertId } = table!.insert({ name, url, samples: [] });
        return Response.json(toShown(findIn(table!, insertId)!), {
          status: 201,
        });
      },

      change: ({ table, body, previousAction }) => {
        const { id } = previousAction;
        table!.where({ id }).update({ enabled: body?.enabled !== false });
        return findIn(table!, id);
      },

      remove: ({ table, previousAction: { id } }) => {
        table!.where({ id }).delete();
        return { removed: id };
      },

      run: async ({ table, previousAction, settings, signal, emit }) => {
        const options: ProbeOptions = { ...settings, signal };
        const sample = await probe(previousAction.url, options);
        keep(table!, previousAction, { sample, emit });
        return findIn(table!, previousAction.id);
      },

      chart: ({ table }) =>
        allOf(table!).map(({ name, samples }) => ({
          name,
          points: samples.map(({ at, ms, ok }) => ({
            x: at,
            y: ok ? ms : null,
          })),
        })),
    },

    apiRoutes: {
      "GET /checks": { actions: ["list"], summary: "Lists what is checked" },
      "POST /checks": {
        actions: ["add"],
        summary: "Adds a URL",
        responses: { 201: "The check", 422: "It is no URL" },
      },
      "GET /checks/:id": { actions: ["find", "show"] },
      "PUT /checks/:id": { actions: ["find", "change", "show"] },
      "DELETE /checks/:id": { actions: ["find", "remove"] },
      "POST /checks/:id/run": { actions: ["find", "run", "show"] },
      "POST /run": { actions: ["chosen", "run", "show"] },
      "POST /remove": { actions: ["chosen", "remove"] },
      "GET /chart": { actions: ["chart"], summary: "Response times by check" },
    },

    frontend: {
      routes: [{
        path: "/uptime",
        template,
        meta: { title: "Uptime", icon: "activity", navOrder: 30 },
        loaders: [
          {
            id: "checks",
            apiRoute: "/checks",
            dataKey: "checks",
            polling: { interval: 10_000, enabled: true },
          },
          { id: "chart", apiRoute: "/chart", dataKey: "chart" },
        ],
        actions: [
          { id: "refresh", type: "reload", loaderIds: ["checks", "chart"] },
          {
            id: "add",
            type: "api",
            apiRoute: "/checks",
            body: { name: "{{name}}", url: "{{url}}" },
            onSuccess: {
              setState: { name: "", url: "" },
              notify: { message: "Added", type: "success" },
              triggerAction: "refresh",
            },
            onError: { notify: { message: "Not added", type: "error" } },
          },
          {
            id: "run",
            type: "api",
            apiRoute: "/run",
            body: { id: "{{chosen}}" },
            onSuccess: { triggerAction: "refresh" },
          },
          {
            id: "remove",
            type: "api",
            apiRoute: "/remove",
            body: { id: "{{chosen}}" },
            confirm: { message: "Remove this check?" },
            onSuccess: { setState: { chosen: "" }, triggerAction: "refresh" },
          },
        ],
      }],
    },
  },

  events: {
    onContainerStart: (container, { table }) => {
      const url = usableUrl(labelOf(container));
      if (url === undefined || table.where({ url }).first() !== null) return;
      table.insert({ name: container.name, url, samples: [] });
    },
    onContainerRemove: (container, { table }) => {
      const url = usableUrl(labelOf(container));
      if (url !== undefined) table.where({ url }).delete();
    },
  },
});

type Checks = QueryBuilder<Check>;

function allOf(table: Checks): Check[] {
  return table.select(["*"]).orderBy("id").all();
}

function findIn(table: Checks, id: unknown): Check | undefined {
  return table.where("id", "=", Number(id)).first() ?? undefined;
}

/** Keeps a sample, and tells the other plugins where the state has changed. */
function keep(
  table: Checks,
  { id, name, url, up, samples }: Check,
  { sample, emit }: {
    readonly sample: Sample;
    readonly emit: (event: string, payload: unknown) => void;
  },
): void {
  const changes = { up: sample.ok, samples: withSample(samples, sample) };
  table.where({ id }).update(changes);
  if (up === sample.ok || up === null && sample.ok) return;
  const event = sample.ok ? "uptime-checker:up" : "uptime-checker:down";
  emit(event, { name, url, result: sample.result });
}

function labelOf(container: ContainerInfo): string | undefined {
  return container.labels[LABEL];
}

function missing(id: unknown): Response {
  return refusal(404, `there is no check ${id}; see GET /checks`);
}

function refusal(status: number, detail: string): Response {
  return Response.json({ status, detail }, { status });
}
