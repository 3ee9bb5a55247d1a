/**
 * Records the event stream of a real engine into `testdata/`, with the
 * versions of everything involved:
 *
 *     sudo deno run -A tests/docker/record_events.ts
 *
 * @module
 */
import { RealEngine } from "./real_engine.ts";

const folder = new URL("./testdata/", import.meta.url);
await using engine = await RealEngine.start();
const client = Deno.createHttpClient({
  proxy: { transport: "unix", path: engine.socket },
});
const stop = new AbortController();
const response = await fetch("http://docker.invalid/v1.41/events", {
  client,
  signal: stop.signal,
});
const recorded = read(response);

const containers = await scenario();
const version = JSON.parse(
  await engine.docker("version", "--format", "{{json .Server}}"),
);
stop.abort();
await Deno.writeTextFile(
  new URL("engine_events.ndjson", folder),
  await recorded,
);
await Deno.writeTextFile(
  new URL("engine_recording.json", folder),
  JSON.stringify({ version, containers }, null, 1) + "\n",
);
client.close();

async function read(response: Response): Promise<string> {
  let text = "";
  try {
    for await (
      const part of response.body!.pipeThrough(new TextDecoderStream())
    ) {
      text += part;
    }
  } catch {
    // The recording ends by being cut off.
  }
  return text;
}

async function scenario(): Promise<unknown[]> {
  await engine.run(
    "web",
    "-l",
    "app=web",
    "-p",
    "80",
    "tiny:1",
    "/bin/sleep",
    "1000",
  );
  const inspected = JSON.parse(await engine.docker("inspect", "web"));
  await engine.docker("pause", "web");
  await engine.docker("unpause", "web");
  await engine.docker("restart", "-t", "0", "web");
  await engine.docker("stop", "-t", "0", "web");
  await engine.docker("start", "web");
  await engine.docker("kill", "web");
  await engine.docker("rename", "web", "front");
  await engine.docker("rm", "front");
  await failures();
  await engine.docker("tag", "tiny:1", "tiny:2");
  await engine.docker("rmi", "tiny:2");
  await engine.docker("volume", "create", "storage");
  await engine.docker("volume", "rm", "storage");
  return inspected;
}

async function failures(): Promise<void> {
  await engine.run(
    "eater",
    "-m",
    "8m",
    "--memory-swap",
    "8m",
    "tiny:1",
    "/bin/sh",
    "-c",
    "tail /dev/zero; sleep 0.5",
  );
  await engine.docker("wait", "eater");
  await engine.docker("rm", "eater");
  const check = ["--health-cmd", "true", "--health-interval", "500ms"];
  const id = await engine.run(
    "checked",
    ...check,
    "tiny:1",
    "/bin/sleep",
    "1000",
  );
  while (
    await engine.docker("inspect", "-f", "{{.State.Health.Status}}", id) !==
      "healthy"
  ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await engine.docker("rm", "-f", "checked");
}
