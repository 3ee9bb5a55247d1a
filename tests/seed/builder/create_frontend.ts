// A code block of the original's documentation, word for word. What it takes
// from other blocks stands above it, what the tests take from it below.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import {
  createFrontendConfig,
  createFrontendRoute,
  createFrontendLoader,
  createFrontendAction,
} from "@dockstat/plugin-handler/builder";

const frontend = createFrontendConfig({
  routes: [
    createFrontendRoute({
      path: "/dashboard",
      template: {
        type: "container",
        children: [
          { type: "heading", props: { level: 1, text: "Plugin Dashboard" } },
          { type: "dataTable", props: { dataKey: "items" } },
        ],
      },
      meta: {
        title: "Dashboard",
        icon: "dashboard",
        showInNav: true,
        navOrder: 1,
      },
      loaders: [
        createFrontendLoader({
          id: "items-loader",
          apiRoute: "/data",
          method: "GET",
          stateKey: "items",
          polling: { interval: 30000, enabled: true },
        }),
      ],
      actions: [
        createFrontendAction({
          id: "refresh",
          type: "reload",
          loaderIds: ["items-loader"],
        }),
        createFrontendAction({
          id: "create-item",
          type: "api",
          apiRoute: "/create",
          method: "POST",
          onSuccess: {
            notify: { message: "Item created!", type: "success" },
            triggerAction: "refresh",
          },
        }),
      ],
    }),
  ],
  globalState: {
    initial: { theme: "light" },
    computed: { isDark: "state.theme === 'dark'" },
  },
});

export { frontend };
