import {
  PluginHandler,
  type PluginHandlerOptions,
} from "@dockstat/plugin-handler";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { storeFile } from "../../examples/agent/plugin_store.ts";
import { waitFor } from "../wait_for.ts";
import { container } from "./example_plugin.ts";

const SECRETS_KEY = new Uint8Array(32).fill(7);

/** A site that is up or down, and remembers what it was sent. */
class Site implements AsyncDisposable {
  isUp = true;
  readonly authorizations: (string | null)[] = [];
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => {
      this.authorizations.push(request.headers.get("authorization"));
      return new Response(null, { status: this.isUp ? 204 : 503 });
    },
  );

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/health`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** The agent's store, over HTTP. */
function openStore(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => storeFile(new URL(request.url).pathname.slice(1)),
  );
}

/** A store whose checker is of another version and has another interval. */
function openOtherStore(
  version: string,
  every: string,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const original = await (await storeFile(pathname.slice(1))).text();
      if (pathname.endsWith(".js")) {
        return new Response(
          replaced(original, {
            '"1.0.0"': `"${version}"`,
            '"30s"': `"${every}"`,
          }),
        );
      }
      const { integrity: _, ...manifest } = JSON.parse(original);
      return Response.json({ ...manifest, version });
    },
  );
}

/** Fails where the bundle does not say what is replaced. */
function replaced(text: string, by: Readonly<Record<string, string>>): string {
  return Object.entries(by).reduce((text, [before, after]) => {
    assertStringIncludes(text, before);
    return text.replaceAll(before, after);
  }, text);
}

function manifestOf({ addr }: Deno.HttpServer<Deno.NetAddr>): string {
  return `http://127.0.0.1:${addr.port}/uptime-checker/manifest.json`;
}

/** The checker, installed from the agent's store and loaded. */
class Checker implements AsyncDisposable {
  readonly handler: PluginHandler;
  readonly id: number;

  private constructor(handler: PluginHandler, id: number) {
    this.handler = handler;
    this.id = id;
  }

  static async open(
    db: string,
    options: PluginHandlerOptions,
    open = openStore,
  ): Promise<Checker> {
    const handler = new PluginHandler(db, {
      secretsKey: SECRETS_KEY,
      actionTimeoutMs: 60_000,
      loadTimeoutMs: 60_000,
      ...options,
    });
    let [row] = handler.getAll();
    if (row === undefined) {
      await using store = open();
      const { id, error } = await handler.installFromManifestLink(
        manifestOf(store),
      );
      assert(id !== undefined, error);
      handler.grantPermissions(id, { net: true });
      row = handler.getAll()[0]!;
    }
    await handler.loadPlugin(row.id);
    return new Checker(handler, row.id);
  }

