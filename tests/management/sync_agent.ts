/**
 * Another agent on the same database file: does what it is told on its command
 * line, one deed for each argument.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { rowOf, versionSource } from "./market.ts";

const [path, ...deeds] = Deno.args;
await using handler = new PluginHandler(path!, { actor: "other-agent" });
for (const deed of deeds) {
  const [action, name, version] = deed.split(" ");
  const id = handler.getAll().find((row) => row.name === name)?.id ?? 0;
  const result = action === "save"
    ? handler.savePlugin(
      rowOf(name!, versionSource(version!), { version }),
      true,
    )
    : action === "break"
    ? handler.savePlugin(rowOf(name!, "export default {", { version }), true)
    : action === "disable"
    ? handler.disablePlugin(id)
    : handler.deletePlugin(id);
  if (!result.success) throw result.cause;
}
