/**
 * What every operators' command does alike: wrong usage, refusal, interruption.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { operatorCommands } from "../../../src/cli/operator/registry.ts";
import { type CliRun, runCli, scratch, startCli } from "../run_cli.ts";

/** The arguments that each command needs, beside those that name the agent. */
const ARGS: Readonly<Record<string, readonly string[]>> = {
  serve: [],
  list: [],
  info: ["notes"],
  install: ["https://example.com/manifest.json", "--yes"],
  update: ["--all"],
  rollback: ["notes"],
  enable: ["notes"],
  disable: ["notes"],
  pin: ["notes", "^1.0.0"],
  remove: ["notes", "--yes"],
  reload: ["notes"],
  grant: ["notes", "net"],
  revoke: ["notes", "--all"],
  settings: ["get", "notes"],
  schedules: [],
  "run-schedule": ["notes", "sweep"],
  health: [],
  logs: [],
  audit: [],
  tables: [],
  export: ["rows"],
  purge: [],
  backup: [],
  restore: ["copy.db", "--yes"],
  doctor: [],
  bisect: ["--run", "true"],
  users: ["list"],
};
const FILE_ONLY = new Set(["serve", "restore"]);
const LIVE = new Set([
  "reload",
  "schedules",
  "run-schedule",
  "health",
  "logs",
]);

/** What the program itself needs to be read. */
const SOURCES = dirname(dirname(dirname(dirname(
  fromFileUrl(import.meta.url),
))));
const bare = (cwd: string): CliRun => ({
  cwd,
  flags: [`--allow-read=${SOURCES}`],
});

// What `fleet` does concerns no agent: tests/cli/fleet tries its commands.
Deno.test("every operators' command but fleet is tried here", () => {
  assertEquals(
    [...Object.keys(ARGS), "fleet"].sort(),
    Object.keys(operatorCommands).sort(),
  );
});

for (const [name, args] of Object.entries(ARGS)) {
  const line = [name, ...args];
  Deno.test(`${name} exits with 2 when no agent is named, or an option is unknown`, async () => {
    await using folder = await scratch();
    const run = bare(folder.path);
    const unnamed = await runCli(line, run);
    assertEquals(unnamed.code, 2, unnamed.err);
    assertStringIncludes(
      unnamed.err,
      LIVE.has(name) ? "--url <address>" : "--db <file>",
    );
    const unknown = await runCli([...line, "--nonsense"], run);
    assertEquals(unknown.code, 2, unknown.err);
    assertStringIncludes(unknown.err, "unknown option '--nonsense'");
  });

  Deno.test(`${name} exits with 3 and names the flag when a permission is missing`, async () => {
    await using folder = await scratch();
    const target = LIVE.has(name)
      ? ["--url", "http://127.0.0.1:8787"]
      : ["--db", join(folder.path, "agent.db")];
    const { code, err } = await runCli([...line, ...target], bare(folder.path));
    assertEquals(code, 3, err);
    assertStringIncludes(err, LIVE.has(name) ? "--allow-net" : "--allow-");
    assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  });

  if (FILE_ONLY.has(name)) continue;
  Deno.test(`${name} exits with 130 when it is interrupted`, async () => {
    await using folder = await scratch();
    const asked = Promise.withResolvers<void>();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      // The answer never comes: whoever asked goes.
      (_request, { completed }) => {
        asked.resolve();
        completed.catch(() => {});
        return new Response(new ReadableStream());
      },
    );
    const url = `http://127.0.0.1:${server.addr.port}`;
    const child = startCli([...line, "--url", url], { cwd: folder.path });
    const ended = child.output();
    await asked.promise;
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    assertEquals(code, 130, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), "");
  });
}

Deno.test("commands refuse a file and a server at once, and a file that is no agent's", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path };
  const both = await runCli(
    ["list", "--db", "a.db", "--url", "http://127.0.0.1:8787"],
    run,
  );
  assertEquals(both.code, 2);
  const none = await runCli(["list", "--db", "a.db"], run);
  assertEquals(none.code, 1);
  assertStringIncludes(none.err, "there is no such file");
  await Deno.writeTextFile(join(folder.path, "b.db"), "");
  const empty = await runCli(["list", "--db", "b.db"], run);
  assertEquals(empty.code, 1);
  assertStringIncludes(empty.err, "it is no agent's database");
  assertEquals((await Deno.stat(join(folder.path, "b.db"))).size, 0);
});

Deno.test("commands on a server that is none say so, as JSON too", async () => {
  await using folder = await scratch();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("teapot", { status: 418 }),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  const { code, out } = await runCli(["list", "--url", url, "--json"], {
    cwd: folder.path,
  });
  assertEquals(code, 1);
  const { error } = JSON.parse(out);
  assertEquals(error.code, "SERVER_UNREACHABLE");
  assert(error.message.includes("418"));
});
