import { runInNewContext } from "node:vm";
import { setFlagsFromString } from "node:v8";
import { assertEquals } from "@std/assert";
import { DockerEvents } from "../../src/docker/mod.ts";
import { EngineClient } from "../../src/docker/engine/engine_client.ts";
import { resolveEndpoint } from "../../src/docker/engine/engine_endpoint.ts";
import { eventLine, FakeEngine, take } from "./fake_engine.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Weak references go in a later task than the one that they were made in. */
async function collect(): Promise<void> {
  for (let times = 0; times < 5; times++) {
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
  }
}

Deno.test("DockerEvents.close() ends a stream whose signals Deno could have collected", async () => {
  await using engine = new FakeEngine();
  await using events = new DockerEvents({ host: engine.host });
  const first = take(events, 1);
  (await engine.connection()).send(eventLine(Date.now() * 1e6) + "\n");
  assertEquals((await first).length, 1);
  await collect();
  await events.close();
});

Deno.test("EngineClient.json() gives up a question whose signal Deno could have collected", async () => {
  await using engine = new FakeEngine();
  const asked = Promise.withResolvers<void>();
  const silence = Promise.withResolvers<Response>();
  engine.override = () => {
    asked.resolve();
    return silence.promise;
  };
  using client = new EngineClient(resolveEndpoint({ host: engine.host }));
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const failed = client.json("/info", (it) => it, { signal }).catch((error) =>
    error.code
  );
  await asked.promise;
  await collect();
  giveUp.abort();
  assertEquals(await failed, "DOCKER_FAILED");
  silence.resolve(new Response());
});

/** An answer whose body begins and never ends. */
function endless(begin: string): Response {
  return new Response(
    new ReadableStream({
      start: (controller) =>
        controller.enqueue(new TextEncoder().encode(begin)),
    }),
  );
}

Deno.test("EngineClient.stream() ends a body that is read through a held reader when its signal Deno could have collected aborts", async () => {
  await using engine = new FakeEngine();
  engine.override = () => endless("begin");
  using client = new EngineClient(resolveEndpoint({ host: engine.host }));
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const body = await client.stream("/events", { signal });
  const reader = body[Symbol.asyncIterator]();
  assertEquals((await reader.next()).value?.length, 5);
  const rest = reader.next();
  await collect();
  giveUp.abort();
  assertEquals((await rest).done, true);
});

Deno.test("EngineClient.json() gives up a body that does not end, by its signal and by its limit", async () => {
  await using engine = new FakeEngine();
  engine.override = () => endless("{");
  using client = new EngineClient(resolveEndpoint({ host: engine.host }));
  const giveUp = new AbortController();
  const { signal } = giveUp;
  const why = (error: Error) => error.message.split(": ")[1];
  const failed = client.json("/info", (it) => it, { signal }).catch(why);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await collect();
  giveUp.abort("enough");
  assertEquals(await failed, "enough");
  const late = client.json("/info", (it) => it, { timeoutMs: 50 }).catch(why);
  assertEquals(await late, "it did not answer in time");
});
