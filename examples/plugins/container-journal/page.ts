/**
 * The journal's page: a table that is kept up to date, with a filter.
 *
 * @module
 */
import {
  createFrontendAction,
  createFrontendConfig,
  createFrontendLoader,
  createFrontendRoute,
  type PluginFrontendConfig,
} from "@dockstat/plugin-handler/builder";

const template = {
  id: "container-journal",
  name: "Container journal",
  layout: { type: "flex", direction: "column", gap: 16, padding: 16 },
  state: { initial: { container: "", event: "" } },
  widgets: [
    {
      type: "container",
      props: { layout: "flex", gap: 8, align: "end" },
      children: [
        input("container", "Container, by name or id"),
        input("event", "Event, such as died"),
        { type: "button", props: { text: "Search", action: "refresh" } },
        {
          type: "button",
          props: { text: "Failures", variant: "danger", action: "failures" },
        },
      ],
    },
    {
      type: "table",
      props: {
        striped: true,
        columns: [
          { key: "when", title: "Time (UTC)", width: "12rem" },
          { key: "event", title: "Event" },
          { key: "container", title: "Container" },
          { key: "image", title: "Image" },
          { key: "note", title: "Details" },
        ],
      },
      bindings: { data: "journal.entries" },
    },
  ],
};

/** What the plugin declares for the frontend. */
export const frontend: PluginFrontendConfig = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/journal",
      template,
      meta: { title: "Container journal", icon: "history", navOrder: 10 },
      loaders: [
        createFrontendLoader({
          id: "journal",
          apiRoute: "/search",
          method: "POST",
          body: { container: "{{container}}", event: "{{event}}", limit: 100 },
          dataKey: "journal",
          polling: { interval: 5_000, enabled: true },
        }),
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: ["journal"],
        }),
        createFrontendAction({
          id: "failures",
          type: "setState",
          stateUpdates: { event: "died" },
          onSuccess: { triggerAction: "refresh" },
        }),
      ],
    }),
  ],
});

function input(name: string, placeholder: string): Record<string, unknown> {
  return {
    type: "input",
    props: { placeholder, binding: name },
    bindings: { value: name },
  };
}
