// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import DB from "@dockstat/sqlite-wrapper";
import PluginHandler from "@dockstat/plugin-handler";

const db = new DB("./app.db");
const pluginHandler = new PluginHandler(db);

// Load all plugins from database
await pluginHandler.loadAllPlugins();

// Get plugin status
const status = pluginHandler.getStatus();
console.log(status);
