/**
 * Docker events from the bytes of a response to the plugins' hooks, against
 * bare parsing of the same bytes. One iteration takes 10,000 events.
 *
 * Run: `deno bench -A bench/docker_bench.ts`
 *
 * With `--memory` as an argument of `deno run` it takes 100,000 events at once
 * instead, and prints the rate and the memory: `deno run -A
 * bench/docker_bench.ts --memory`.
 *
 * With `--metrics` it measures how soon 100 containers have told their first
 * metrics, where the engine takes a second for each answer on one.
 *
 * @module
 */
import { PluginHandler } from "@dockstat/plugin-handler";
import { connectDocker, DockerEvents } from "@dockstat/plugin-handler/docker";

const COUNT = 10_000;
const START = BigInt(Date.now() + 86_400_000) * 1_000_000n;
const ACTIONS = ["create", "start", "pause", "unpause", "die", "destroy"];
const encoder = new TextEncoder();

/** The lives of containers, as the engine words them, a millisecond apart. */
function stream(count: number): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  for (let index = 0; index < count; index++) {
    const time = START + BigInt(index) * 1_000_000n;
    const life = Math.floor(index / ACTIONS.length);
    const id = life.toString(16).padStart(64, "0");
    const action = ACTIONS[index % ACTIONS.length];
    lines.push(
      `{"status":"${action}","id":"${id}","from":"tiny:1","Type":"container",` +
        `"Action":"${action}","Actor":{"ID":"${id}","Attributes":{"image":"tiny:1",` +
        `"name":"c${life}"}},"scope":"local","time":${time / 1_000_000_000n},` +
        `"timeNano":${time}}\n`,
    );
  }
  return encoder.encode(lines.join(""));
}

/** An engine whose every stream is the same bytes, at once, and then silence. */
function serve(bytes: Uint8Array<ArrayBuffer>): Deno.HttpServer<Deno.NetAddr> {
  const answers: Record<string, unknown> = {
    "/version": { Version: "20.10.24", ApiVersion: "1.41" },
    "/v1.41/info": { Name: "bench", SystemTime: new Date().toISOString() },
    "/v1.41/containers/json": [],
  };
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  return Deno.serve(options, (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/v1.41/events" && !searchParams.has("until")) {
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(bytes.slice()),
        }),
      );
    }
    if (pathname === "/v1.41/events") return new Response("");
    const answer = answers[pathname];
    return answer ? Response.json(answer) : new Response("{}", { status: 404 });
  });
}

/** What a client of the engine does at the least. */
async function parseBare(host: string, count: number): Promise<void> {
  const stop = new AbortController();
  const url = `${host.replace("tcp:", "http:")}/v1.41/events`;
  const { body } = await fetch(url, { signal: stop.signal });
  const decoder = new TextDecoder();
  const reader = body!.getReader();
  let rest = "";
  for (let seen = 0; seen < count;) {
    const lines =
      (rest + decoder.decode((await reader.read()).value, { stream: true }))
        .split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (JSON.parse(line).Type === "container") seen++;
  }
  await reader.cancel();
}

async function iterate(host: string, count: number): Promise<void> {
  await using events = new DockerEvents({ host });
  let seen = 0;
  for await (const _ of events) if (++seen === count) break;
}

/** A handler with plugins that count what becomes of containers. */
async function handlerOf(plugins: number): Promise<PluginHandler> {
  const handler = new PluginHandler(":memory:");
  const hooks = [
    ...["Create", "Start", "Pause", "Unpause", "Die", "Remove"],
  ].map((name) => `onContainer${name}() { seen++; }`).join(", ");
  for (let index = 0; index < plugins; index++) {
    const name = `counter-${index}`;
    handler.savePlugin({
      name,
      version: "1.0.0",
      repository: "https://example.com",
      manifest: "https://example.com/manifest.json",
      author: { name: "bench" },
      tags: [],
      repoType: "local",
      plugin:
        `let seen = 0; export default { name: "${name}", version: "1.0.0", ` +
        `events: { ${hooks} } };`,
    });
  }
  const { errors } = await handler.loadAllPlugins();
  if (errors.length > 0) throw new TypeError(errors[0]!.error);
  return handler;
}

