import { assertEquals, assertStringIncludes } from "@std/assert";
import { consoleTest } from "./browser.ts";
import { manifestOf } from "./plugins.ts";

/** Code of a plugin with one page, and with routes that its page uses. */
function pagePlugin(template: unknown, rest: unknown = {}): string {
  return `
let ticks = 0;
const notes = [{ id: 1, title: "First", open: true }];
export default { config: {
  apiRoutes: {
    "/notes": { method: "GET", actions: ["notes"] },
    "/add": { method: "POST", actions: ["add"] },
    "/remove": { method: "POST", actions: ["remove"] },
    "/tick": { method: "GET", actions: ["tick"] },
    "/fail": { method: "POST", actions: ["fail"] },
    "/seen": { method: "POST", actions: ["seen"] },
  },
  actions: {
    notes: () => notes,
    add: ({ body }) => { notes.push({ id: notes.length + 1, title: body.title, open: body.open }); return { count: notes.length }; },
    remove: ({ body }) => { notes.splice(notes.findIndex((it) => it.id === body.id), 1); return notes.length; },
    tick: () => ++ticks,
    fail() { throw new Error("no paper left"); },
    seen: ({ body }) => body,
  },
  frontend: { routes: [{
    path: "/",
    meta: { title: "Notes" },
    template: ${JSON.stringify(template)},
    ...${JSON.stringify(rest)},
  }] },
} };`;
}

async function openPage(
  open: Parameters<Parameters<typeof consoleTest>[1]>[0],
  name: string,
  code: string,
): Promise<void> {
  const { id, error } = await open.handler.installPlugin(
    manifestOf(name, code),
  );
  if (id === undefined) throw error;
  await open.handler.loadPlugin(id);
}

const NOTES = {
  id: "notes",
  name: "Notes",
  layout: { type: "flex", direction: "column", gap: 16 },
  state: { initial: { title: "", open: true } },
  widgets: [
    {
      type: "card",
      props: {},
      children: [
        { type: "cardHeader", props: { text: "New note" } },
        {
          type: "cardBody",
          props: {},
          children: [
            { type: "input", props: { label: "Title", binding: "title" } },
            { type: "toggle", props: { label: "Open", binding: "open" } },
            { type: "button", props: { text: "Add", action: "add" } },
            {
              type: "button",
              props: { text: "Break", variant: "danger", action: "fail" },
            },
          ],
        },
      ],
    },
    {
      type: "table",
      props: {
        searchable: true,
        columns: [
          { key: "id", title: "Id", align: "right", width: "4rem" },
          { key: "title", title: "Title" },
          { key: "open", title: "Open" },
        ],
      },
      bindings: { data: "notes" },
    },
    {
      type: "container",
      props: { layout: "flex", gap: 8 },
      loop: { items: "notes", itemVar: "note" },
      condition: "note.id !== 99",
      children: [
        { type: "text", props: {}, bindings: { text: "note.title" } },
        {
          type: "button",
          props: { text: "Remove", size: "sm", action: "remove" },
        },
      ],
    },
    { type: "text", props: {}, bindings: { text: "count" } },
    { type: "badge", props: { text: "polled" }, condition: "tick > 2" },
  ],
};

const NOTES_REST = {
  loaders: [
    { id: "notes", apiRoute: "/notes", dataKey: "notes" },
    {
      id: "tick",
      apiRoute: "/tick",
      dataKey: "tick",
      polling: { interval: 500, enabled: true },
    },
  ],
  actions: [
    { id: "refresh", type: "reload", loaderIds: ["notes"] },
    {
      id: "add",
      type: "api",
      apiRoute: "/add",
      body: { title: "{{title}}", open: "{{state.open}}" },
      onSuccess: {
        setState: { title: "", count: "result.count" },
        notify: { message: "Added", type: "success" },
        triggerAction: "refresh",
      },
    },
    {
      id: "remove",
      type: "api",
      apiRoute: "/remove",
      body: { id: "{{payload.note.id}}" },
      confirm: { message: "Remove it for good?", confirmText: "Yes" },
      onSuccess: { triggerAction: "refresh" },
    },
    {
      id: "fail",
      type: "api",
      apiRoute: "/fail",
      onError: { notify: { message: "It did not work", type: "error" } },
    },
  ],
};

consoleTest(
  "a plugin's page has forms, actions, confirms and polling",
  async (open) => {
    const { page } = open;
    await openPage(open, "notes", pagePlugin(NOTES, NOTES_REST));
    await open.becomeAdmin();
    await page.getByRole("link", { name: "Notes", exact: true }).click();
    await open.see("New note");
    assertStringIncludes(page.url(), "/p/notes/");
    await page.getByLabel("Title", { exact: true }).fill("Second");
    await page.getByRole("switch").click();
    await open.press("Add");
    await open.see("Added");
    await page.getByRole("cell", { name: "Second" }).waitFor();
    await page.getByRole("cell", { name: "false" }).waitFor();
    assertEquals(
      await page.getByLabel("Title", { exact: true }).inputValue(),
      "",
    );
    await open.see("polled");
    await open.inspect("page-notes");

    await open.press("Break");
    await open.see("It did not work");
    await open.press("Remove");
    await open.see("Remove it for good?");
    await open.inspect("page-confirm");
    await open.press("Yes");
    await page.getByRole("cell", { name: "First" }).waitFor({
      state: "detached",
    });
    await page.getByPlaceholder("Search …").fill("nothing");
    await open.see("No data");
  },
);

