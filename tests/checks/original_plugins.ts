/**
 * Plugins of the shapes that the original's own have: pages with widgets, in
 * the builder's form, as JSON, and with everything that its renderer honours.
 *
 * @module
 */

const ROUTES = {
  "/items": { method: "GET", actions: ["list"] },
  "/create": { method: "POST", actions: ["create"] },
  "/data": { method: ["GET", "POST"], actions: ["list"] },
  "/delete/:id": { method: "DELETE", actions: ["create"] },
};
const ACTIONS = { list: () => [], create: () => ({ created: true }) };

/** The documentation's own: one widget as the whole template. */
const ONE_WIDGET = {
  name: "dashboard",
  version: "1.0.0",
  config: {
    table: { name: "dashboard", columns: { id: { type: "INTEGER" } } },
    actions: ACTIONS,
    apiRoutes: ROUTES,
    frontend: {
      routes: [{
        path: "/dashboard",
        template: {
          type: "container",
          children: [
            { type: "heading", props: { level: 1, text: "Plugin Dashboard" } },
            { type: "dataTable", props: { dataKey: "items" } },
          ],
        },
        meta: { title: "Dashboard", icon: "dashboard", showInNav: true },
        loaders: [{
          id: "items-loader",
          apiRoute: "/data",
          method: "GET",
          stateKey: "items",
          polling: { interval: 30_000, enabled: true },
        }],
        actions: [
          { id: "refresh", type: "reload", loaderIds: ["items-loader"] },
          {
            id: "create-item",
            type: "api",
            apiRoute: "/create",
            method: "POST",
            onSuccess: {
              notify: { message: "Item created!", type: "success" },
              triggerAction: "refresh",
            },
          },
        ],
      }, { path: "/", template: {} }],
      globalState: {
        initial: { theme: "light" },
        computed: { isDark: "state.theme === 'dark'" },
      },
    },
  },
  events: {
    onContainerStart: () => {},
    onContainerStop: () => {},
    onContainerRestart: () => {},
    onContainerDestroy: () => {},
    onHostAdd: () => {},
    onServerBoot: () => {},
  },
};

const EVERY_WIDGET = {
  id: "every",
  name: "Every widget",
  description: "All that there is",
  version: "1",
  layout: {
    type: "grid",
    columns: 2,
    gap: 8,
    padding: "1rem",
    maxWidth: 900,
    centered: true,
    className: "page",
  },
  state: {
    initial: { open: false, rows: [], status: "running" },
    computed: { isOpen: "open === true" },
  },
  meta: { anything: true },
  actions: [
    { id: "show", type: "setState", stateUpdates: { open: true } },
    { id: "away", type: "navigate", path: "./details" },
    { id: "special", type: "custom", handler: "special", debounce: 50 },
    { id: "again", type: "reload" },
  ],
  widgets: [
    { type: "text", props: { text: "Hello", as: "h2", className: "big" } },
    { type: "text", props: { text: 0 }, bindings: { text: "count" } },
    {
      type: "badge",
      props: {
        text: "new",
        variant: "success",
        size: "xs",
        rounded: true,
        outlined: false,
        unique: true,
      },
      condition: "status === 'running'",
    },
    {
      type: "button",
      props: {
        text: "Show",
        variant: "ghost",
        size: "lg",
        type: "submit",
        disabled: false,
        loading: false,
        fullWidth: true,
        noFocusRing: true,
        action: "show",
      },
      actions: { onClick: "show" },
    },
    {
      type: "card",
      props: {
        variant: "elevated",
        size: "sm",
        hoverable: true,
        action: "away",
        glass: true,
        tabIndex: 0,
      },
      children: [
        { type: "cardHeader", props: { text: "Head", id: "head", size: "sm" } },
        { type: "cardHeader", props: {}, children: [] },
        {
          type: "cardBody",
          props: { className: "p-2" },
          children: [{ type: "divider", props: { label: "or" } }],
        },
        { type: "cardFooter", props: { align: "right" } },
      ],
    },
    {
      type: "divider",
      props: { variant: "dashed", orientation: "vertical", shadow: false },
    },
    {
      type: "input",
      props: {
        type: "email",
        size: "sm",
        variant: "underline",
        placeholder: "you@example.com",
        error: true,
        binding: "mail",
        required: true,
        id: "mail",
        "aria-label": "Mail",
        autoComplete: "off",
      },
      bindings: { value: "mail", onChange: "changed" },
    },
    {
      type: "checkbox",
      props: {
        label: "Yes",
        indeterminate: true,
        name: "yes",
        value: "1",
        variant: "icon",
      },
      bindings: { checked: "open" },
    },
    {
      type: "checkboxGroup",
      props: {
        options: [{ value: "a", label: "A", disabled: true }],
        direction: "horizontal",
      },
      bindings: { selectedValues: "chosen" },
    },
    { type: "toggle", props: { label: "On", size: "lg", checked: true } },
    {
      type: "hoverBubble",
      props: { label: "Why", position: "right" },
      children: [{ type: "text", props: { text: "?" } }],
    },
    {
      type: "link",
      props: {
        href: "https://example.com",
        text: "More",
        external: true,
        icon: "arrow",
        iconPosition: "right",
      },
    },
    {
      type: "modal",
      props: {
        title: "Sure?",
        footer: "Think",
        size: "xl",
        bodyClasses: "p-4",
        openBinding: "open",
        transparent: true,
      },
      bindings: { open: "open", onClose: "close" },
      children: [{ type: "button", props: { text: "Go", action: "again" } }],
    },
    {
      type: "slider",
      props: {
        min: 0,
        max: 10,
        step: 2,
        label: "Much",
        showValue: false,
        variant: "gradient",
        marks: [{ value: 5, label: "half" }],
        size: "sm",
      },
      bindings: { value: "much" },
    },
    {
      type: "slides",
      props: {
        header: "Panes",
        description: "Two",
        buttonPosition: "center",
        connected: true,
        defaultSlide: "0",
        hideable: true,
        slides: [{ id: "0" }],
        selectedSlideBinding: "pane",
        variant: "minimal",
      },
      children: [{ type: "container", props: {} }],
    },
    {
      type: "table",
      props: {
        columns: [
          { key: "name", title: "Name", width: "12rem", sortable: false },
          { key: "n", title: "N", align: "right", renderTemplate: "{{n}}" },
        ],
        striped: true,
        bordered: true,
        hoverable: true,
        searchable: true,
        searchPlaceholder: "Find",
        size: "sm",
        dataBinding: "rows",
        rowKey: "name",
        virtualizeThreshold: 50,
        rowHeight: 40,
        maxHeight: 600,
      },
      bindings: { data: "rows" },
    },
    {
      type: "container",
      props: {
        layout: "flex",
        direction: "row-reverse",
        gap: "4px",
        align: "baseline",
        justify: "evenly",
      },
      loop: {
        items: "rows",
        itemVar: "row",
        indexVar: "at",
        keyExpr: "row.name",
      },
      children: [{
        type: "text",
        props: { text: "" },
        bindings: { text: "row.name" },
      }],
    },
    { type: "container", children: [] },
    { type: "fragment", fragmentId: "foot", props: { year: 2024 } },
  ],
};

