import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { DatabaseSync } from "node:sqlite";
import type { PluginContributions } from "../../src/plugin/contributions.ts";
import { digestOf } from "../../src/shared/digest.ts";
import {
  ContributionStore,
  type DBPluginSchema,
  type PluginExtras,
  SqlitePluginRepository,
  type SqlitePluginRepositoryOptions,
} from "../../src/store/mod.ts";
import { DB } from "../../src/sqlite/mod.ts";

const EXTRAS: PluginExtras = {
  language: "javascript",
  manifestFields: {},
  sourceUrl: null,
  etag: null,
  signature: "unsigned",
  origin: "host",
};

const NOTHING: PluginContributions = {
  meta: {},
  routes: [],
  actions: [],
  events: [],
  activation: "lazy",
  warnings: [],
};

function row(name: string, version = "1.0.0"): DBPluginSchema {
  return {
    name,
    version,
    repository: "r",
    manifest: "m",
    author: { name: "A" },
    plugin: `export default ${JSON.stringify(version)}`,
  };
}

/** A repository, and the connection below it. */
class Bench implements Disposable {
  readonly handle = new DatabaseSync(":memory:");
  readonly db: DB = DB.from(this.handle);
  readonly repository: SqlitePluginRepository;

  constructor(options?: SqlitePluginRepositoryOptions) {
    this.repository = new SqlitePluginRepository(this.db.driver, options);
  }

  [Symbol.dispose](): void {
    this.db.close();
    this.handle.close();
  }
}

Deno.test("insert() and get() keep everything that was said about a plugin", () => {
  using bench = new Bench();
  const full: DBPluginSchema = {
    ...row("a"),
    repoType: "gitea",
    description: "Notes",
    tags: ["x", "ü"],
  };
  const extras: PluginExtras = {
    language: "typescript",
    manifestFields: { permissions: { net: true } },
    sourceUrl: "http://x/a.json",
    etag: '"1"',
    signature: "signed",
    origin: "key:a",
  };
  const id = bench.repository.insert(full, extras);
  assertEquals(bench.repository.get(id), {
    ...full as Required<DBPluginSchema>,
    ...extras,
    id,
    digest: digestOf(full.plugin),
    state: "enabled",
    reason: null,
    granted: {},
    publicRoutes: [],
    upgradeFrom: null,
    pin: null,
    trialSince: null,
    trust: "kept",
    quarantines: 0,
    retryAt: null,
    lastError: null,
    lastErrorAt: null,
  });
});

Deno.test("insert() stores kinds that the original's table does not allow as default there", () => {
  using bench = new Bench();
  bench.repository.insert({ ...row("a"), repoType: "http" }, EXTRAS);
  const raw = bench.handle.prepare("SELECT repoType FROM plugins").get();
  assertEquals(raw, { repoType: "default" });
  assertEquals(bench.repository.list()[0]!.repoType, "http");
});

Deno.test("getMany() gives plugins in the order asked, and leaves absent ones out", () => {
  using bench = new Bench();
  for (const name of ["a", "b", "c"]) {
    bench.repository.insert(row(name), EXTRAS);
  }
  const names = bench.repository.getMany([3, 9, 1, 3]).map(({ name }) => name);
  assertEquals(names, ["c", "a", "c"]);
  assertEquals(bench.repository.getMany([]), []);
});

Deno.test("list() and findByName() read no code", () => {
  using bench = new Bench();
  bench.repository.insert(row("a"), EXTRAS);
  assertEquals("plugin" in bench.repository.list()[0]!, false);
  assertEquals("plugin" in bench.repository.findByName("a")!, false);
  assertEquals(bench.repository.findByName("b"), undefined);
});

Deno.test("rows of the original have no digest until it is pinned, once", () => {
  using bench = new Bench();
  bench.handle.exec(`INSERT INTO plugins
    (author, manifest, name, plugin, repository, repoType, tags, version)
    VALUES ('not json', 'm', 'a', 'code', 'r', 'local', '{', '1')`);
  const { digest, author, tags, state } = bench.repository.get(1)!;
  assertEquals([digest, author, tags, state], [null, {}, null, "enabled"]);
  bench.repository.pinDigest(1, "first");
  bench.repository.pinDigest(1, "second");
  assertEquals(bench.repository.get(1)!.digest, "first");
});

