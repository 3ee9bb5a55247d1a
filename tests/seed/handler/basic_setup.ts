// A code block of the original's documentation, word for word, but
// for the server, which is Deno's own.
// deno-fmt-ignore-file
// deno-lint-ignore-file
import DB from "@dockstat/sqlite-wrapper";
import PluginHandler from "@dockstat/plugin-handler";

const db = new DB("./dockstat.db");
const plugins = new PluginHandler(db);

await plugins.loadAllPlugins();

Deno.serve({ hostname: "127.0.0.1", port: 0 }, async (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/plugins") return Response.json(plugins.getStatus());
  if (pathname === "/plugins/routes") return Response.json(plugins.getAllPluginRoutes());
  const params = new URLPattern({ pathname: "/plugins/:id/routes/*" }).exec(request.url)!.pathname.groups;

    const path = new URL(request.url).pathname.replace(
      `/plugins/${params.id}/routes`,
      "",
    );

    return Response.json(await plugins.handleRoute(Number(params.id), path, request));
});