const EVERYTHING = {
  widgets: [
    { type: "text", props: { text: "A script", as: "script" } },
    { type: "text", props: { text: "<img src=x onerror=alert(1)>" } },
    { type: "text", props: { text: { an: "object" } } },
    { type: "badge", props: { text: "unique", unique: true } },
    {
      type: "badge",
      props: { text: "outlined", outlined: true, variant: "error" },
    },
    { type: "divider", props: { label: "Divided" } },
    { type: "checkbox", props: { label: "Checked", checked: true } },
    {
      type: "checkboxGroup",
      props: {
        options: [{ value: "a", label: "Alpha" }, {
          value: "b",
          label: "Beta",
        }],
        binding: "chosen",
      },
    },
    { type: "slider", props: { label: "Volume", binding: "volume" } },
    {
      type: "hoverBubble",
      props: { label: "Explained" },
      children: [{ type: "text", props: { text: "Hover" } }],
    },
    { type: "link", props: { href: "javascript:alert(1)", text: "Evil link" } },
    {
      type: "link",
      props: {
        href: "https://example.com/",
        text: "Good link",
        external: true,
      },
    },
    {
      type: "slides",
      props: { header: "Slides", slides: ["One", "Two"] },
      children: [
        { type: "text", props: { text: "Pane one" } },
        { type: "text", props: { text: "Pane two" } },
      ],
    },
    { type: "button", props: { text: "Open", action: "open" } },
    {
      type: "modal",
      props: { title: "Modal" },
      bindings: { open: "shown" },
      children: [{ type: "text", props: { text: "Inside" } }],
    },
    {
      type: "card",
      props: { variant: "success", className: "notices dialog" },
      children: [{ type: "text", props: { text: "Card" } }],
    },
    { type: "table", props: {} },
    { type: "table", props: { columns: "no" }, bindings: { data: "volume" } },
    { type: "constructor", props: {} },
    { type: "toString" },
    { type: "text" },
    { type: "button" },
    { type: "fragment", fragmentId: "lost" },
    null,
    "text",
    { props: {} },
  ],
  state: { initial: { volume: 30, chosen: ["b"] } },
};

consoleTest(
  "a plugin's page with everything in it throws nothing and scripts nothing",
  async (open) => {
    const { page } = open;
    const actions = [{
      id: "open",
      type: "setState",
      stateUpdates: { shown: true },
    }];
    await openPage(open, "zoo", pagePlugin(EVERYTHING, { actions }));
    await open.becomeAdmin();
    await open.go("/p/zoo/");
    await open.see("Divided");
    assertEquals(await page.locator(".w-page script, .w-page img").count(), 0);
    assertEquals(await page.getByText("Evil link").getAttribute("href"), null);
    assertEquals(
      await page.getByRole("link", { name: /Good link/ }).getAttribute("rel"),
      "noopener noreferrer",
    );
    assertEquals(await page.getByLabel("Checked").isChecked(), true);
    assertEquals(await page.getByLabel("Beta").isChecked(), true);
    assertEquals(await page.locator(".w-page .notices").count(), 0);
    await open.see('{"an":"object"}');
    await open.see(/"constructor" is no widget/);
    await open.see(/fragment "lost" is missing/);
    await open.press("Two");
    await open.see("Pane two");
    await open.inspect("page-widgets");
    await open.press("Open");
    await open.see("Inside");
    await page.keyboard.press("Escape");
    await page.getByText("Inside").waitFor({ state: "detached" });
  },
);

consoleTest(
  "a plugin's page knows nothing of the state of another one",
  async (open) => {
    const { page } = open;
    const body = { type: "input", props: { label: "Word", binding: "secret" } };
    const show = {
      type: "button",
      props: { text: "Show state", action: "seen" },
    };
    const seen = {
      id: "seen",
      type: "api",
      apiRoute: "/seen",
      body: { secret: "{{secret}}" },
      onSuccess: { setState: { got: "result.data" } },
    };
    const template = {
      widgets: [body, show, { type: "text", bindings: { text: "got" } }],
    };
    for (const name of ["first", "second"]) {
      await openPage(
        open,
        name,
        pagePlugin(template, { meta: { title: name }, actions: [seen] }),
      );
    }
    await open.becomeAdmin();
    await open.press("first");
    await page.getByLabel("Word").fill("hidden");
    await open.press("Show state");
    await open.see('{"secret":"hidden"}');
    await open.press("second");
    await open.see("A page of second");
    assertEquals(await page.getByLabel("Word").inputValue(), "");
    await open.press("Show state");
    await open.see("{}");
  },
);

consoleTest(
  "a plugin's page says which loader failed, and shows the rest",
  async (open) => {
    await openPage(
      open,
      "half",
      pagePlugin(
        { widgets: [{ type: "text", props: { text: "Still here" } }] },
        {
          loaders: [{ id: "broken", apiRoute: "/fail", method: "POST" }],
        },
      ),
    );
    await openPage(
      open,
      "yaml",
      pagePlugin(`id: y
name: Y
widgets:
  - type: text
    props: { text: From YAML }
`),
    );
    await open.becomeAdmin();
    await open.go("/p/half/");
    await open.see("Still here");
    await open.see(/Loading "broken" failed/);
    await open.go("/p/yaml/");
    await open.see("From YAML");
    await open.go("/p/yaml/lost");
    await open.see("This could not be loaded");
  },
);
