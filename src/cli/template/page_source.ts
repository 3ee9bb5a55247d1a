/**
 * The page of a new plugin.
 *
 * @module
 */
import type { NewPlugin } from "./new_plugin.ts";

/** The text of the file. */
export function pageSource({ name }: NewPlugin): string {
  return `/** The plugin's page: its entries, kept up to date. */
import {
  createFrontendAction,
  createFrontendConfig,
  createFrontendLoader,
  createFrontendRoute,
  type PluginFrontendConfig,
} from "@dockstat/plugin-handler/builder";

export const frontend: PluginFrontendConfig = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/${name}",
      template: {
        id: "${name}",
        name: "${name}",
        layout: { type: "flex", direction: "column", gap: 16, padding: 16 },
        widgets: [
          { type: "button", props: { text: "Refresh", action: "refresh" } },
          {
            type: "table",
            props: {
              columns: [
                { key: "id", title: "No." },
                { key: "event", title: "Event" },
                { key: "container", title: "Container" },
              ],
            },
            bindings: { data: "entries" },
          },
        ],
      },
      meta: { title: "${name}", icon: "list", navOrder: 50 },
      loaders: [
        createFrontendLoader({
          id: "entries",
          apiRoute: "/entries",
          method: "GET",
          dataKey: "entries",
          polling: { interval: 5_000, enabled: true },
        }),
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: ["entries"],
        }),
      ],
    }),
  ],
});
`;
}
