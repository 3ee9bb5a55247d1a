/**
 * One start of a handler, for `start_bench.ts`.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";

const [way, file = ""] = Deno.args;

/** Asks the last plugin for its state, as a monitoring system would. */
const request = new Request("http://localhost/plugins/plugin-29/routes/state");

switch (way) {
  case "import":
    break;
  case "prepare":
    await prepare();
    break;
  case "eager":
  case "lazy":
    await start(way);
    break;
  case "resident":
    await start("eager");
    await report();
    break;
  default:
    throw new TypeError(`Cannot run "${way}": there is no such way`);
}

async function start(activation: "eager" | "lazy"): Promise<void> {
  const handler = new PluginHandler(file, { activation });
  await handler.loadAllPlugins();
  const response = await handler.fetch(request);
  if (response.status !== 200) throw new Error(await response.text());
  if (way !== "resident") await handler.close();
}

/** Stores 30 plugins, and loads them once, so that their tables are made. */
async function prepare(): Promise<void> {
  await using handler = new PluginHandler(file);
  for (let index = 0; index < 30; index++) {
    const { success, message } = handler.savePlugin({
      name: `plugin-${index}`,
      version: "1.0.0",
      repository: "https://example.com/plugins",
      manifest: "https://example.com/plugins/manifest.json",
      author: { name: "Bench" },
      plugin: pluginCode(index),
    });
    if (!success) throw new Error(message);
  }
  const { errors } = await handler.loadAllPlugins();
  if (errors.length > 0) throw new Error(errors[0]!.error);
}

function pluginCode(index: number): string {
  return `export default {
    name: "plugin-${index}",
    config: {
      table: {
        name: "bench_${index}",
        columns: {
          id: { type: "INTEGER", primaryKey: true, autoIncrement: true },
          value: { type: "TEXT" },
        },
      },
      apiRoutes: {
        "/state": { method: "GET", actions: ["state"] },
        "/items/:id": { method: ["GET", "POST"], actions: ["read"] },
      },
      actions: {
        state: ({ table }) => ({ rows: table.count() }),
        read: ({ params }) => params,
      },
    },
    events: { onContainerStart: (container, { logger }) => logger.info("x") },
  };`;
}

/** Prints the resident memory once the start is over. */
async function report(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  console.log(Deno.memoryUsage().rss);
  Deno.exit(0);
}
