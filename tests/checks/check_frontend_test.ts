import { assertEquals, assertMatch } from "@std/assert";
import { checkPage } from "./check.ts";

Deno.test("checkPlugin() says nothing of an empty page", () => {
  assertEquals(checkPage({}), []);
});

Deno.test("checkPlugin() finds loaders that call what is not there", () => {
  const loaders = [
    { id: "a", apiRoute: "/items" },
    { id: "b", apiRoute: "items/5?full=1" },
    { id: "c", apiRoute: "/item" },
    { id: "d", apiRoute: "/elsewhere" },
    { id: "e", apiRoute: "/items/5", method: "POST" },
    { id: "f" },
  ];
  assertEquals(checkPage({ loaders }), [
    'loaders[2].apiRoute names "/item", which is no route of the plugin; did you mean "/items"?',
    'loaders[3].apiRoute names "/elsewhere", which is no route of the plugin',
    'loaders[4].method asks for POST "/items/5", which serves GET, DELETE only',
    "loaders[5] has no apiRoute, so that it loads nothing",
  ]);
});

Deno.test("checkPlugin() finds actions that cannot work", () => {
  const actions = [
    { id: "add", type: "api", apiRoute: "/items" },
    { id: "drop", type: "api", apiRoute: "/items/5" },
    { id: "bare", type: "api" },
    { id: "set", type: "setState" },
    { id: "odd", type: "setstate", stateUpdates: {} },
    { id: "none" },
  ];
  assertEquals(checkPage({ actions }), [
    'actions[1].method asks for POST "/items/5", which serves GET, DELETE only',
    'actions[2] has no apiRoute, without which "api" does nothing',
    'actions[3] has no stateUpdates, without which "setState" does nothing',
    'actions[4].type is "setstate", and none of setState, navigate, api, reload, custom; did you mean "setState"?',
    "actions[5].type is missing, and none of setState, navigate, api, reload, custom",
  ]);
});

Deno.test("checkPlugin() finds actions that name loaders or actions that are not there", () => {
  const loaders = [{ id: "items", apiRoute: "/items" }];
  const actions = [
    { id: "refresh", type: "reload", loaderIds: ["items", "item"] },
    {
      id: "add",
      type: "api",
      apiRoute: "/items",
      onSuccess: { triggerAction: "refrehs" },
      onError: { triggerAction: "refresh" },
    },
  ];
  assertEquals(checkPage({ loaders, actions }), [
    'actions[0].loaderIds[1] names "item", which is no loader of the page; did you mean "items"?',
    'actions[1].onSuccess.triggerAction names "refrehs", which is no action of the page; did you mean "refresh"?',
  ]);
});

Deno.test("checkPlugin() takes what is global, and what a template holds, as part of the page", () => {
  const page = {
    template: {
      id: "p",
      name: "P",
      widgets: [
        { type: "button", props: { text: "A", action: "everywhere" } },
        { type: "button", props: { text: "B", action: "here" } },
        { type: "card", props: { action: "inside" } },
      ],
      actions: [{ id: "inside", type: "reload", loaderIds: ["all"] }],
    },
    actions: [{ id: "here", type: "navigate", path: "/" }],
  };
  const shared = {
    globalLoaders: [{ id: "all", apiRoute: "/items" }],
    globalActions: [{
      id: "everywhere",
      type: "api",
      apiRoute: "/items",
      onSuccess: { triggerAction: "here" },
    }],
  };
  assertEquals(checkPage(page, shared), []);
});

Deno.test("checkPlugin() finds buttons and cards whose action is not there", () => {
  const template = {
    type: "container",
    children: [
      { type: "button", props: { text: "A", action: "refrsh" } },
      { type: "card", props: { action: "open" } },
      { type: "input", actions: { onChange: "refresh", onSubmit: "save" } },
    ],
  };
  const actions = [{ id: "refresh", type: "reload" }];
  assertEquals(checkPage({ template, actions }), [
    'template.children[0].props.action names "refrsh", which is no action of the page; did you mean "refresh"?',
    'template.children[1].props.action names "open", which is no action of the page',
    'template.children[2].actions.onSubmit names "save", which is no action of the page',
  ]);
});

