import { assertEquals } from "@std/assert";
import { treaty } from "@elysiajs/eden";
import { openServer, PASSWORD } from "./open_server.ts";

/** What the client of the original's frontend answers with. */
interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly error: { readonly status: number; readonly value: unknown } | null;
}

/** The client builds paths out of names, whatever they are. */
type Path =
  & ((parameter: Record<string, string | number>) => Path)
  & { readonly [name: string]: Path }
  & {
    get(options?: object): Promise<Answer>;
    post(body?: unknown, options?: object): Promise<Answer>;
  };

const board = Deno.readTextFileSync(
  new URL("./board_plugin.js", import.meta.url),
);

Deno.test("the client of the original's frontend signs in, lists plugins and runs their pages", async () => {
  await using open = openServer({ origins: ["http://localhost:5173"] });
  const { id } = open.handler.savePlugin({
    name: "board",
    version: "1.0.0",
    repository: "r",
    manifest: "m",
    author: {},
    plugin: board,
  });
  await open.handler.loadPlugin(id!);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request, info) => open.server.fetch(request, info),
  );
  await using _stopped = { [Symbol.asyncDispose]: () => server.shutdown() };
  let token = "";
  const client = treaty(`http://127.0.0.1:${server.addr.port}`, {
    headers: () => ({
      authorization: `Bearer ${token}`,
      origin: "http://localhost:5173",
    }),
  }) as unknown as Path;
  const api = client.api!.v2!;
  const user = { name: "operator", pass: PASSWORD };

  const refused = await api.plugins!.all!.get();
  assertEquals(refused.error?.status, 401);
  const registered = await api.auth!.local!.register!.post(user);
  assertEquals(registered.status, 200);
  const signedIn = await api.auth!.local!.login!.post(user);
  token = (signedIn.data as { token: string }).token;
  const all = await api.plugins!.all!.get();
  assertEquals((all.data as { name: string }[]).map(({ name }) => name), [
    "board",
  ]);
  const page = await api.plugins!.frontend!({ pluginId: id! }).template!
    .post({ path: "" });
  assertEquals(
    (page.data as { route: { fullPath: string } }).route.fullPath,
    `/p/${id}/`,
  );
  const ran = await api.plugins!.frontend!({ pluginId: id! }).actions!({
    actionId: "increase",
  }).execute!.post({ path: "", state: {} });
  assertEquals((ran.data as { result: { data: unknown } }).result.data, {
    value: 1,
  });
});
