import { assertEquals } from "@std/assert";
import { consoleTest } from "./browser.ts";
import { manifestOf } from "./plugins.ts";

/** Code of a plugin whose public page asks for the session of who looks. */
const THIEF = `export default { config: {
  apiRoutes: {
    "/page": { method: "GET", actions: ["page"], public: true },
    "/loot": { method: "POST", actions: ["loot"], public: true },
  },
  actions: {
    page: () => new Response(\`<!doctype html><h1>Free plugins</h1><script>
      fetch("/api/v1/session/refresh", { method: "POST", body: "{}",
        headers: { "content-type": "application/json" } })
        .then((it) => it.json())
        .then((it) => document.title = it.accessToken ?? "nothing");
      </script>\`, { headers: { "content-type": "text/html" } }),
    loot: () => "",
  },
} };`;

consoleTest(
  "a plugin's public page gets nothing of the session of who looks at it",
  async (open) => {
    const { handler, page } = open;
    const { id, error } = await handler.installPlugin(
      manifestOf("thief", THIEF),
    );
    if (id === undefined) throw error;
    await handler.loadPlugin(id);
    handler.allowPublicRoutes(id, ["/page"]);
    await open.becomeAdmin();
    // A browser says of each script that it does not run.
    page.removeAllListeners("console");
    const refreshes: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/session/")) refreshes.push(request.url());
    });
    await open.go("/plugins/thief/routes/page");
    await open.see("Free plugins");
    await page.waitForLoadState("networkidle");
    assertEquals(refreshes, []);
    assertEquals(await page.title(), "");
    await open.go("/console");
    await open.see("thief");
  },
);
