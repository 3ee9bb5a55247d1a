import { assertEquals } from "@std/assert";
import { consoleTest, type OpenConsole } from "./browser.ts";
import { GREETER, manifestOf, serveFiles } from "./plugins.ts";

/** Code of a plugin with a setting, a secret, a schedule and a public route. */
const CLOCK = `export default { config: {
  settings: {
    greeting: { type: "string", label: "Greeting", default: "Hello" },
    volume: { type: "number", label: "Volume", description: "From 0 to 11" },
    loud: { type: "boolean", label: "Loud" },
    mode: { type: "enum", label: "Mode", options: ["day", "night"], default: "day" },
  },
  apiRoutes: {
    "/hello": { method: "GET", actions: ["hello"] },
    "/hook": { method: "POST", actions: ["hello"], public: true },
  },
  actions: { hello: ({ settings }) => settings },
  schedules: { chime: { every: "1h", actions: ["hello"] } },
} };`;

async function install(
  { handler }: OpenConsole,
  name: string,
  code: string,
): Promise<number> {
  const { id, error } = await handler.installPlugin(manifestOf(name, code));
  if (id === undefined) throw error;
  await handler.loadPlugin(id);
  return id;
}

consoleTest(
  "the console installs from a catalogue after a dry run",
  async (open) => {
    const { page } = open;
    const manifest = manifestOf("greeter", GREETER, {
      permissions: { net: ["api.example.com"] },
    });
    await using site = serveFiles({
      "repo.json": JSON.stringify({
        config: { name: "Acme plugins", type: "http" },
        content: { plugins: [manifest] },
      }),
    });
    await open.becomeAdmin();
    await open.press("Browse the catalogue");
    await open.see("Your repositories offer nothing yet");
    await page.getByLabel("Add a repository").fill(`${site.url}/repo.json`);
    await open.press("Add");
    await open.see("Acme plugins is added");
    await open.see("Shows what greeter can do");
    await open.inspect("catalogue");

    await open.press("Install greeter");
    await open.see("api.example.com");
    await open.see("GET /hello");
    await open.inspect("dry-run");
    assertEquals(open.handler.getAll(), []);
    await page.getByRole("dialog")
      .getByRole("button", { name: "Install", exact: true }).click();
    await page.locator("h1", { hasText: "greeter" }).waitFor();
    assertEquals(open.handler.getAll().map(({ name }) => name), ["greeter"]);
    await open.press("Permissions");
    await open.see("Granted");
    await open.inspect("plugin-permissions");
  },
);

consoleTest(
  "the console says why a plugin cannot be installed",
  async (open) => {
    await open.becomeAdmin();
    await open.go("/console/catalogue");
    await open.page.getByLabel("Address of a manifest")
      .fill("http://127.0.0.1:1/manifest.json");
    await open.press("Look at it");
    await open.page.getByRole("dialog").getByRole("alert").waitFor();
    await open.press("Cancel");
    await open.page.getByRole("dialog").waitFor({ state: "detached" });
  },
);

consoleTest(
  "the console sets when a plugin is updated by itself",
  async (open) => {
    const { page } = open;
    const manifest = manifestOf("greeter", GREETER);
    await using site = serveFiles({
      "manifest.json": JSON.stringify(manifest),
    });
    await open.handler.installFromManifestLink(`${site.url}/manifest.json`);
    await open.becomeAdmin();
    await open.press("Check for updates");
    await open.go("/console/updates");
    await page.getByLabel("By itself").selectOption("minor");
    await open.press("When greeter is updated by itself");
    await page.getByLabel("From").fill("23:30");
    await page.getByLabel("Until").fill("01:15");
    await page.getByLabel("Time zone").fill("Nowhere/Atall");
    await page.getByLabel("Sat").uncheck();
    await open.inspect("update-window");
    await open.press("Save");
    await open.see(/is no time zone/);
    await page.getByLabel("Time zone").fill("Europe/Berlin");
    await open.press("Save");
    await open.see("The times are saved");
    await open.see("23:30 to 01:15");
    await open.press("When greeter is updated by itself");
    assertEquals(await page.getByLabel("Until").inputValue(), "01:15");
    assertEquals(await page.getByLabel("Sat").isChecked(), false);
    await open.press("Update at any time");
    await open.see("At any time");
  },
);

