/**
 * The operators' commands doing their work, as real processes.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { PluginHandler } from "@dockstat/plugin-handler";
import { type CliResult, runCli } from "../run_cli.ts";
import { agentFolder, listen, manifest, SECRETS_KEY } from "./agents.ts";

/** Runs a command line on a target, and answers with what it told in JSON. */
function commandsOn(
  cwd: string,
  target: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const run = (args: readonly string[], stdin?: string): Promise<CliResult> =>
    runCli([...args, ...target], {
      cwd,
      env: { DOCKSTAT_SECRETS_KEY: SECRETS_KEY, ...env },
      ...(stdin === undefined ? {} : { stdin }),
    });
  const told = async (args: readonly string[], stdin?: string) => {
    const { code, out, err } = await run([...args, "--json"], stdin);
    assertEquals(code, 0, `${args.join(" ")}: ${err}${out}`);
    return JSON.parse(out);
  };
  return { run, told };
}

Deno.test("an operator manages plugins of a file, from installing to purging", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY });
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  const file = join(folder.path, "manifest.json");
  await Deno.writeTextFile(file, JSON.stringify(manifest()));

  const dry = await run(["install", file, "--dry-run"]);
  assertEquals(dry.code, 0, dry.err);
  assertStringIncludes(dry.out, "Asks for:  net=a.example,b.example");
  assertStringIncludes(dry.out, "POST /add");
  const unasked = await run(["install", file]);
  assertEquals(unasked.code, 2);
  assertStringIncludes(unasked.err, "--yes");
  assertEquals((await told(["list"])).items, []);

  const { id } = await told(["install", file, "--yes", "--grant"]);
  const twice = await run(["install", file, "--yes"]);
  assertEquals(twice.code, 1);
  assertStringIncludes(twice.err, "version 1.0.0 is installed; see update");
  const info = await told(["info", "notes"]);
  assertEquals(info.permissions.effective, {
    net: ["a.example", "b.example"],
  });
  await told(["revoke", "notes", "net=a.example"]);
  const granted = await told(["grant", "notes", "net=a.example"]);
  assertEquals(granted.permissions.granted.net.length, 2);
  const nothing = await run(["grant", "notes"]);
  assertEquals(nothing.code, 2);

  await told(["disable", "notes", "--reason", "too loud"]);
  const list = await run(["list", "--state", "disabled"]);
  assertStringIncludes(list.out, "too loud");
  await told(["enable", "notes"]);
  await told(["pin", "notes", "^1.0.0"]);
  assertEquals((await run(["pin", "notes", "what"])).code, 1);
  assertEquals((await run(["pin", "notes"])).code, 2);

  const update = await run(["update", "notes", "--dry-run"]);
  assertEquals(update.code, 1);
  assertEquals((await run(["rollback", "notes"])).code, 1);
  assertEquals((await run(["update"])).code, 2);

  const audit = await told(["audit", "--plugin", "notes", "--limit", "3"]);
  assertEquals(
    audit.items.map((one: { action: string; ok: boolean }) => [
      one.action,
      one.ok,
    ]),
    [["pin", false], ["pin", true], ["enable", true]],
  );
  assertEquals(audit.items[0].actor, "command line");
  await told(["remove", "notes", "--yes"]);
  assertEquals((await told(["purge", "--yes"])).purged, []);
  assertEquals(id, info.id);
});

Deno.test("settings takes secrets from standard input, and never from an argument", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY }, [
    manifest(),
  ]);
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  const argued = await run(["settings", "set", "notes", "token", "hush"]);
  assertEquals(argued.code, 2);
  assertStringIncludes(argued.err, "standard input");
  assert(!argued.err.includes("hush"));
  await told(["settings", "set", "notes", "token"], "hush\n");
  await told(["settings", "set", "notes", "retries", "3"]);
  const shown = await told(["settings", "get", "notes"]);
  assertEquals(shown.values, { token: { set: true }, retries: 3 });
  const wrong = await run(["settings", "set", "notes", "retries", "many"]);
  assertEquals(wrong.code, 2);
  const unknown = await run(["settings", "get", "notes", "nothing"]);
  assertEquals(unknown.code, 2);
  await told(["settings", "set", "notes", "retries", "--unset"]);
  assertEquals(
    (await told(["settings", "get", "notes", "retries"])).value,
    null,
  );
  // The agent reads what was set.
  await using handler = new PluginHandler(folder.db, {
    secretsKey: SECRETS_KEY,
  });
  assertEquals(handler.getSettings(1), { token: { set: true } });
});

