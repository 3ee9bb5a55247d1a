/**
 * An isolated plugin writes no files: section 3 of issue 11. What the attacks
 * leave on the disk is looked for where Deno and SQLite would leave it.
 *
 * @module
 */
import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { rowOf } from "../handler/plugins.ts";

/** What keeps data without any permission, as one action. */
const HOARD = `async () => {
  const done = [];
  const attempt = async (name, act) => {
    try { await act(); done.push(name) } catch {}
  };
  await attempt("localStorage", () => localStorage.setItem("a", "b".repeat(1e5)));
  await attempt("sessionStorage", () => sessionStorage.setItem("a", "b"));
  await attempt("caches", async () => {
    const cache = await caches.open("hoard");
    await cache.put("http://a.test/", new Response("b".repeat(1e5)));
  });
  await attempt("gpu", async () => {
    if (await navigator.gpu.requestAdapter() === null) throw 0;
  });
  await attempt("the prototype of localStorage", () => {
    Object.getPrototypeOf(globalThis).localStorage.setItem("a", "b");
  });
  await import("data:text/typescript,export const a: number = " + Math.random());
  return done;
}`;

/** The same in workers, whose globals are their own. */
const WORKERS = `async () => {
  const done = [];
  const attempt = async (name, act) => {
    try { await act(); done.push(name) } catch {}
  };
  await attempt("caches in a worker", () => new Promise((resolve, reject) => {
    const worker = new Worker("data:text/javascript," + encodeURIComponent(
      "try { const c = await caches.open('h'); await c.put('http://a.test/', new Response('x')); postMessage(1) } catch { postMessage(0) }",
    ), { type: "module" });
    worker.onmessage = ({ data }) => { worker.terminate(); data ? resolve() : reject() };
    worker.onerror = (event) => { event.preventDefault(); worker.terminate(); reject() };
  }));
  await attempt("gpu in a worker", () => new Promise((resolve, reject) => {
    const worker = new Worker("data:text/javascript," + encodeURIComponent(
      "try { postMessage(await navigator.gpu.requestAdapter() === null ? 0 : 1) } catch { postMessage(0) }",
    ), { type: "module" });
    worker.onmessage = ({ data }) => { worker.terminate(); data ? resolve() : reject() };
    worker.onerror = (event) => { event.preventDefault(); worker.terminate(); reject() };
  }));
  return done;
}`;

/** What makes SQLite spill into temporary files, as one action. */
const SPILL = `async () => {
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(":memory:");
  try {
    db.exec("PRAGMA temp_store = FILE; PRAGMA cache_size = 10");
    db.exec(\`CREATE TEMP TABLE t AS WITH RECURSIVE n(i) AS
      (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
      SELECT i, hex(randomblob(50)) AS h FROM n\`);
    db.prepare("SELECT * FROM t ORDER BY h DESC LIMIT 1").get();
    return "spilled";
  } catch (error) {
    return String(error);
  }
}`;

const CODE = `export default { config: {
  actions: { hoard: ${HOARD}, workers: ${WORKERS}, spill: ${SPILL} },
  apiRoutes: {
    "/hoard": { method: "GET", actions: ["hoard"] },
    "/workers": { method: "GET", actions: ["workers"] },
    "/spill": { method: "GET", actions: ["spill"] },
  },
} };`;

/** A plugin that was granted what it asks for. */
class Hoarder implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly #ready: Promise<void>;

  constructor(
    permissions: Record<string, unknown> = {},
    options: PluginHandlerOptions = {},
  ) {
    this.handler = new PluginHandler(":memory:", {
      isolation: "process",
      actionTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      ...options,
    });
    const row = { ...rowOf("hoarder", CODE), permissions };
    assertEquals(this.handler.savePlugin(row as never).error, undefined);
    this.handler.grantPermissions(1, permissions);
    this.#ready = this.handler.loadPlugin(1).then(() => {});
  }

  async ask(path: string): Promise<unknown> {
    await this.#ready;
    const request = new Request(`http://localhost${path}`);
    return await this.handler.handleRoute(1, path, request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
  }
}

/** Files below Deno's cache folder and in the temporary one, with their sizes. */
function leftBehind(): string[] {
  const cache = Deno.env.get("DENO_DIR") ??
    `${Deno.env.get("HOME")}/.cache/deno`;
  return [...walk(`${cache}/location_data`), ...scratch()].sort();
}

function scratch(): string[] {
  return [...Deno.readDirSync("/tmp")].map(({ name }) => name)
    .filter((name) => name.startsWith(`plugin-handler-${Deno.pid}-`));
}