consoleTest(
  "the console shows what an update changes, makes it, and rolls it back",
  async (open) => {
    const { page } = open;
    const manifest = (url: string, version: string, rest = {}) =>
      JSON.stringify(manifestOf("greeter", GREETER.replace("Hello", version), {
        version,
        manifest: `${url}/manifest.json`,
        ...rest,
      }));
    const files: Record<string, string> = {};
    await using site = serveFiles(files);
    files["manifest.json"] = manifest(site.url, "1.0.0");
    await open.handler.installFromManifestLink(`${site.url}/manifest.json`);
    await open.handler.loadAllPlugins();
    files["manifest.json"] = manifest(site.url, "1.1.0", {
      permissions: { env: ["HOME"] },
      changelog: "CHANGES.md",
    });
    files["CHANGES.md"] = "# 1.1.0\n\nGreets by version.";

    await open.becomeAdmin();
    await open.press("Check for updates");
    await open.see("1 update found");
    await open.go("/console/updates");
    await open.press("Review the update of greeter");
    await open.see("Greets by version.");
    await open.see("HOME");
    await open.inspect("update");
    await page.getByRole("dialog")
      .getByRole("button", { name: "Grant and update" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assertEquals(open.handler.getAll()[0]!.version, "1.1.0");
    assertEquals(open.handler.getPermissions(1).effective, { env: ["HOME"] });

    await open.go("/console/plugins/1?tab=versions");
    await open.press("Roll back to 1.0.0");
    await open.press("Roll back");
    await open.see("Version 1.0.0");
    assertEquals(open.handler.getAll()[0]!.version, "1.0.0");
    await open.inspect("plugin-versions");
    await page.getByLabel("Range of versions").fill("^1.0.0");
    await open.press("Save");
    await open.see("Pinned to ^1.0.0");
  },
);

consoleTest(
  "the console keeps settings, runs schedules and opens public routes",
  async (open) => {
    const { page } = open;
    const id = await install(open, "clock", CLOCK);
    await open.becomeAdmin();
    await open.go(`/console/plugins/${id}?tab=settings`);
    await page.getByLabel("Greeting").fill("Moin");
    await page.getByLabel("Volume").fill("11");
    await page.getByLabel("Loud").check();
    await page.getByLabel("Mode").selectOption("night");
    await open.inspect("plugin-settings");
    await open.press("Save settings");
    await open.see("The settings are saved");
    assertEquals(open.handler.getSettings(id), {
      greeting: "Moin",
      volume: 11,
      loud: true,
      mode: "night",
    });

    await open.press("Schedules");
    await open.press("Run now: chime");
    await open.see("Succeeded");
    await open.inspect("schedules");
    await open.go(`/console/plugins/${id}?tab=routes`);
    await page.getByLabel("/hook").check();
    await open.press("Save public routes");
    await open.see("The public routes are saved");
    assertEquals(open.handler.getPublicRoutes(id).effective, ["/hook"]);
  },
);

consoleTest(
  "the console shows log lines as they are written, and who did what",
  async (open) => {
    const { page } = open;
    const id = await install(open, "greeter", GREETER);
    open.handler.disablePlugin(id, "too loud", { actor: "grace" });
    await open.becomeAdmin();
    await open.go("/console/logs");
    await open.see("No lines yet");
    await open.see("Live");
    const log = (level: "info" | "error", message: string) =>
      open.server.logSink({
        category: ["dockstat", "plugin", "greeter"],
        level,
        message: [message],
        timestamp: Date.now(),
        properties: {},
      });
    log("info", "the first line");
    await open.see("the first line");
    log("error", "the second line");
    await open.see("the second line");
    await open.inspect("logs");
    await page.getByLabel("Level", { exact: true }).selectOption("error");
    await page.getByText("the first line").waitFor({ state: "detached" });
    await open.go("/console/audit");
    await open.see("grace");
    await open.see("too loud");
    await open.inspect("audit");
  },
);

consoleTest(
  "the console adds users and keys, and changes the own password",
  async (open) => {
    const { page } = open;
    await open.becomeAdmin();
    await open.go("/console/users");
    await page.getByLabel("New user's name").fill("grace");
    await page.getByLabel("Password").fill("another long one");
    await open.press("Add user");
    await open.see("grace is added");
    await page.getByLabel("New key's name").fill("deploy");
    await open.press("Make key");
    await open.see(/shown this once/);
    await open.inspect("users");
    const key = await page.locator(".secret-once code").innerText();
    const answer = await fetch(`${open.origin}/api/v1/plugins`, {
      headers: { "x-api-key": key },
    });
    assertEquals(answer.status, 200);
    await answer.body?.cancel();
    await open.press("Remove grace");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" })
      .last()
      .click();
    await page.getByText("grace", { exact: true }).waitFor({
      state: "detached",
    });

    await open.go("/console/account");
    await page.getByLabel("Current password").fill("not this one");
    await page.getByLabel("New password").fill("a third long one");
    await open.press("Change password");
    await page.locator(".field.invalid").waitFor();
    await open.inspect("account");
  },
);
