// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import type {
  // Core plugin types
  PluginDefinition,
  PluginMeta,
  PluginAuthor,
  PluginConfig,
  PluginActions,
  PluginActionContext,
  PluginRoute,
  TableConfig,
  ActionHandler,

  // Frontend types
  PluginFrontendConfig,
  PluginFrontendRoute,
  FrontendAction,
  FrontendLoader,

  // Event types
  EVENTS,

  // Database types
  ColumnDefinition,
} from "@dockstat/plugin-handler/builder";

export type {
  PluginDefinition,
  PluginMeta,
  PluginAuthor,
  PluginConfig,
  PluginActions,
  PluginActionContext,
  PluginRoute,
  TableConfig,
  ActionHandler,
  PluginFrontendConfig,
  PluginFrontendRoute,
  FrontendAction,
  FrontendLoader,
  EVENTS,
  ColumnDefinition,
};
