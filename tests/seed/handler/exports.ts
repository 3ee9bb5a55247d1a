// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
// Main plugin handler
import PluginHandler from "@dockstat/plugin-handler";

// Plugin builder utilities (for plugin developers)
import {
  definePlugin,
  pluginBuilder,
  createActions,
} from "@dockstat/plugin-handler/builder";

export { createActions, definePlugin, pluginBuilder, PluginHandler };
