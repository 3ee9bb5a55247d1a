/**
 * Says what the agent serves, and how to try it.
 *
 * @module
 */
import type { PluginHandler } from "@dockstat/plugin-handler";

/**
 * Writes the guide: the routes of the loaded plugins, and lines for a shell
 * that work as they are.
 *
 * @param handler The plugins.
 * @param origin Where the agent listens.
 * @returns The text.
 */
export function guideTo(handler: PluginHandler, origin: string): string {
  const routes = handler.getAllPluginRoutes();
  const loaded = new Set(routes.map(({ plugin }) => plugin));
  return [
    "Routes of the plugins:",
    ...routes.flatMap(({ plugin, routes }) =>
      routes.map((path) => `  ${origin}/plugins/${plugin}/routes${path}`)
    ),
    "",
    "Pages:",
    ...handler.getFrontendNavigationItems().map(({ title, path }) =>
      `  ${title}: ${origin}${path}`
    ),
    "",
    "Try:",
    ...(loaded.has("container-journal") ? journalLines(origin) : []),
    ...(loaded.has("webhook-notifier") ? webhookLines(origin) : []),
    `  curl ${origin}/status`,
    "",
  ].join("\n");
}

function journalLines(origin: string): string[] {
  const base = `${origin}/plugins/container-journal/routes`;
  return [
    `  curl '${base}/events?event=restarted&limit=5'`,
    `  curl -X POST -H 'content-type: application/json' -d '{"container":"web"}' ${base}/search`,
    `  curl ${base}/containers`,
    `  curl ${base}/summary`,
  ];
}

function webhookLines(origin: string): string[] {
  const base = `${origin}/plugins/webhook-notifier/routes`;
  return [
    `  curl -X POST -d 'url=${origin}/inbox' -d 'events=container:*' ${base}/subscribe`,
    `  curl -X POST ${origin}/replay`,
    `  curl ${origin}/inbox`,
    `  curl ${base}/subscriptions`,
  ];
}
