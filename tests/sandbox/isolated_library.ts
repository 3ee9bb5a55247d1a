/**
 * Loads and calls a plugin in a process of its own, and says how that went.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { COUNTER, notesSource, rowOf } from "../handler/plugins.ts";

await using handler = new PluginHandler(":memory:", { isolation: "process" });
handler.savePlugin(rowOf("counter", COUNTER));
handler.savePlugin(rowOf("notes", notesSource()));
const { errors } = await handler.loadAllPlugins();
if (errors.length > 0) {
  console.log(errors[0]!.error);
} else {
  const request = new Request("http://localhost/");
  const answer = await handler.handleRoute(1, "/count", request);
  const rows = await handler.handleRoute(2, "/notes", request);
  console.log(
    `count ${(answer as { count: number }).count} of ${JSON.stringify(rows)}`,
  );
}
