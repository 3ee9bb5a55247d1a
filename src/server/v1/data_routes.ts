/**
 * `/api/v1/tables`, `/api/v1/backups` and `/api/v1/doctor`: the data of plugins
 * and of the agent.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import type { PluginHandler } from "../../handler/plugin_handler.ts";
import { Refusal } from "../http/problem.ts";
import { describe, parameters, query } from "../schemas.ts";
import { csvLine } from "../../shared/csv.ts";
import type { ServerEnv } from "../server_env.ts";
import { idSchema, type ParametersOf, type QueryOf } from "./input.ts";
import { actorOf, answerOperation } from "./respond.ts";
import type { V1App } from "./v1_app.ts";

const TAG = "data";
/** Rows that are read at a time. */
const CHUNK = 1_000;

const tableSchema = z.object({
  table: z.string(),
  pluginId: z.number(),
  plugin: z.string(),
  orphan: z.boolean(),
  ownFile: z.boolean(),
  rows: z.number().optional(),
});
const rowsSchema = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
  next: z.number().optional(),
});
const nameSchema = z.object({ name: z.string().min(1).max(200) });
const rowsQuery = z.object({
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(CHUNK).default(100),
});
const exportQuery = z.object({ format: z.enum(["json", "csv"]) });
const findingSchema = z.object({
  name: z.string(),
  state: z.enum(["ok", "warning", "failed", "unknown"]),
  detail: z.string(),
});

/** Adds the routes. */
export function addDataRoutes(v1: V1App, handler: PluginHandler): void {
  addTableRoutes(v1, handler);
  addExportRoute(v1, handler);
  v1.on(
    "delete",
    "/orphans/:id",
    describe({
      summary: "Purge what a deleted plugin left behind",
      tag: TAG,
      response: z.object({
        id: z.number(),
        message: z.string(),
        warnings: z.array(z.string()),
      }),
    }),
    parameters(idSchema),
    (context: Context<ServerEnv, string, ParametersOf<typeof idSchema>>) => {
      const { id } = context.req.valid("param");
      const options = { ...actorOf(context), purge: true };
      refuseInstalled(handler, id);
      return answerOperation(context, handler.deletePlugin(id, options));
    },
  );
  v1.on(
    "post",
    "/backups",
    describe({
      summary: "Copy the database and plugins' tables, beside the database",
      tag: TAG,
      response: z.object({ path: z.string() }),
      status: 201,
    }),
    (context: Context<ServerEnv>) =>
      context.json({ path: handler.database.backup() }, 201),
  );
  v1.on(
    "get",
    "/doctor",
    describe({
      summary: "How the database and the machine are",
      tag: TAG,
      response: z.object({ items: z.array(findingSchema) }),
    }),
    async (context: Context<ServerEnv>) =>
      context.json({ items: await handler.diagnose() }),
  );
}

/** The tables, and their rows. */
function addTableRoutes(v1: V1App, handler: PluginHandler): void {
  v1.on(
    "get",
    "/tables",
    describe({
      summary: "The tables of plugins, also of deleted ones",
      tag: TAG,
      response: z.object({ items: z.array(tableSchema) }),
    }),
    (context: Context<ServerEnv>) =>
      context.json({ items: handler.listTables() }),
  );
  v1.on(
    "get",
    "/tables/:name/rows",
    describe({ summary: "Rows of a table", tag: TAG, response: rowsSchema }),
    parameters(nameSchema),
    query(rowsQuery),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof nameSchema> & QueryOf<typeof rowsQuery>
      >,
    ) => {
      const { name } = context.req.valid("param");
      return context.json(
        handler.readTable(name, context.req.valid("query")),
      );
    },
  );
}

/** A whole table as a file. */
function addExportRoute(v1: V1App, handler: PluginHandler): void {
  v1.on(
    "get",
    "/tables/:name/export",
    describe({ summary: "A table as a file, in CSV or JSON", tag: TAG }),
    parameters(nameSchema),
    query(exportQuery),
    (
      context: Context<
        ServerEnv,
        string,
        ParametersOf<typeof nameSchema> & QueryOf<typeof exportQuery>
      >,
    ) => {
      const { name } = context.req.valid("param");
      const { format } = context.req.valid("query");
      // Read before the answer begins, so that a table that is none is a 404.
      handler.readTable(name, { limit: 1 });
      const lines = format === "csv" ? csvOf : jsonOf;
      const body = ReadableStream.from(lines(handler, name))
        .pipeThrough(new TextEncoderStream());
      const file = name.replace(/[^\w.-]/g, "_");
      return new Response(body, {
        headers: {
          "content-type": format === "csv"
            ? "text/csv; charset=utf-8"
            : "application/json",
          "content-disposition": `attachment; filename="${file}.${format}"`,
          "cache-control": "no-store",
        },
      });
    },
  );
}

function refuseInstalled(handler: PluginHandler, id: number): void {
  const row = handler.getAll().find((plugin) => plugin.id === id);
  if (row === undefined) return;
  throw new Refusal(
    "CONFLICT",
    `Cannot purge what plugin "${row.name}" left behind: it is installed; delete it first`,
  );
}

function* chunksOf(handler: PluginHandler, table: string) {
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const chunk = handler.readTable(table, { offset, limit: CHUNK });
    yield chunk;
    offset = chunk.next;
  }
}

function* csvOf(handler: PluginHandler, table: string) {
  let isFirst = true;
  for (const { columns, rows } of chunksOf(handler, table)) {
    if (isFirst) yield csvLine(columns);
    isFirst = false;
    yield rows.map(csvLine).join("");
  }
}

function* jsonOf(handler: PluginHandler, table: string) {
  let mark = "[\n";
  for (const { columns, rows } of chunksOf(handler, table)) {
    for (const row of rows) {
      const pairs = columns.map((column, place) => [column, row[place]]);
      yield `${mark}${JSON.stringify(Object.fromEntries(pairs))}`;
      mark = ",\n";
    }
  }
  yield mark === "[\n" ? "[]\n" : "\n]\n";
}
