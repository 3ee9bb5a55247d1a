import { assertEquals, assertObjectMatch } from "@std/assert";
import { connectDocker, DockerEvents } from "../../src/docker/mod.ts";
import { Collector, eventLine, FakeEngine, take } from "./fake_engine.ts";
import { waitFor } from "../wait_for.ts";

const T0 = 1_795_395_340_886_604_939n;
const quick = { backoff: { minMs: 1, maxMs: 5 }, idleTimeoutMs: 30_000 };
const digest = "a".repeat(64);

/** What Podman's compatible API sends; it has fields that Docker's has not. */
function podmanLine(
  nanos: bigint,
  Action: string,
  more: Record<string, unknown> = {},
): string {
  const { Type = "container", ID = "c1", Attributes, ...fields } = more;
  const event = {
    ...{ status: Action, id: ID, Type, Action, scope: "local" },
    Actor: {
      ID,
      Attributes: { name: "web", image: "tiny:1", ...Attributes as object },
    },
    time: Number(nanos / 1_000_000_000n),
    ...fields,
  };
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${nanos}}\n`;
}

async function emitted(...lines: string[]): Promise<Collector> {
  await using engine = new FakeEngine();
  const collector = new Collector();
  const disconnect = connectDocker(collector, {
    engines: [{ host: engine.host, ...quick }],
  });
  const connection = await engine.connection();
  const end = eventLine(T0 + 10_000_000_000n, "oom", { id: "end" }) + "\n";
  for (const line of [...lines, end]) connection.send(line);
  await collector.until("container:oom");
  await disconnect();
  return collector;
}

Deno.test("connectDocker() reads Podman's health in its own field", async () => {
  const collector = await emitted(
    podmanLine(T0, "health_status", { health_status: "healthy" }),
    podmanLine(T0 + 1n, "health_status", { HealthStatus: "unhealthy" }),
    podmanLine(T0 + 2n, "health_status", {
      Attributes: { health_status: "starting" },
    }),
    podmanLine(T0 + 3n, "health_status: healthy"),
  );
  assertEquals(
    collector.payloads("container:health_status").map(({ health }) => health),
    ["healthy", "unhealthy", "starting", "healthy"],
  );
});

Deno.test("connectDocker() knows Podman's deaths and removals", async () => {
  const collector = await emitted(
    podmanLine(T0, "died", { Attributes: { containerExitCode: "3" } }),
    podmanLine(T0 + 1n, "remove"),
    podmanLine(T0 + 2n, "remove", { Type: "image", ID: digest }),
  );
  assertEquals(collector.names(/died|removed/), [
    ...["container:died", "container:removed", "image:removed"],
    "host:removed",
  ]);
  assertObjectMatch(collector.payloads("container:died")[0]!, {
    ...{ exitCode: 3, labels: {} },
  });
});

Deno.test("connectDocker() names a pulled image of Podman's by its reference", async () => {
  const name = "docker.io/library/alpine:latest";
  const collector = await emitted(
    podmanLine(T0, "pull", { Type: "image", ID: digest, Attributes: { name } }),
  );
  assertObjectMatch(collector.payloads("image:pulled")[0]!, {
    ...{ id: digest, name },
  });
});

/** Podman reads times as floating point numbers. */
function rounded(time: string): bigint {
  const value = Number(time);
  const seconds = Math.trunc(value);
  return BigInt(seconds) * 1_000_000_000n +
    BigInt(Math.trunc((value - seconds) * 1e9));
}

Deno.test("DockerEvents loses and repeats nothing where the engine rounds the times it is asked for", async () => {
  for (let step = 0n; step < 12n; step++) {
    const base = T0 + step * 37n;
    const lines = [0n, 40n, 80n, 5_000n, 2_000_000_000n].map((offset) =>
      podmanLine(base + offset, "create", { ID: `c${offset}` })
    );
    await using engine = new FakeEngine();
    engine.override = (url) => {
      if (!url.pathname.endsWith("/events")) return undefined;
      const [since, until] = ["since", "until"].map((name) => {
        const value = url.searchParams.get(name);
        return value === null ? undefined : rounded(value);
      });
      if (until === undefined) return undefined;
      const past = lines.filter((line) => {
        const time = BigInt(/"timeNano":(\d+)/.exec(line)![1]!);
        return time >= since! && time <= until;
      });
      return new Response(past.join(""));
    };
    await using events = new DockerEvents({
      host: engine.host,
      ...quick,
      since: String(base),
    });
    const gaps: unknown[] = [];
    events.addEventListener("gap", ({ detail }) => gaps.push(detail));
    const read = take(events, 4);
    const first = await engine.connection();
    assertEquals(rounded(first.query.get("since")!) <= base, true);
    first.send(lines.slice(0, 2).join(""));
    await waitFor("2 events", () => events.position === String(base + 40n));
    first.end();
    const second = await engine.connection();
    const since = rounded(second.query.get("since")!);
    assertEquals(since <= base + 40n, true);
    second.send(lines.join(""));
    assertEquals((await read).map(({ actor }) => actor.id), [
      ...["c40", "c80", "c5000", "c2000000000"],
    ]);
    assertEquals(gaps, []);
  }
});
