/**
 * An agent that updates its plugins without end, until it is killed. It says
 * `ready` once it runs, and each version that an update has reached.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";

const handler = new PluginHandler(Deno.args[0]!);
const { errors } = await handler.loadAllPlugins();
if (errors.length > 0) throw new AggregateError(errors);
console.log("ready");
await Promise.all(
  handler.getAll().map(async ({ id, name }) => {
    while (true) {
      const { success, message, cause } = await handler.updateFromManifestLink(
        id,
      );
      if (!success) throw cause;
      console.log(`${name} ${message.split(" ").at(-1)}`);
    }
  }),
);
