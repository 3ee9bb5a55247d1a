/**
 * `/api/v2/db/config` and `/api/v2/themes`: what the original's frontend reads
 * of its own settings. Pinned pages are kept; the rest is what it starts with.
 *
 * @module
 */
import type { Hono } from "hono";
import { z } from "zod";
import type { SqliteDriver } from "../../sqlite/driver/sqlite_driver.ts";
import { VERSION } from "../../shared/version.ts";
import type { ServerEnv } from "../server_env.ts";
import { bodyOf, requireRole } from "./dialect.ts";

const NAME = "nav_links";
const MAX_LINKS = 100;

const link = z.object({
  path: z.string().min(1).max(500),
  slug: z.string().min(1).max(200),
});
const links = z.array(link);

/** Adds the routes. */
export function addConfigRoutes(
  app: Hono<ServerEnv>,
  driver: SqliteDriver,
): void {
  app.get("/db/config", (context) => {
    requireRole(context, "viewer");
    return context.json({ ...CONFIG, nav_links: read(driver) });
  });
  app.post("/db/config/pinItem", async (context) => {
    requireRole(context, "operator");
    const added = await bodyOf(context, link);
    return context.json(change(driver, (all) => [
      ...all.filter(({ path }) => path !== added.path),
      added,
    ]));
  });
  app.post("/db/config/unpinItem", async (context) => {
    requireRole(context, "operator");
    const { path } = await bodyOf(context, link.partial({ slug: true }));
    return context.json(
      change(driver, (all) => all.filter((one) => one.path !== path)),
    );
  });
  app.get("/themes", (context) => {
    requireRole(context, "viewer");
    const message = "Themes retrieved successfully";
    return context.json({ success: true, message, data: [] });
  });
}

function read(driver: SqliteDriver): z.infer<typeof links> {
  const sql = "SELECT value FROM plugin_handler_server WHERE name = ?";
  const row = driver.get(sql, [NAME]);
  const parsed = links.safeParse(JSON.parse(String(row?.value ?? "[]")));
  return parsed.success ? parsed.data : [];
}

function change(
  driver: SqliteDriver,
  edit: (all: z.infer<typeof links>) => z.infer<typeof links>,
): { changes: number } {
  return driver.transaction(() => {
    const before = read(driver);
    const after = edit(before).slice(-MAX_LINKS);
    const text = JSON.stringify(after);
    if (text === JSON.stringify(before)) return { changes: 0 };
    driver.run(
      "INSERT INTO plugin_handler_server (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [NAME, text],
    );
    return { changes: 1 };
  });
}

const CONFIG = {
  id: "0",
  name: "DockStat",
  version: VERSION,
  config_database_rev: "v1.0.1",
  allow_untrusted_repo: false,
  autostart_handlers_monitoring: true,
  default_themes: { dark: 0, light: 0 },
  additionalSettings: {
    enableRegistration: true,
    showBackendErrorLogs: true,
    showBackendRamUsageInNavbar: true,
  },
  hotkeys: {
    "close:sidebar": "",
    "close:themeEditor": "",
    "open:quicklinks": "k",
    "open:sidebar": "",
    "open:themeEditor": "",
    "toggle:sidebar": "b",
    "toggle:themeEditor": "p",
  },
  keys: { docker: null, docknode: null, web: null },
  tables: [],
} as const;