Deno.test("update() keeps what was there, and what was decided", () => {
  using bench = new Bench();
  const { repository } = bench;
  const id = repository.insert(row("a"), { ...EXTRAS, etag: "e1" });
  repository.decide(id, { state: "disabled", reason: "r", pin: "^1" });
  repository.update(id, row("a", "2.0.0"), EXTRAS);
  const now = repository.get(id)!;
  assertEquals([now.version, now.state, now.reason, now.pin], [
    "2.0.0",
    "disabled",
    "r",
    "^1",
  ]);
  const kept = repository.version(id, "1.0.0")!;
  assertEquals(kept.row.plugin, row("a").plugin);
  assertEquals([kept.digest, kept.extras.etag], [
    digestOf(row("a").plugin),
    "e1",
  ]);
});

Deno.test("update() forgets what the former code was quarantined or tried for", () => {
  using bench = new Bench();
  const { repository } = bench;
  const id = repository.insert(row("a"), EXTRAS);
  repository.decide(id, {
    state: "quarantined",
    reason: "failed",
    trialSince: 5,
  });
  repository.update(id, row("a", "2.0.0"), EXTRAS);
  const { state, reason, trialSince } = repository.get(id)!;
  assertEquals([state, reason, trialSince], ["enabled", null, null]);
});

Deno.test("update() of a plugin that is not stored is refused", () => {
  using bench = new Bench();
  const error = assertThrows(
    () => bench.repository.update(7, row("a"), EXTRAS),
    PluginError,
  );
  assertEquals([error.code, error.pluginId], ["PLUGIN_NOT_FOUND", 7]);
});

Deno.test("update() leaves the old row and its history whole when it fails", () => {
  using bench = new Bench();
  const { repository } = bench;
  repository.insert(row("a"), EXTRAS);
  const id = repository.insert(row("b"), EXTRAS);
  assertThrows(() => repository.update(id, row("a", "2.0.0"), EXTRAS));
  assertEquals(repository.get(id)!.version, "1.0.0");
  assertEquals(repository.versions(id), []);
});

Deno.test("versions() is bounded, newest first, and forgets one when told to", () => {
  using bench = new Bench({ keepVersions: 3 });
  const { repository } = bench;
  const id = repository.insert(row("a", "1"), EXTRAS);
  for (const version of ["2", "3", "4", "5", "6"]) {
    repository.update(id, row("a", version), EXTRAS);
  }
  const versions = () => repository.versions(id).map(({ version }) => version);
  assertEquals(versions(), ["5", "4", "3"]);
  repository.forgetVersion(id, repository.versions(id)[1]!);
  assertEquals(versions(), ["5", "3"]);
});

Deno.test("contributions are forgotten with the last code that they belong to", () => {
  using bench = new Bench({ keepVersions: 1 });
  const { repository } = bench;
  const store = new ContributionStore(bench.db.driver);
  const [first, second, third] = ["1", "2", "3"]
    .map((version) => row("a", version));
  const known = () => [...store.all().keys()].sort();
  const digests = [first, second, third].map((it) => digestOf(it!.plugin));
  for (const digest of digests) store.remember(digest, NOTHING);
  const id = repository.insert(first!, EXTRAS);
  const twin = repository.insert({ ...first!, name: "twin" }, EXTRAS);
  repository.update(id, second!, EXTRAS);
  repository.update(id, third!, EXTRAS);
  assertEquals(known(), [...digests].sort());
  repository.delete(twin);
  assertEquals(known(), digests.slice(1).sort());
  repository.delete(id);
  assertEquals(known(), []);
});

Deno.test("delete() says whether there was anything to delete", () => {
  using bench = new Bench();
  const id = bench.repository.insert(row("a"), EXTRAS);
  assertEquals(bench.repository.delete(id), true);
  assertEquals(bench.repository.delete(id), false);
  assertEquals(bench.repository.versions(id), []);
});

Deno.test("a repository on a database that has its tables writes nothing", () => {
  using bench = new Bench();
  bench.handle.exec("PRAGMA query_only = ON");
  assertEquals(new SqlitePluginRepository(bench.db.driver).list(), []);
});
