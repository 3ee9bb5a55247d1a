/**
 * `update` and `rollback` of a plugin that comes over HTTP.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCli } from "../run_cli.ts";
import { agentFolder, manifest } from "./agents.ts";

Deno.test("update brings a new version from its address, and rollback puts the old one back", async () => {
  let version = "1.0.0";
  await using origin = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      Response.json(manifest("notes", version, { manifest: request.url })),
  );
  const url = `http://127.0.0.1:${origin.addr.port}/manifest.json`;
  await using folder = await agentFolder({
    install: { allowPrivateHosts: true },
  });
  const run = (...args: string[]) =>
    runCli([...args, "--db", folder.db, "--json"], { cwd: folder.path });
  const told = async (...args: string[]) => {
    const { code, out, err } = await run(...args);
    assertEquals(code, 0, `${err}${out}`);
    return JSON.parse(out);
  };
  const installed = async () => (await told("list")).items[0].version;

  await told("install", url, "--yes");
  const [current] = (await told("update", "--all")).items;
  assertEquals(current.result, "up to date");
  version = "1.1.0";
  const [dry] = (await told("update", "--all", "--dry-run")).items;
  assertEquals([dry.to, dry.result], ["1.1.0", "would be updated"]);
  assertEquals(await installed(), "1.0.0");
  await told("pin", "notes", "~1.0.0");
  const pinned = await run("update", "notes");
  assertEquals(await installed(), "1.0.0", pinned.out);
  await told("pin", "notes", "--off");
  const [updated] = (await told("update", "notes")).items;
  assertEquals([updated.from, updated.to], ["1.0.0", "1.1.0"]);
  assertStringIncludes(updated.result, "updated");
  assertEquals(await installed(), "1.1.0");
  assertEquals((await told("info", "notes")).versions[0].version, "1.0.0");

  assertEquals((await run("rollback", "notes", "9.9.9")).code, 1);
  assertEquals((await told("rollback", "notes")).version, "1.0.0");
  assertEquals(await installed(), "1.0.0");
});

Deno.test("update refuses a version that asks for more, and says what to grant", async () => {
  let permissions: Record<string, string[]> = {};
  let version = "1.0.0";
  await using origin = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) =>
      Response.json(
        manifest("notes", version, { manifest: request.url, permissions }),
      ),
  );
  const url = `http://127.0.0.1:${origin.addr.port}/manifest.json`;
  await using folder = await agentFolder({
    install: { allowPrivateHosts: true },
  });
  const run = (...args: string[]) =>
    runCli([...args, "--db", folder.db], { cwd: folder.path });
  assertEquals((await run("install", url, "--yes")).code, 0);
  version = "1.1.0";
  permissions = { env: ["HOME"] };
  const refused = await run("update", "notes");
  assertEquals(refused.code, 3, refused.err + refused.out);
  assertStringIncludes(refused.out, "HOME");
  assertEquals((await run("grant", "notes", "env=HOME")).code, 0);
  assertEquals((await run("update", "notes")).code, 0);
});
