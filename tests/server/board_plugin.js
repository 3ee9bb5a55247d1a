// The plugin that was installed when the traffic was recorded, as far as its
// exchanges show it.
let value = 0;

export default {
  name: "board",
  config: {
    apiRoutes: {
      "/items": { method: "GET", actions: ["items"] },
      "/count": { method: "GET", actions: ["count"] },
      "/increase": { method: "POST", actions: ["increase"] },
      "/fail": { method: "POST", actions: ["fail"] },
      "/echo": { method: "POST", actions: ["echo"] },
      "/tick": { method: "GET", actions: ["tick"] },
    },
    actions: {
      items: () => [
        { name: "web", state: "running" },
        { name: "db", state: "exited" },
      ],
      count: () => ({ value }),
      increase: () => ({ value: ++value }),
      fail: () => {
        throw new Error("the action failed on purpose");
      },
      echo: ({ body }) => ({ got: body.message }),
      tick: () => Date.now(),
    },
    frontend: {
      sharedFragments: [{
        id: "footer",
        name: "Footer",
        widgets: [{ type: "text", props: { text: "fragment text" } }],
      }],
      globalLoaders: [{
        id: "globalCount",
        apiRoute: "/count",
        method: "GET",
        dataKey: "globalCount",
      }],
      globalActions: [{ id: "home", type: "navigate", path: "/" }],
      routes: [{
        path: "/",
        meta: { title: "Board", icon: "grid", showInNav: true, navOrder: 1 },
        template: {
          id: "board",
          name: "Board",
          layout: { type: "flex", direction: "column", gap: 4, padding: 4 },
          state: { initial: { message: "initial message", shown: false } },
          widgets: [
            {
              type: "card",
              props: { variant: "outlined" },
              children: [{ type: "text", props: { text: "Containers" } }],
            },
            {
              type: "text",
              props: { text: "", className: "message" },
              bindings: { text: "state.message" },
            },
          ],
        },
        loaders: [
          { id: "items", apiRoute: "/items", method: "GET", dataKey: "items" },
          { id: "count", apiRoute: "/count", method: "GET", stateKey: "count" },
        ],
        actions: [
          {
            id: "increase",
            type: "api",
            apiRoute: "/increase",
            method: "POST",
            onSuccess: {
              setState: { count: "result.data", message: "increased" },
              notify: { message: "Increased", type: "success" },
              triggerAction: "home",
            },
          },
          {
            id: "fail",
            type: "api",
            apiRoute: "/fail",
            method: "POST",
            onError: { setState: { message: "failed" } },
          },
          {
            id: "echo",
            type: "api",
            apiRoute: "/echo",
            method: "POST",
            body: { message: "{{state.message}}" },
          },
        ],
      }, {
        path: "/details",
        meta: { title: "Board details", showInNav: true, navOrder: 2 },
        template: JSON.stringify({
          id: "details",
          name: "Details",
          layout: { type: "stack" },
          widgets: [{ type: "text", props: { text: "Details" } }],
        }),
        loaders: [{
          id: "tick",
          apiRoute: "/tick",
          method: "GET",
          dataKey: "tick",
          polling: { enabled: true, interval: 500 },
        }],
      }],
    },
  },
};