/** Feeds a handler until it has had so many events; inspections are answered with 404. */
async function feed(
  handler: PluginHandler,
  host: string,
  count: number,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  let seen = 0;
  const disconnect = connectDocker({
    async emit(event, payload) {
      await handler.emit(event, payload);
      if (event.startsWith("container:") && ++seen === count) done.resolve();
    },
  }, { engines: [{ host }], inspect: { perSecond: 0, burst: 0 } });
  await done.promise;
  await disconnect();
}

/** The engine in a process of its own, so that its memory is not counted. */
async function measureFlood(): Promise<void> {
  const count = 100_000;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", import.meta.filename!, "--serve", String(count)],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const host = `tcp://127.0.0.1:${Number((await reader.read()).value)}`;
  const handler = await handlerOf(1);
  const before = Deno.memoryUsage().rss;
  let peak = before;
  const timer = setInterval(
    () => peak = Math.max(peak, Deno.memoryUsage().rss),
    5,
  );
  const start = performance.now();
  await feed(handler, host, count);
  const ms = performance.now() - start;
  clearInterval(timer);
  await handler.close();
  child.kill();
  await reader.cancel();
  await child.status;
  const mib = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;
  console.log(
    `${count} events in ${Math.round(ms)} ms: ${
      Math.round(count / ms * 1000)
    } a second`,
  );
  console.log(`memory: ${mib(before)} before, ${mib(peak)} at most`);
}

/** An engine of so many running containers, slow to tell what they use. */
function serveMetrics(containers: number): Deno.HttpServer<Deno.NetAddr> {
  const listed = Array.from({ length: containers }, (_, index) => ({
    ...{ Id: `c${index}`, Names: [`/c${index}`], Image: "tiny:1" },
    ...{ State: "running", Status: "Up 2 hours" },
  }));
  const answers: Record<string, unknown> = {
    "/version": { Version: "20.10.24", ApiVersion: "1.41" },
    "/v1.41/info": { Name: "bench", SystemTime: new Date().toISOString() },
    "/v1.41/containers/json": listed,
  };
  const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
  return Deno.serve(options, async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith("/events")) {
      return new Response(
        searchParams.has("until") ? "" : new ReadableStream(),
      );
    }
    if (!pathname.endsWith("/stats")) return Response.json(answers[pathname]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = performance.now() * 1e6;
    return Response.json({
      cpu_stats: {
        cpu_usage: { total_usage: now / 2 },
        ...{ system_cpu_usage: now, online_cpus: 2 },
      },
      memory_stats: { usage: 50, limit: 200 },
    });
  });
}

async function measureMetrics(): Promise<void> {
  const containers = 100;
  const server = serveMetrics(containers);
  const host = `tcp://127.0.0.1:${server.addr.port}`;
  const told = new Set<string>();
  const done = Promise.withResolvers<void>();
  const start = performance.now();
  const disconnect = connectDocker({
    emit(event, payload) {
      if (event === "container:metrics") {
        told.add((payload as { containerId: string }).containerId);
      }
      if (told.size === containers) done.resolve();
      return Promise.resolve();
    },
  }, { engines: [{ host }], metrics: true });
  await done.promise;
  const ms = Math.round(performance.now() - start);
  console.log(`first metrics of ${containers} containers: ${ms} ms`);
  await disconnect();
  await server.shutdown();
}

function benchStages(): void {
  const server = serve(stream(COUNT));
  server.unref();
  const host = `tcp://127.0.0.1:${server.addr.port}`;
  const group = `${COUNT} events`;
  Deno.bench(
    "bare fetch, split and JSON.parse",
    { group, baseline: true },
    async () => {
      await parseBare(host, COUNT);
    },
  );
  Deno.bench("DockerEvents", { group }, async () => {
    await iterate(host, COUNT);
  });
  for (const plugins of [1, 100]) {
    const handler = handlerOf(plugins);
    Deno.bench(`connectDocker, ${plugins} plugin(s)`, { group }, async () => {
      await feed(await handler, host, COUNT);
    });
  }
}

const [mode, count] = Deno.args;
if (mode === "--serve") {
  console.log(serve(stream(Number(count))).addr.port);
} else if (mode === "--metrics") {
  await measureMetrics();
} else if (mode === "--memory") {
  await measureFlood();
} else {
  benchStages();
}
