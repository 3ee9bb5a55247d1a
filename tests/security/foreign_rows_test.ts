/** A database that somebody else wrote in: what of it still runs, and how. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  isolateUnsigned,
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import { digestOf } from "../../src/shared/digest.ts";
import { Signer } from "../install/manifests.ts";
import { ask, rowOf, versionSource } from "../management/market.ts";

const EVIL = versionSource("evil");

/** A database file, and handlers on it. */
class Store implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync();
  readonly path = `${this.folder}/store.db`;

  open(options: PluginHandlerOptions = {}): PluginHandler {
    return new PluginHandler(this.path, { loadTimeoutMs: 60_000, ...options });
  }

  /** Somebody else writes. */
  write(...statements: string[]): void {
    using database = new DatabaseSync(this.path);
    for (const statement of statements) database.exec(statement);
  }

  read(sql: string): unknown[] {
    using database = new DatabaseSync(this.path);
    return database.prepare(sql).all();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A store with the plugin `a` as 1, and `b` as 2. */
async function stored(options: PluginHandlerOptions = {}): Promise<Store> {
  const store = new Store();
  await using handler = store.open(options);
  handler.savePlugin(rowOf("a", versionSource("1.0.0")));
  handler.savePlugin(rowOf("b", versionSource("b")));
  return store;
}

/** The code of the error that plugin 1 does not load for; `null` where it does. */
async function refusal(
  store: Store,
  options: PluginHandlerOptions = {},
): Promise<string | null> {
  await using handler = store.open(options);
  const { errors } = await handler.loadPlugins([1]);
  return (errors[0] as { cause?: { code: string } } | undefined)?.cause?.code ??
    (errors[0] ? codeOf(errors[0].error) : null);
}

function codeOf(error: string): string {
  return /is gone|was not written|else changed|not the code|author signed/
      .test(error)
    ? "INTEGRITY_MISMATCH"
    : error;
}

function changeCode(code: string, id = 1): string {
  return `UPDATE plugins SET plugin = '${
    code.replaceAll("'", "''")
  }' WHERE id = ${id}`;
}

const UNPINNED: [string, string[]][] = [
  ["is set to NULL", ["UPDATE plugin_handler_plugins SET digest = NULL"]],
  ["is deleted with its row", ["DELETE FROM plugin_handler_plugins"]],
  ["is moved away", [
    "UPDATE plugin_handler_plugins SET plugin_id = 99 WHERE plugin_id = 1",
  ]],
  ["is that of other code", [
    "UPDATE plugin_handler_plugins SET plugin_id = 99 WHERE plugin_id = 1",
    "UPDATE plugin_handler_plugins SET plugin_id = 1 WHERE plugin_id = 2",
  ]],
];

for (const [what, statements] of UNPINNED) {
  Deno.test(`changed code does not run when its digest ${what}`, async () => {
    await using store = await stored();
    store.write(changeCode(EVIL), ...statements);
    assertEquals(await refusal(store), "INTEGRITY_MISMATCH");
    await using lazy = store.open({ activation: "lazy" });
    const { errors } = await lazy.loadAllPlugins();
    assert(errors.some(({ pluginId }) => pluginId === 1));
  });
}

Deno.test("a row of the original's is pinned where the name was never known", async () => {
  await using store = await stored();
  const insert = (name: string, code: string) =>
    `INSERT INTO plugins
      (author, manifest, name, plugin, repository, repoType, version)
      VALUES ('{}', 'm', '${name}', '${code}', 'r', 'default', '1')`;
  const code = versionSource("original").replaceAll("'", "''");
  store.write(insert("new", code));
  await using handler = store.open();
  await handler.loadPlugin(3);
  assertEquals(await ask(handler, 3, "/version"), "original");
  handler.deletePlugin(2);
  store.write(insert("b", EVIL));
  const { errors } = await handler.loadPlugins([4]);
  assertStringIncludes(errors[0]?.error ?? "", "its digest is gone");
  assertStringIncludes(errors[0]?.error ?? "", "acceptStoredPlugin(4)");
  assert(handler.acceptStoredPlugin(4, { actor: "ada" }).success);
  await handler.loadPlugin(4);
  assertEquals(handler.getAudit()[0]?.action, "accept");
});

Deno.test("a signature that is only said to be there counts for nothing", async () => {
  await using store = await stored();
  const signer = await Signer.make("a");
  const options = {
    isolation: isolateUnsigned,
    install: { trustedKeys: { a: signer.key } },
  };
  const digest = `UPDATE plugin_handler_plugins SET digest = '${
    digestOf(EVIL)
  }', signature = 'signed' WHERE plugin_id = 1`;
  store.write(changeCode(EVIL), digest);
  assertEquals(await refusal(store, options), "INTEGRITY_MISMATCH");
  assertEquals(
    await refusal(store, { isolation: isolateUnsigned }),
    "INTEGRITY_MISMATCH",
  );
});

/** A store whose plugin 1 the key signed. */
async function signedStore(): Promise<{ store: Store; signer: Signer }> {
  const store = new Store();
  const signer = await Signer.make("a");
  await using handler = store.open({
    install: { trustedKeys: { a: signer.key } },
  });
  const manifest = {
    ...rowOf("a", versionSource("1.0.0")),
    permissions: { net: ["a.example"] },
  };
  const result = await handler.installPlugin(await signer.sign(manifest));
  assert(result.success, result.error);
  return { store, signer };
}

const SIGNED: [string, string[]][] = [
  ["its code is other code under its own digest", [
    changeCode(EVIL),
    `UPDATE plugin_handler_plugins SET digest = '${digestOf(EVIL)}'`,
  ]],
  ["its version is another", ["UPDATE plugins SET version = '9.9.9'"]],
  ["its repository is another", ["UPDATE plugins SET repository = 'x'"]],
  ["it asks for more", [
    `UPDATE plugin_handler_plugins SET manifest_fields =
      json_set(manifest_fields, '$.permissions', json('{"net":true}'))`,
  ]],
  ["its integrity is that of other code", [
    changeCode(EVIL),
    `UPDATE plugin_handler_plugins SET digest = '${digestOf(EVIL)}',
      manifest_fields =
      json_set(manifest_fields, '$.integrity', '${digestOf(EVIL)}')`,
  ]],
  ["its language is another", [
    "UPDATE plugin_handler_plugins SET language = 'typescript'",
  ]],
];

for (const [what, statements] of SIGNED) {
  Deno.test(`a signed plugin does not run when ${what}`, async () => {
    const { store, signer } = await signedStore();
    await using _ = store;
    const install = { trustedKeys: { a: signer.key } };
    assertEquals(await refusal(store, { install }), null);
    store.write(...statements);
    assertEquals(await refusal(store, { install }), "INTEGRITY_MISMATCH");
    await using lazy = store.open({ install, activation: "lazy" });
    assertEquals((await lazy.loadAllPlugins()).successes, []);
  });
}

Deno.test("a signed plugin whose key is trusted no more runs as an unsigned one", async () => {
  const { store, signer } = await signedStore();
  await using _ = store;
  const seen: string[] = [];
  const isolation = ({ signature }: { signature: string }) => {
    seen.push(signature);
    return "inline" as const;
  };
  const trustedKeys = { a: signer.key };
  assertEquals(
    await refusal(store, { isolation, install: { trustedKeys } }),
    null,
  );
  assertEquals(await refusal(store, { isolation }), null);
  const expired = { a: { key: signer.key, expires: "2020-01-01" } };
  await refusal(store, { isolation, install: { trustedKeys: expired } });
  assertEquals([...new Set(seen)], ["signed", "untrusted"]);
});

const secretsKey = crypto.getRandomValues(new Uint8Array(32));

const SEALED: [string, string[]][] = [
  ["its code and digest", [
    changeCode(EVIL),
    `UPDATE plugin_handler_plugins SET digest = '${
      digestOf(EVIL)
    }' WHERE plugin_id = 1`,
  ]],
  ["its signature", ["UPDATE plugin_handler_plugins SET signature = 'signed'"]],
  ["what it was granted", [
    `UPDATE plugin_handler_plugins SET granted = '{"run":true}'`,
  ]],
  ["whose it is", ["UPDATE plugin_handler_plugins SET origin = 'key:a'"]],
  ["whether it is disabled", [
    "UPDATE plugin_handler_plugins SET state = 'enabled', reason = NULL",
  ]],
  ["its pin", ["UPDATE plugin_handler_plugins SET pin = '*'"]],
  ["its name", ["UPDATE plugins SET name = 'other' WHERE id = 1"]],
  ["its seal", ["UPDATE plugin_handler_plugins SET seal = NULL"]],
  ["the row that holds it", ["DELETE FROM plugin_handler_plugins"]],
  ["all that the handler knew", [
    "DELETE FROM plugin_handler_plugins",
    "DELETE FROM plugin_handler_names",
    "DELETE FROM plugin_handler_meta",
  ]],
  ["its seal with that of another", [
    `UPDATE plugin_handler_plugins SET seal =
      (SELECT seal FROM plugin_handler_plugins WHERE plugin_id = 2)`,
  ]],
];

for (const [what, statements] of SEALED) {
  Deno.test(`with secretsKey a plugin does not run when somebody changed ${what}`, async () => {
    await using store = await stored({ secretsKey });
    {
      await using handler = store.open({ secretsKey });
      handler.grantPermissions(1, { net: ["a.example"] });
      if (what.includes("disabled")) handler.disablePlugin(1);
    }
    const before = what.includes("disabled") ? "disabled" : null;
    const refused = await refusal(store, { secretsKey });
    assertEquals(before === null ? refused : before, before);
    store.write(...statements);
    assertEquals(await refusal(store, { secretsKey }), "INTEGRITY_MISMATCH");
    // Nothing that the handler writes meanwhile makes it right.
    {
      await using handler = store.open({ secretsKey, quarantineAfter: 1 });
      await handler.loadPlugins([1]);
      handler.grantPermissions(1, {});
      handler.enablePlugin(1);
    }
    assertEquals(await refusal(store, { secretsKey }), "INTEGRITY_MISMATCH");
  });
}

Deno.test("with secretsKey an update forgets what somebody else granted", async () => {
  await using store = await stored({ secretsKey });
  store.write(
    `UPDATE plugin_handler_plugins SET granted = '{"run":true}', pin = '*'`,
    changeCode(EVIL),
  );
  await using handler = store.open({ secretsKey });
  const next = rowOf("a", versionSource("1.1.0"), { version: "1.1.0" });
  assert(handler.savePlugin(next, true).success);
  assertEquals(handler.getPermissions(1).granted, {});
  // Nor does what they wrote become a version to go back to.
  assertEquals(handler.listVersions(1), []);
  await handler.loadPlugin(1);
});

Deno.test("with secretsKey a kept version that somebody changed is not rolled back to", async () => {
  await using store = await stored({ secretsKey });
  {
    await using handler = store.open({ secretsKey });
    const next = rowOf("a", versionSource("1.1.0"), { version: "1.1.0" });
    handler.savePlugin(next, true);
  }
  store.write(
    `UPDATE plugin_handler_versions SET digest = '${digestOf(EVIL)}',
      row = json_set(row, '$.plugin', '${EVIL.replaceAll("'", "''")}')`,
  );
  await using handler = store.open({ secretsKey });
  const { cause } = await handler.rollbackPlugin(1, "1.0.0");
  assertEquals(cause?.code, "INTEGRITY_MISMATCH");
});

Deno.test("a row that was stored without the secret is accepted by name, or refused", async () => {
  await using store = await stored();
  assertEquals(await refusal(store, { secretsKey }), "INTEGRITY_MISMATCH");
  {
    await using handler = store.open({ secretsKey });
    assert(handler.acceptStoredPlugin(1).success);
    assertEquals(
      handler.acceptStoredPlugin(99).cause?.code,
      "PLUGIN_NOT_FOUND",
    );
    await handler.loadPlugin(1);
  }
  assertEquals(await refusal(store, { secretsKey }), null);
});

/** A plugin with a table, in the version given. */
function notes(version: string) {
  const plugin = `export default { config: {
    table: { name: "notes", columns: {
      id: { type: "INTEGER", primaryKey: true, autoincrement: true },
      text: { type: "TEXT" } } },
    actions: {
      add: ({ table }) => { table.insert({ text: "kept" }); },
      all: ({ table }) => table.select(["text"]).all() },
    apiRoutes: { "/all": { method: "GET", actions: ["add", "all"] } },
  } };`;
  return rowOf("notes", plugin, { version });
}

Deno.test("a host that begins with a secret keeps what its plugins have", async () => {
  await using store = new Store();
  {
    await using handler = store.open();
    handler.savePlugin(notes("1.0.0"));
    handler.savePlugin(notes("1.1.0"), true);
    await handler.loadPlugin(1);
    await ask(handler, 1, "/all");
  }
  await using handler = store.open({ secretsKey });
  assertEquals((await handler.loadPlugins([1])).successes, []);
  assert(handler.acceptStoredPlugin(1).success);
  await handler.loadPlugin(1);
  assertEquals(await ask(handler, 1, "/all"), [{ text: "kept" }, {
    text: "kept",
  }]);
  const older = { ...notes("1.0.5"), repoType: "default" };
  const { error } = await handler.installPlugin(older, { update: true });
  assertStringIncludes(error ?? "", "older than 1.1.0");
  const next = await handler.installPlugin(notes("1.2.0"), { update: true });
  assert(next.success, next.error);
  // A version that was kept without the secret may be anybody's.
  const back = await handler.rollbackPlugin(1, "1.0.0");
  assertEquals(back.cause?.code, "INTEGRITY_MISMATCH");
  assert((await handler.rollbackPlugin(1, "1.1.0")).success);
});

Deno.test("with secretsKey a table stays with the plugin that the handler gave it", async () => {
  await using store = new Store();
  {
    await using handler = store.open({ secretsKey });
    handler.savePlugin(notes("1.0.0"));
    handler.savePlugin({ ...notes("1.0.0"), name: "other" });
    await handler.loadPlugin(1);
  }
  store.write("UPDATE plugin_handler_tables SET plugin_id = 2");
  await using handler = store.open({ secretsKey });
  const { errors } = await handler.loadPlugins([2]);
  assertStringIncludes(errors[0]?.error ?? "", "whose it is");
  // Nor does an update of the other one make it its own.
  handler.savePlugin({ ...notes("1.1.0"), name: "other" }, true);
  assertEquals((await handler.loadPlugins([2])).errors.length, 1);
});

Deno.test("a row of the original's that was accepted keeps the table that it made", async () => {
  await using store = new Store();
  await store.open({ secretsKey }).close();
  const { plugin } = notes("1.0.0");
  store.write(
    "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT)",
    "INSERT INTO notes (text) VALUES ('the original wrote this')",
    `INSERT INTO plugins
      (author, manifest, name, plugin, repository, repoType, version)
      VALUES ('{}', 'm', 'notes', '${
      plugin.replaceAll("'", "''")
    }', 'r', 'default', '1')`,
  );
  await using handler = store.open({ secretsKey });
  assertEquals((await handler.loadPlugins([1])).errors.length, 1);
  assert(handler.acceptStoredPlugin(1).success);
  await handler.loadPlugin(1);
  assertEquals(await ask(handler, 1, "/all"), [
    { text: "the original wrote this" },
    { text: "kept" },
  ]);
  assertEquals(await refusal(store, { secretsKey }), null);
});

Deno.test("previousSecretsKeys keeps what an earlier secret sealed", async () => {
  await using store = await stored({
    secretsKey: "the secret of the whole of last year",
  });
  const options = {
    secretsKey,
    previousSecretsKeys: ["the secret of the whole of last year"],
  };
  assertEquals(await refusal(store, options), null);
  assertEquals(await refusal(store, { secretsKey }), "INTEGRITY_MISMATCH");
  {
    await using handler = store.open(options);
    handler.pinPlugin(1, "*");
  }
  // What was written with the new one needs the old one no more.
  assertEquals(await refusal(store, { secretsKey }), null);
});

Deno.test("a kept version that is broken is nothing to go back to, and in nobody's way", async () => {
  await using store = await stored();
  {
    await using handler = store.open();
    const next = rowOf("a", versionSource("1.1.0"), { version: "1.1.0" });
    handler.savePlugin(next, true);
  }
  for (const broken of ["'{'", "'null'", "'{}'", "''"]) {
    store.write(`UPDATE plugin_handler_versions SET row = ${broken}`);
    await using handler = store.open();
    assertEquals(handler.listVersions(1).length, 1);
    const { cause } = await handler.rollbackPlugin(1, "1.0.0");
    assertEquals(cause?.code, "INTEGRITY_MISMATCH");
    await handler.loadPlugin(1);
  }
  await using handler = store.open();
  const again = { ...rowOf("a", versionSource("1.2.0")), version: "1.2.0" };
  const { success, error } = await handler.installPlugin(again, {
    update: true,
  });
  assert(success, error);
});

Deno.test("getStatus() tells rows that somebody else changed", async () => {
  await using store = await stored({ secretsKey });
  store.write(
    "UPDATE plugin_handler_plugins SET digest = NULL WHERE plugin_id = 2",
  );
  await using handler = store.open({ secretsKey });
  assertEquals(handler.getStatus().signatures, {
    1: "unsigned",
    2: "modified",
  });
});

Deno.test("contributions are a cache: what is broken is learnt anew", async () => {
  const broken = [
    "''",
    "'{'",
    "'null'",
    "'[]'",
    "'{}'",
    "json_set(contributions, '$.routes', json('[5]'))",
    "json_set(contributions, '$.routes', json('[{}]'))",
    "json_set(contributions, '$.actions', 'x')",
    "json_set(contributions, '$.activation', 5)",
    "json_remove(contributions, '$.meta')",
  ];
  await using store = await stored();
  assertEquals(await refusal(store), null);
  for (const value of broken) {
    store.write(
      `UPDATE plugin_handler_contributions SET contributions = ${value}`,
    );
    await using handler = store.open({ activation: "lazy" });
    assertEquals((await handler.loadAllPlugins()).errors, []);
    assertEquals(handler.getStatus().warnings, [], value);
    assertEquals(await ask(handler, 1, "/version"), "1.0.0");
  }
});

Deno.test("a column that is missing is added, with what it holds elsewhere", async () => {
  await using store = await stored();
  const columns: [string, string][] = [
    ["plugins", "etag"],
    ["plugins", "pin"],
    ["plugins", "origin"],
    ["plugins", "seal"],
    ["versions", "extras"],
    ["tables", "origin"],
    ["plugins", "public_routes"],
    ["plugins", "upgrade_from"],
    ["contributions", "activation"],
    ["settings", "secret"],
    ["audit", "detail"],
  ];
  for (const [table, column] of columns) {
    store.write(`ALTER TABLE plugin_handler_${table} DROP COLUMN ${column}`);
    assertEquals(await refusal(store), null, `${table}.${column}`);
    const found = store.read(
      `SELECT 1 FROM pragma_table_info('plugin_handler_${table}')
        WHERE name = '${column}'`,
    );
    assertEquals(found.length, 1);
  }
});

Deno.test("a file of a newer handler is refused with its version", async () => {
  await using store = await stored();
  store.write(
    "UPDATE plugin_handler_meta SET value = '99' WHERE key = 'schema'",
    "UPDATE plugin_handler_meta SET value = '7.8.9' WHERE key = 'version'",
  );
  let message = "";
  try {
    store.open();
  } catch (error) {
    message = (error as Error).message;
  }
  assertStringIncludes(message, "version 7.8.9 of the plugin handler wrote it");
  store.write(
    "UPDATE plugin_handler_meta SET value = '1' WHERE key = 'schema'",
  );
  assertEquals(await refusal(store), null);
});