const PAGES = {
  name: "pages",
  version: "2.1.0",
  config: {
    actions: ACTIONS,
    apiRoutes: ROUTES,
    frontend: {
      routes: [
        {
          path: "every",
          template: EVERY_WIDGET,
          meta: { title: "Every", icon: "star", navOrder: 1, badge: "new" },
          loaders: [{
            id: "rows",
            apiRoute: "/data",
            method: "POST",
            body: { page: "{{page}}" },
            dataKey: "rows",
            polling: { interval: 5_000, enabled: "live" },
            cache: { ttl: 1_000 },
            runOnNavigate: true,
          }],
          actions: [{
            id: "create",
            type: "api",
            apiRoute: "create",
            body: { id: "{{payload.id}}" },
            onSuccess: { setState: { made: "result.id" }, navigate: "/" },
            onError: { notify: { message: "No", type: "error" } },
            confirm: { message: "Sure?", title: "T", confirmText: "Y" },
            showLoading: true,
          }],
        },
        {
          path: "/details",
          template: JSON.stringify({
            id: "details",
            name: "Details",
            widgets: [
              { type: "text", props: { text: "Details" } },
              { type: "button", props: { text: "Home", action: "home" } },
            ],
          }),
        },
        {
          path: "/yaml",
          template: [
            "id: yaml",
            "name: YAML",
            "widgets:",
            "  - type: text",
            "    props:",
            "      text: Hello",
          ].join("\n"),
        },
      ],
      sharedFragments: [{
        id: "foot",
        name: "Foot",
        props: { year: { type: "number", required: true, default: 2024 } },
        widgets: [{ type: "text", props: { text: "2024" } }],
      }],
      globalActions: [{ id: "home", type: "navigate", path: "/every" }],
      globalLoaders: [{ id: "all", apiRoute: "/items", stateKey: "all" }],
      globalState: { initial: { live: true } },
    },
  },
  events: {
    "container:started": () => {},
    "container:destroyed": () => {},
    "container:metrics": () => {},
    "host:health:changed": () => {},
    "host:metrics": () => {},
    "stream:data": () => {},
    "image:pulled": () => {},
    error: () => {},
    "custom:mine": () => {},
  },
};

/** The plugins by name. */
export const ORIGINAL_PLUGINS: Readonly<Record<string, object>> = {
  "one-widget pages": ONE_WIDGET,
  "pages of every widget": PAGES,
};