Deno.test("users lets in who is locked out", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY });
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  await told(["users", "add", "ada", "--role", "admin"], "a first password\n");
  const taken = await run(["users", "add", "Ada"], "a first password\n");
  assertEquals(taken.code, 1);
  assertEquals((await run(["users", "reset", "ada"], "short\n")).code, 2);
  assertEquals((await run(["users", "reset", "bob"], "long enough\n")).code, 1);
  await told(["users", "reset", "ada"], "a second password\n");
  const last = await run(["users", "remove", "ada", "--yes"]);
  assertEquals(last.code, 1);
  assertStringIncludes(last.err, "no other admin is left");
  await told(["users", "add", "eve"], "another password\n");
  assertEquals((await run(["users", "remove", "eve"])).code, 2);
  await told(["users", "remove", "eve", "--yes"]);
  assertEquals((await told(["users", "list"])).items.length, 1);
});

Deno.test("tables, export, backup, restore and doctor work on a plugin's data", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY }, [
    manifest(),
  ]);
  {
    await using handler = new PluginHandler(folder.db, {
      secretsKey: SECRETS_KEY,
    });
    await handler.loadAllPlugins();
    const { table } = handler.getServerHooks(1);
    for (const text of ["one", 'two "quoted", and more', "=1+1"]) {
      table!.insert({ text });
    }
  }
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  const [listed] = (await told(["tables"])).items;
  assertEquals(
    [listed.table, listed.plugin, listed.rows, listed.orphan],
    ["notes_rows", "notes", 3, false],
  );
  const csv = await run(["export", "notes_rows"]);
  assertEquals(
    csv.out,
    'id,text\r\n1,one\r\n2,"two ""quoted"", and more"\r\n3,\'=1+1\r\n',
  );
  const json = await run(["export", "notes_rows", "--format", "json"]);
  assertEquals(JSON.parse(json.out)[2], { id: 3, text: "=1+1" });
  const out = join(folder.path, "rows.csv");
  assertEquals((await told(["export", "notes_rows", "--out", out])).rows, 3);
  assertEquals(await Deno.readTextFile(out), csv.out);
  assertEquals((await run(["export", "notes_rows", "--out", out])).code, 2);
  assertEquals((await run(["export", "plugins"])).code, 1);

  const copy = join(folder.path, "copy.db");
  await told(["backup", "--out", copy]);
  assertEquals((await run(["backup", "--out", copy])).code, 1);
  await told(["remove", "notes", "--yes"]);
  const [orphan] = (await told(["tables"])).items;
  assertEquals(orphan.orphan, true);
  assertEquals((await run(["purge"])).code, 2);
  assertEquals((await told(["purge", "notes", "--yes"])).purged, [
    "notes_rows",
  ]);
  assertEquals((await run(["purge", "notes", "--yes"])).code, 1);
  assertEquals((await run(["restore", copy])).code, 2);
  await told(["restore", copy, "--yes"]);
  assertEquals((await told(["tables"])).items[0].rows, 3);

  const { items } = await told(["doctor"]);
  const states = Object.fromEntries(
    items.map(({ name, state }: Record<string, string>) => [name, state]),
  );
  assertEquals([states.integrity, states.schema], ["ok", "ok"]);
  const docker = await run([
    "doctor",
    "--docker-socket",
    join(folder.path, "no.sock"),
  ]);
  assertEquals(docker.code, 1);
});

Deno.test("restore refuses what is no agent's database, and leaves the agent's alone", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY }, [
    manifest(),
  ]);
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  const other = join(folder.path, "other.db");
  const newer = join(folder.path, "newer.db");
  {
    using database = new DatabaseSync(other);
    database.exec("CREATE TABLE mails (id INTEGER)");
  }
  await told(["backup", "--out", newer]);
  {
    using database = new DatabaseSync(newer);
    database.exec(
      "UPDATE plugin_handler_meta SET value = '99' WHERE key = 'schema'",
    );
  }
  const cut = join(folder.path, "cut.db");
  const whole = await Deno.readFile(other);
  await Deno.writeFile(cut, whole.subarray(0, 50));
  await Deno.writeFile(join(folder.path, "empty.db"), new Uint8Array());
  const refusals: [string, string][] = [
    ["other.db", "it has no table of plugins; name a file that backup made"],
    ["empty.db", "it has no table of plugins"],
    ["newer.db", "wrote it in schema 99"],
    ["cut.db", "Cannot"],
    ["missing.db", "there is no such file; name a file that backup made"],
  ];
  for (const [file, state] of refusals) {
    const refused = await run(["restore", join(folder.path, file), "--yes"]);
    assertEquals(refused.code, 1, file);
    assertStringIncludes(refused.err, state);
  }
  assertEquals((await told(["list"])).items.length, 1);
});

