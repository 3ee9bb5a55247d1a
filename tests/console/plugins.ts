/**
 * Plugins that the tests of the console install.
 *
 * @module
 */

/** A manifest of a plugin with its code. */
export function manifestOf(
  name: string,
  plugin: string,
  rest: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    name,
    version: "1.0.0",
    description: `Shows what ${name} can do`,
    repository: `https://example.com/${name}`,
    manifest: `https://example.com/${name}/manifest.json`,
    author: { name: "Ada Lovelace" },
    tags: ["test"],
    plugin,
    ...rest,
  };
}

/** Code of a plugin with one route that answers. */
export const GREETER = `export default { config: {
  apiRoutes: { "/hello": { method: "GET", actions: ["hello"] } },
  actions: { hello: () => ({ text: "Hello" }) },
} };`;

/** Code of a plugin whose route always fails. */
export const BROKEN = `export default { config: {
  apiRoutes: { "/fail": { method: "GET", actions: ["fail"] } },
  actions: { fail() { throw new Error("the disk is on fire"); } },
} };`;

/** Code of a plugin that cannot be loaded. */
export const UNLOADABLE = `throw new Error("no key for the vault");`;

/** Files on loopback that a test may change. */
export function serveFiles(files: Record<string, string>) {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      const text = files[new URL(request.url).pathname.slice(1)];
      return new Response(text ?? "none", { status: text ? 200 : 404 });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