function* walk(folder: string): Generator<string> {
  try {
    for (const entry of Deno.readDirSync(folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) yield* walk(path);
      else yield `${path} ${Deno.statSync(path).size}`;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const linux = Deno.build.os === "linux";

const grants: Readonly<Record<string, Record<string, unknown>>> = {
  "no grant": {},
  "a grant to write": { write: [folder] },
  "a grant to read and write everything": { read: true, write: true },
  "a grant of the environment": { env: true },
};

for (const [what, permissions] of Object.entries(grants)) {
  for (const confinement of ["full", "none"] as const) {
    Deno.test(
      `an isolated plugin with ${what} keeps nothing beside its table (${confinement})`,
      {
        ignore: !linux,
      },
      async () => {
        const before = leftBehind();
        {
          await using hoarder = new Hoarder(permissions, {
            sandbox: { confinement },
          });
          assertEquals(await hoarder.ask("/hoard"), []);
          // Within the limits of memory no worker starts.
          if (confinement === "none") {
            assertEquals(await hoarder.ask("/workers"), []);
          }
        }
        const left = leftBehind().filter((file) => !before.includes(file));
        assertEquals(left, []);
      },
    );
  }
}

Deno.test("an isolated plugin's own SQLite writes no temporary files", {
  ignore: !linux,
}, async () => {
  await using hoarder = new Hoarder();
  assertMatch(String(await hoarder.ask("/spill")), /disk I\/O|full/);
});

Deno.test("an isolated plugin writes where it may", async () => {
  const file = `${folder}/written`;
  const code = CODE.replace(
    "hoard: ",
    `write: () => Deno.writeTextFileSync(${
      JSON.stringify(file)
    }, "mine"), hoard: `,
  ).replace(
    `"/hoard"`,
    `"/write": { method: "GET", actions: ["write"] }, "/hoard"`,
  );
  await using handler = new PluginHandler(":memory:", {
    isolation: "process",
    loadTimeoutMs: 60_000,
  });
  const permissions = { write: [folder] };
  handler.savePlugin({ ...rowOf("writer", code), permissions } as never);
  handler.grantPermissions(1, permissions);
  await handler.loadPlugin(1);
  await handler.handleRoute(1, "/write", new Request("http://localhost/write"));
  assertEquals(Deno.readTextFileSync(file), "mine");
});

Deno.test(
  "the folder for modules from elsewhere ends with the plugin's process",
  {
    ignore: !linux,
  },
  async () => {
    {
      await using hoarder = new Hoarder({ import: ["127.0.0.1:1"] });
      assertEquals(await hoarder.ask("/hoard"), []);
    }
    assertEquals(scratch(), []);
  },
);

Deno.test("grantPermissions() makes relative paths absolute", async () => {
  await using hoarder = new Hoarder({ read: ["/"], write: true });
  const { handler } = hoarder;
  await hoarder.ask("/hoard");
  handler.revokePermissions(1);
  assert(handler.grantPermissions(1, { read: [".", "a/../b"] }).success);
  const cwd = Deno.cwd();
  assertEquals(handler.getPermissions(1).granted, { read: [cwd, `${cwd}/b`] });
  assertEquals(handler.getPermissions(1).effective, {
    read: [cwd, `${cwd}/b`],
  });
});

for (const kind of ["read", "write", "ffi"] as const) {
  Deno.test(`savePlugin() refuses a plugin that asks to ${kind} a relative path`, async () => {
    await using handler = new PluginHandler(":memory:");
    const row = { ...rowOf("near", CODE), permissions: { [kind]: ["."] } };
    const { success, error, message } = handler.savePlugin(row as never);
    assertEquals(success, false);
    assertMatch(`${error} ${message}`, /is not an absolute path/);
  });
}

Deno.test("grantPermissions() refuses what reaches the plugins' tables, and no grant does", async () => {
  const database = `${folder}/agent.db`;
  await using handler = new PluginHandler(database, {
    isolation: "process",
    loadTimeoutMs: 60_000,
  });
  const permissions = { read: true, write: true };
  const code = `export default { config: {
    table: { name: "own", columns: { id: { type: "INTEGER", primaryKey: true } } },
    actions: { look: ({ table }) => {
      table.insert({ id: 1 });
      try { return Deno.readFileSync(${
    JSON.stringify(`${database}.plugins/1/table.db`)
  }).length }
      catch (error) { return error.name }
    } },
    apiRoutes: { "/look": { method: "GET", actions: ["look"] } },
  } };`;
  handler.savePlugin({ ...rowOf("near", code), permissions } as never);
  for (
    const path of [
      folder,
      "/",
      `${database}.plugins`,
      `${database}.plugins/1/x`,
    ]
  ) {
    for (const kind of ["read", "write"]) {
      const { success, message } = handler.grantPermissions(1, {
        [kind]: [path],
      });
      assertEquals(success, false, path);
      assertMatch(message, /where the tables of all plugins are/);
    }
  }
  assert(handler.grantPermissions(1, { read: true }).success);
  await handler.loadPlugin(1);
  const request = new Request("http://localhost/look");
  assertEquals(await handler.handleRoute(1, "/look", request), "NotCapable");
});