Deno.test("commands apply the agent's policy, and overriding it is audited", async () => {
  await using folder = await agentFolder({
    secretsKey: SECRETS_KEY,
    install: { requireSignature: true },
  });
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  const file = join(folder.path, "manifest.json");
  await Deno.writeTextFile(file, JSON.stringify(manifest()));
  const refused = await run(["install", file, "--yes"]);
  assertEquals(refused.code, 3, refused.err);
  const { id } = await told(["install", file, "--yes", "--override-policy"]);
  const { items } = await told(["audit"]);
  const actions = items.map(({ action }: { action: string }) => action);
  assertEquals(actions.slice(0, 2), ["install", "override"]);
  assertStringIncludes(items[1].detail, "left aside by install");
  assertEquals(id, 1);

  const keyless = commandsOn(folder.path, ["--db", folder.db], {
    DOCKSTAT_SECRETS_KEY: "",
  });
  const sealed = await keyless.run(["disable", "notes"]);
  assertEquals(sealed.code, 3);
  assertStringIncludes(sealed.err, "--secrets-key-file");
  assertEquals((await keyless.run(["list"])).code, 0);
});

Deno.test("an operator manages a server, and who may not is refused with 3", async () => {
  await using folder = await agentFolder({ secretsKey: SECRETS_KEY }, [
    manifest(),
  ]);
  await using server = await listen(folder.db);
  const target = ["--url", server.url];
  const { run, told } = commandsOn(folder.path, target, {
    DOCKSTAT_TOKEN: server.key,
  });
  await told(["reload", "notes"]);
  const [schedule] = (await told(["schedules"])).items;
  assertEquals([schedule.plugin, schedule.name], ["notes", "sweep"]);
  assertEquals((await told(["run-schedule", "notes", "sweep"])).ok, true);
  const [health] = (await told(["health"])).items;
  assertEquals([health.name, health.state], ["notes", "active"]);
  assertEquals((await run(["logs", "--lines", "5"])).code, 0);
  assertEquals((await run(["logs", "--lines", "0"])).code, 2);
  assertEquals((await run(["backup", "--out", "x.db"])).code, 2);
  const copy = await told(["backup"]);
  assert((await Deno.stat(copy.path)).isFile);
  const csv = await run(["export", "notes_rows"]);
  assertEquals(csv.out, "id,text\r\n");

  const anonymous = commandsOn(folder.path, target);
  const unknown = await anonymous.run(["list"]);
  assertEquals(unknown.code, 3);
  const { key } = await (await fetch(`${server.url}/api/v1/keys`, {
    method: "POST",
    headers: { "x-api-key": server.key, "content-type": "application/json" },
    body: JSON.stringify({ name: "viewer", role: "viewer" }),
  })).json();
  const viewer = commandsOn(folder.path, target, { DOCKSTAT_TOKEN: key });
  assertEquals((await viewer.run(["list"])).code, 0);
  const refused = await viewer.run(["disable", "notes"]);
  assertEquals(refused.code, 3);
  assertStringIncludes(refused.err, "operator");
});

Deno.test("bisect finds the plugin that breaks the host, and enables all again", async () => {
  const names = ["first", "second", "third", "fourth"];
  await using folder = await agentFolder(
    { secretsKey: SECRETS_KEY },
    names.map((name) => manifest(name)),
  );
  const { run, told } = commandsOn(folder.path, ["--db", folder.db]);
  await told(["disable", "first", "--reason", "mine"]);
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const main = new URL("../../../src/cli/main.ts", import.meta.url).pathname;
  // The host is broken while the third is enabled.
  const probe =
    `! ${Deno.execPath()} run -A -q --config ${config} ${main} list --json --state registered --db ${folder.db} | grep -q '"third"'`;
  const { culprit } = await told(["bisect", "--run", probe, "--wait", "0"]);
  assertEquals(culprit.name, "third");
  const { items } = await told(["list"]);
  assertEquals(
    items.map(({ state }: { state: string }) => state),
    ["disabled", "registered", "registered", "registered"],
  );
  const well = await run(["bisect", "--run", "true", "--wait", "0"]);
  assertEquals(well.code, 1);
  assertStringIncludes(well.err, "all is well");
  assertEquals((await run(["bisect", "--wait", "0"])).code, 2);
});
