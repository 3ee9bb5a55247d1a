/**
 * The page of the notifier: a form to subscribe with, and what is subscribed.
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

const EMPTY_FORM = { url: "", events: "", container: "", secret: "" };

const template = {
  id: "webhook-notifier",
  name: "Webhooks",
  layout: { type: "flex", direction: "column", gap: 16, padding: 16 },
  state: { initial: { ...EMPTY_FORM, chosen: "" } },
  widgets: [
    card("New webhook", [
      input("url", "https://example.com/hook", "url"),
      input("events", "container:died, image:* (empty for everything)"),
      input("container", "Part of a container's name (empty for all)"),
      input("secret", "Secret to sign with (empty for none)", "password"),
      { type: "button", props: { text: "Subscribe", action: "subscribe" } },
    ]),
    {
      type: "table",
      props: {
        columns: [
          { key: "id", title: "Id", width: "4rem" },
          { key: "url", title: "URL" },
          { key: "events", title: "Events" },
          { key: "delivered", title: "Delivered", align: "right" },
          { key: "failed", title: "Failed", align: "right" },
          { key: "lastResult", title: "Last result" },
        ],
      },
      bindings: { data: "subscriptions" },
    },
    card("One webhook", [
      input("chosen", "Id", "number"),
      { type: "button", props: { text: "Send a test", action: "test" } },
      {
        type: "button",
        props: { text: "Unsubscribe", variant: "danger", action: "remove" },
      },
    ]),
  ],
};

/** What the plugin declares for the frontend. */
export const frontend: PluginFrontendConfig = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/webhooks",
      template,
      meta: { title: "Webhooks", icon: "webhook", navOrder: 20 },
      loaders: [
        createFrontendLoader({
          id: "subscriptions",
          apiRoute: "/subscriptions",
          dataKey: "subscriptions",
          polling: { interval: 10_000, enabled: true },
        }),
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: ["subscriptions"],
        }),
        createFrontendAction({
          id: "subscribe",
          type: "api",
          apiRoute: "/subscribe",
          body: {
            url: "{{url}}",
            events: "{{events}}",
            container: "{{container}}",
            secret: "{{secret}}",
          },
          onSuccess: {
            setState: EMPTY_FORM,
            notify: { message: "Subscribed", type: "success" },
            triggerAction: "refresh",
          },
          onError: {
            notify: { message: "Not subscribed", type: "error" },
          },
        }),
        createFrontendAction({
          id: "test",
          type: "api",
          apiRoute: "/test",
          body: { id: "{{chosen}}" },
          onSuccess: {
            notify: { message: "The test arrived", type: "success" },
            triggerAction: "refresh",
          },
          onError: {
            notify: { message: "The test did not arrive", type: "error" },
            triggerAction: "refresh",
          },
        }),
        createFrontendAction({
          id: "remove",
          type: "api",
          apiRoute: "/unsubscribe",
          body: { id: "{{chosen}}" },
          confirm: { message: "Remove this webhook?" },
          onSuccess: { setState: { chosen: "" }, triggerAction: "refresh" },
          onError: {
            notify: { message: "There is no such webhook", type: "error" },
          },
        }),
      ],
    }),
  ],
});

function input(
  name: string,
  placeholder: string,
  type = "text",
): Record<string, unknown> {
  return {
    type: "input",
    props: { type, placeholder, binding: name },
    bindings: { value: name },
  };
}

function card(title: string, children: unknown[]): Record<string, unknown> {
  return {
    type: "card",
    props: {},
    children: [
      { type: "cardHeader", props: { text: title } },
      { type: "cardBody", props: {}, children },
    ],
  };
}
