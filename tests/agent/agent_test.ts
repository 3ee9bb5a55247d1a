import {
  assertEquals,
  assertObjectMatch,
  assertStringIncludes,
} from "@std/assert";
import { type Agent, startAgent } from "../../examples/agent/agent.ts";
import type { Settings } from "../../examples/agent/settings.ts";

/** Starts agents on one database, one after another. */
async function withFolder(
  run: (settings: Settings) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run({
      port: 0,
      db: `${folder}/new/agent.db`,
      dockerSocket: `${folder}/docker.sock`,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function ask(agent: Agent, path: string, init?: RequestInit) {
  const response = await fetch(agent.origin + path, init);
  return { status: response.status, text: await response.text() };
}

Deno.test("startAgent() leaves away what was deleted since the first start", () =>
  withFolder(async (settings) => {
    {
      await using agent = await startAgent(settings);
      await agent.ready;
      agent.handler.deletePlugin(1);
      agent.handler.disablePlugin(2);
    }
    await using agent = await startAgent(settings);
    assertEquals(agent.handler.getAll().map(({ id }) => id), [2, 3]);
    assertEquals(agent.handler.getLoadedPlugins(), [3]);
  }));

Deno.test("startAgent() plays the recorded events once, and again when it is asked to", () =>
  withFolder(async (settings) => {
    const total = (agent: Agent) =>
      agent.handler.getServerHooks(1).table!.count();
    let once;
    {
      await using agent = await startAgent(settings);
      await agent.ready;
      once = total(agent);
    }
    const said: string[] = [];
    await using agent = await startAgent(settings, (line) => said.push(line));
    await agent.ready;
    assertEquals(total(agent), once);
    assertStringIncludes(said.join("\n"), "POST /replay");

    assertEquals((await ask(agent, "/replay", { method: "POST" })).status, 200);
    assertEquals(total(agent), 2 * once);
    assertEquals((await ask(agent, "/replay")).status, 405);
  }));

Deno.test("startAgent() leads people to the console, and answers programs that sign in", () =>
  withFolder(async (settings) => {
    await using agent = await startAgent(settings);
    await agent.ready;
    const start = await fetch(`${agent.origin}/`);
    assertEquals(start.url, `${agent.origin}/console`);
    assertStringIncludes(await start.text(), "<!doctype html>");
    assertEquals((await ask(agent, "/p/1/journal")).status, 401);

    const token = new URL(agent.console).hash.replace("#token=", "");
    const { text } = await ask(agent, "/api/v1/session/first", {
      method: "POST",
      headers: { origin: agent.origin, "content-type": "application/json" },
      body: JSON.stringify({ username: "ada", password: "1234567890", token }),
    });
    const headers = { authorization: `Bearer ${JSON.parse(text).accessToken}` };
    const page = await ask(agent, "/p/container-journal/journal", { headers });
    const { title, initial } = JSON.parse(page.text);
    assertEquals(title, "Container journal");
    assertEquals(initial.data.journal.entries.length > 0, true);
    assertEquals((await ask(agent, "/p/1/lost", { headers })).status, 404);
  }));

Deno.test("startAgent() answers its own addresses to programs on this machine alone", () =>
  withFolder(async (settings) => {
    await using agent = await startAgent(settings);
    await agent.ready;
    for (const path of ["/lost", "/store/../deno.json", "/store/lost.json"]) {
      assertEquals((await ask(agent, path)).status, 404);
    }
    assertEquals((await ask(agent, "/plugins/lost/routes/x")).status, 401);
    assertEquals((await ask(agent, "/inbox", { method: "PUT" })).status, 405);
    const headers = { origin: "https://evil.example" };
    assertEquals(
      (await ask(agent, "/replay", { method: "POST", headers })).status,
      403,
    );
  }));

Deno.test("startAgent() says that the Docker Engine does not answer", () =>
  withFolder(async (settings) => {
    const folder = settings.db.replace(/\/new\/.*/, "");
    // A socket stays behind when an engine is killed.
    const listener = Deno.listen({
      transport: "unix",
      path: `${folder}/engine.sock`,
    });
    await Deno.rename(`${folder}/engine.sock`, settings.dockerSocket);
    listener.close();
    const said = Promise.withResolvers<string>();
    await using _agent = await startAgent(settings, (line) => {
      if (line.startsWith("Docker host")) said.resolve(line);
    });
    assertStringIncludes(await said.promise, "cannot be reached: ");
  }));

Deno.test("startAgent() hands on the events of a Docker Engine at its socket", () =>
  withFolder(async (settings) => {
    const event = Promise.withResolvers<void>();
    await using _engine = serveEngine(settings.dockerSocket);
    await using agent = await startAgent(settings, (line) => {
      if (line.includes("container:started")) event.resolve();
    });
    await event.promise;

    const entry = agent.handler.getServerHooks(1).table!.first();
    assertObjectMatch(entry!, {
      event: "started",
      container: "web",
      at: 1795395340886,
    });
  }));

/** An engine that has one event to tell. */
function serveEngine(path: string): AsyncDisposable {
  const closing = new AbortController();
  const server = Deno.serve(
    { path, onListen() {}, signal: closing.signal },
    (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/version") {
        return Response.json({ Version: "20.10.24", ApiVersion: "1.41" });
      }
      if (pathname.endsWith("/info")) {
        return Response.json({
          Name: "host",
          SystemTime: "2026-01-01T00:00:00Z",
        });
      }
      if (pathname.endsWith("/containers/json")) return Response.json([]);
      if (!pathname.endsWith("/events") || searchParams.has("until")) {
        return new Response("", {
          status: pathname.endsWith("/events") ? 200 : 404,
        });
      }
      return new Response(
        endless(`${JSON.stringify(STARTED)}\n`, closing.signal),
      );
    },
  );
  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await server.finished;
    },
  };
}

const STARTED = {
  Type: "container",
  Action: "start",
  Actor: { ID: "4f5e", Attributes: { name: "web", image: "nginx" } },
  time: 1795395340,
  timeNano: 1795395340886604900,
};

function endless(
  text: string,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      signal.addEventListener("abort", () => {
        try {
          controller.close();
        } catch {
          // The agent let go of it first.
        }
      });
    },
  });
}