Deno.test("checkPlugin() finds widgets of unknown types, and nodes that are none", () => {
  const template = {
    widgets: [
      { type: "buton" },
      { type: "sparkline" },
      { props: {} },
      "text",
      { type: "constructor" },
      { type: "card", children: {} },
    ],
  };
  assertEquals(checkPage({ template }), [
    'template.widgets[0].type is "buton", which is no widget that is known here; did you mean "button"?',
    'template.widgets[1].type is "sparkline", which is no widget that is known here',
    "template.widgets[2].type is missing, so that nothing is shown",
    "template.widgets[3] must be a widget, and is a string",
    'template.widgets[4].type is "constructor", which is no widget that is known here',
    "template.widgets[5].children must be an array of widgets, and is an object",
  ]);
});

Deno.test("checkPlugin() finds props that are misspelt, missing or of another type", () => {
  const template = {
    widgets: [
      { type: "badge", props: { text: 5, varient: "error", style: {} } },
      { type: "badge", props: { text: "A", variant: "sucess" } },
      { type: "slider", props: { min: "0", max: "{{most}}" } },
      { type: "table", props: {}, bindings: { data: "rows" } },
      { type: "link", props: { text: "More" }, bindings: { href: "to" } },
      { type: "text", props: "Hello" },
      { type: "text", loop: { item: "rows" } },
    ],
  };
  assertEquals(checkPage({ template }), [
    'template.widgets[0].props.varient is no prop of a badge; did you mean "variant"?',
    'template.widgets[1].props.variant is "sucess", and none of primary, secondary, success, warning, error; did you mean "success"?',
    'template.widgets[2].props.min must be a number, and is "0"',
    "template.widgets[3].props has no columns, which a table needs",
    "template.widgets[5].props must be an object, and is a string",
    "template.widgets[6].loop.items must name the list that it repeats the widget for",
  ]);
});

Deno.test("checkPlugin() finds fragments that are not there, and looks into those that are", () => {
  const template = {
    widgets: [
      { type: "fragment", fragmentId: "head" },
      { type: "fragment", fragmentId: "heads" },
      { type: "fragment" },
    ],
  };
  const sharedFragments = [
    { id: "head", name: "Head", widgets: [{ type: "txt" }] },
    { id: "head", name: "Head", widgets: [] },
  ];
  assertEquals(checkPage({ template }, { sharedFragments }), [
    'sharedFragments[1].id is "head", as is that of an earlier fragment, which wins',
    'template.widgets[1].fragmentId names "heads", which is none of the sharedFragments; did you mean "head"?',
    "template.widgets[2].fragmentId is missing, so that nothing is shown",
    'sharedFragments[0].widgets[0].type is "txt", which is no widget that is known here; did you mean "text"?',
  ]);
});

Deno.test("checkPlugin() finds ids and paths that occur twice", () => {
  const page = {
    template: {
      widgets: [{ type: "text", id: "a" }, { type: "text", id: "a" }],
    },
    loaders: [
      { id: "items", apiRoute: "/items" },
      { id: "items", apiRoute: "/items" },
    ],
    actions: [{ id: "home", type: "navigate", path: "/" }],
  };
  const globalActions = [{ id: "home", type: "navigate", path: "/home" }];
  assertEquals(checkPage(page, { globalActions }), [
    'loaders[1].id is "items", as is that of an earlier loader, which wins',
    'actions[0].id is "home", as is that of an earlier action, which wins',
    'template.widgets[1].id is "a", as is that of another widget',
  ]);
  const routes = [{ path: "/a", template: {} }, { path: "a/", template: {} }];
  assertEquals(checkPage({}, { routes }), [
    'routes[1].path is "/a", as is that of an earlier page, which wins',
  ]);
});

Deno.test("checkPlugin() finds strings that are no template", () => {
  assertMatch(
    checkPage({ template: '{ "widgets": [ }' })[0]!,
    /^template is neither JSON nor YAML: line 1 /,
  );
  assertMatch(
    checkPage({ template: "widgets:\n\t- type: text" })[0]!,
    /^template is neither JSON nor YAML: /,
  );
  assertEquals(checkPage({ template: "just words" }), [
    "template must hold an object, and holds a string",
  ]);
  assertEquals(checkPage({ template: "widgets:\n  - type: txt" }), [
    'template.widgets[0].type is "txt", which is no widget that is known here; did you mean "text"?',
  ]);
  assertEquals(checkPage({ template: { title: "A" } }), [
    "template has neither widgets nor a type, so that the page is empty",
  ]);
});