  async ask(method: string, path: string, body?: unknown) {
    const response = await this.handler.fetch(
      new Request(`http://localhost/plugins/${this.id}/routes${path}`, {
        method,
        ...(body === undefined ? {} : {
          body: JSON.stringify(body),
          headers: { "content-type": "application/json" },
        }),
      }),
    );
    return { status: response.status, body: await response.json() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.handler.close();
  }
}

for (const isolation of ["inline", "process"] as const) {
  Deno.test(`uptime-checker asks on its schedule, with its secret, and tells (${isolation})`, async () => {
    await using site = new Site();
    await using checker = await Checker.open(":memory:", { isolation });
    const { handler, id } = checker;
    assertEquals(handler.getStatus().warnings, []);
    const news: unknown[] = [];
    handler.on("uptime-checker:down", (payload) => news.push(payload));

    const refused = await checker.ask("POST", "/checks", { url: "nonsense" });
    assertEquals(refused.status, 422);
    const added = await checker.ask("POST", "/checks", {
      name: "Site",
      url: site.url,
    });
    assertEquals([added.status, added.body.state], [201, "unknown"]);

    await handler.setSettings(id, { authorization: "Bearer s3cret" });
    assertEquals((await handler.runSchedule(id, "check")).ok, true);
    assertEquals(site.authorizations.at(-1), "Bearer s3cret");
    const up = await checker.ask("GET", "/checks/1");
    assertEquals([up.body.state, up.body.uptime, up.body.enabled], [
      "up",
      100,
      true,
    ]);

    site.isUp = false;
    const down = await checker.ask("POST", "/run", { id: 1 });
    assertEquals([down.body.state, down.body.lastResult], ["down", "503"]);
    await waitFor("the news", () => news.length > 0 || undefined);
    assertEquals(news, [{ name: "Site", url: site.url, result: "503" }]);

    const { body: chart } = await checker.ask("GET", "/chart");
    assertEquals(chart[0].name, "Site");
    assertEquals(chart[0].points.at(-1).y, null);
    assertMatch(down.body.curve, /[▁-█]×$/);

    await checker.ask("PUT", "/checks/1", { enabled: false });
    const asked = site.authorizations.length;
    assertEquals((await handler.runSchedule(id, "check")).ok, true);
    assertEquals(site.authorizations.length, asked);
    assertEquals((await checker.ask("DELETE", "/checks/1")).body, {
      removed: 1,
    });
    assertEquals((await checker.ask("GET", "/checks/1")).status, 404);
  });

  Deno.test(`uptime-checker keeps its checks and settings over reload and restart (${isolation})`, async () => {
    await using site = new Site();
    const folder = await Deno.makeTempDir();
    try {
      const db = `${folder}/agent.db`;
      {
        await using checker = await Checker.open(db, { isolation });
        const { handler, id } = checker;
        await handler.emit(
          "container:started",
          container("web", { labels: { "uptime.url": site.url } }),
        );
        await handler.setSettings(id, { authorization: "Basic eA==" });
        await handler.reloadPlugin(id);
        const { body: [check] } = await checker.ask("GET", "/checks");
        assertEquals([check.name, check.url], ["web", site.url]);
        assertEquals(handler.getSchedules(id).length, 1);
      }
      await using checker = await Checker.open(db, { isolation });
      const { handler, id } = checker;
      assertEquals((await handler.runSchedule(id, "check")).ok, true);
      assertEquals(site.authorizations.at(-1), "Basic eA==");
      await handler.emit(
        "container:removed",
        container("web", { labels: { "uptime.url": site.url } }),
      );
      assertEquals((await checker.ask("GET", "/checks")).body, []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("uptime-checker has a page with what it checks, and a form", async () => {
  await using site = new Site();
  await using checker = await Checker.open(":memory:", {});
  const { handler, id } = checker;
  const added = await handler.executeAction(id, "/uptime", "add", {
    state: { name: "Site", url: site.url },
  });
  assertEquals(added?.success, true);
  const results = await handler.executeRouteLoaders(id, "/uptime");
  const [checks] = results.data?.checks as { name: string }[];
  assertEquals(checks?.name, "Site");
  assertEquals(handler.getOpenApi({ id }).tags, [{ name: "uptime-checker" }]);
});

Deno.test("uptime-checker is started by its schedule after its process went idle, and takes another interval", async () => {
  await using site = new Site();
  const options = { isolation: "process", sandbox: { idleMs: 50 } } as const;
  await using checker = await Checker.open(
    ":memory:",
    options,
    () => openOtherStore("1.1.0", "2s"),
  );
  const { handler, id } = checker;
  const added = await checker.ask("POST", "/checks", { url: site.url });
  assertEquals(added.status, 201);

  for (let round = 0; round < 2; round++) {
    const hasProcess = () => handler.getHealth(id).residentBytes !== undefined;
    await waitFor("its process runs", hasProcess);
    await waitFor("its process is idle, and ends", () => !hasProcess());
    const asked = site.authorizations.length;
    await waitFor("its schedule", () => site.authorizations.length > asked);
  }
  assertEquals(handler.getSchedules(id)[0]?.lastRun?.ok, true);
  assertEquals((await checker.ask("GET", "/checks/1")).body.state, "up");

  await using later = openOtherStore("1.2.0", "6h");
  const update = await handler.updateFromManifestLink(id, manifestOf(later));
  assert(update.success, update.error);
  const [schedule, ...others] = handler.getSchedules(id);
  assertEquals([schedule?.every, others], ["6h", []]);
  assert(schedule!.nextRunAt! > Date.now() + 3_600_000);
  const { body: [check] } = await checker.ask("GET", "/checks");
  assertEquals([check.url, check.state], [site.url, "up"]);
  assert((await handler.runSchedule(id, "check")).ok);
});
