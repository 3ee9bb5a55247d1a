/**
 * What a loaded plugin keeps of its source text: the runtime keeps it once, and
 * the handler not a second time.
 */
import { assert } from "@std/assert";

const PROGRAM = `
import { PluginHandler } from "@dockstat/plugin-handler";

const [activation, bytes] = Deno.args;
const handler = new PluginHandler(":memory:", { activation });
for (let index = 0; index < 8; index++) {
  handler.savePlugin({
    name: "large-" + index,
    version: "1.0.0",
    repository: "https://example.com/r",
    manifest: "https://example.com/m.json",
    author: {},
    plugin: "export default { config: { apiRoutes: { '/' : { method: 'GET', actions: ['a'] } }, actions: { a: () => 1 } } };" +
      "//" + String(index).repeat(Number(bytes)),
  });
}
await handler.loadAllPlugins();
for (let id = 1; id <= 8; id++) {
  await handler.handleRoute(id, "/", new Request("http://localhost/"));
}
for (let round = 0; round < 5; round++) {
  gc();
  await new Promise((resolve) => setTimeout(resolve, 50));
}
console.log(Deno.memoryUsage().heapUsed);
await handler.close();
`;

async function heapAfter(
  activation: "eager" | "lazy",
  bytes: number,
): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      "--allow-all",
      "--v8-flags=--expose-gc",
      `--config=${new URL("../../deno.json", import.meta.url).pathname}`,
      `data:text/typescript,${encodeURIComponent(PROGRAM)}`,
      activation,
      String(bytes),
    ],
  }).output();
  const decoder = new TextDecoder();
  assert(success, decoder.decode(stderr));
  return Number(decoder.decode(stdout));
}

for (const activation of ["eager", "lazy"] as const) {
  Deno.test(`what runs keeps its source text once (${activation})`, async () => {
    const bytes = 4_000_000;
    const grown = await heapAfter(activation, bytes) -
      await heapAfter(activation, 1);
    assert(grown < 8 * bytes * 1.5, `${grown} bytes for ${8 * bytes}`);
  });
}
