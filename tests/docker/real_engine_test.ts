import { assertEquals } from "@std/assert";
import { connectDocker } from "../../src/docker/mod.ts";
import { Collector } from "./fake_engine.ts";
import { engineTest, whyNoEngine } from "./real_engine.ts";

const why = whyNoEngine();
if (why !== undefined) {
  console.log(`NO REAL DOCKER ENGINE WAS TESTED: ${why.toUpperCase()}`);
}

const quick = { backoff: { minMs: 20, maxMs: 200 } };

engineTest(
  "a real engine's stop is not held back noticeably, nor a restart split",
  async (engine) => {
    const collector = new Collector();
    await using _undo = connectDocker(collector, {
      engines: [{ host: engine.host }],
      raw: true,
    });
    await collector.until("host:added");
    await engine.run("web");
    for (let times = 1; times <= 3; times++) {
      await engine.docker("restart", "-t", "0", "web");
    }
    await collector.until("container:restarted", 3);
    await engine.docker("stop", "-t", "0", "web");
    await collector.until("container:stopped");
    const raw = collector.names(/^docker:container:(die|stop|start|restart)$/);
    assertEquals(raw.filter((name) => name.endsWith(":stop")).length, 4);
    assertEquals(
      collector.names(/^container:(started|stopped|restarted|died)$/),
      [
        "container:started",
        ...[
          "container:restarted",
          "container:restarted",
          "container:restarted",
        ],
        ...["container:died", "container:stopped"],
      ],
    );
  },
);

engineTest(
  "a real engine's memory limits, exits, health checks and images are reported",
  async (engine) => {
    const collector = new Collector();
    await using connection = connectDocker(collector, {
      engines: [{ host: engine.host }],
    });
    await connection.ready;
    const limit = ["-m", "8m", "--memory-swap", "8m"];
    await engine.run(
      "eater",
      ...limit,
      "tiny:1",
      "/bin/sh",
      "-c",
      // An engine may begin to watch a container's memory only after it runs,
      // so that the first failure alone can go unseen.
      "trap 'exit 3' TERM; while true; do tail /dev/zero; sleep 0.2; done",
    );
    await collector.until("container:oom");
    await engine.docker("stop", "eater");
    await collector.until("container:died");
    const check = ["--health-cmd", "true", "--health-interval", "300ms"];
    await engine.run("checked", ...check, "tiny:1", "/bin/sleep", "1000");
    await collector.until("container:health_status");
    await engine.docker("rm", "-f", "eater", "checked");
    await engine.docker("tag", "tiny:1", "tiny:2");
    await engine.docker("rmi", "tiny:2");
    await engine.docker("rmi", "tiny:1");
    await collector.until("image:removed");
    assertEquals(collector.payloads("container:died")[0]?.exitCode, 3);
    assertEquals(
      collector.payloads("container:health_status")[0]?.health,
      "healthy",
    );
    assertEquals(collector.names(/^image:/), [
      ...["image:tagged", "image:untagged", "image:untagged", "image:removed"],
    ]);
    assertEquals(collector.payloads("image:tagged")[0]?.name, "tiny:2");
  },
);

engineTest("a real engine may stop and start in between", async (engine) => {
  const collector = new Collector();
  // The engine gives a container ten seconds to end, unless it is told less.
  const command = ["--stop-timeout", "1", "tiny:1", "/bin/sleep", "1000"];
  await engine.run("before", ...command);
  const connection = connectDocker(collector, {
    engines: [{ host: engine.host, ...quick }],
  });
  await connection.ready;
  await engine.docker("pause", "before");
  await engine.docker("unpause", "before");
  await engine.stop();
  await collector.until("host:health:changed");
  await engine.start();
  await collector.until("host:health:changed", 2);
  await collector.until("docker:gap");
  await engine.run("after");
  await collector.until("container:started");
  await connection();
  assertEquals(collector.payloads("container:seen").map(({ name }) => name), [
    "before",
  ]);
  assertEquals(
    collector.payloads("host:health:changed").map(({ healthy }) => healthy),
    [false, true],
  );
  assertEquals(collector.payloads("docker:gap")[0]?.reason, "not-replayed");
  // By the engine's last words or by its next list, but once.
  assertEquals(collector.payloads("container:died").map(({ name }) => name), [
    "before",
  ]);
  assertEquals(
    collector.payloads("container:created").map(({ name }) => name),
    ["after"],
  );
  assertEquals(collector.emitted.at(-1)?.event, "host:removed");
});

engineTest(
  "a real engine loses no event while its socket is removed",
  async (engine) => {
    const collector = new Collector();
    const options = { host: engine.host, idleTimeoutMs: 300, ...quick };
    const connection = connectDocker(collector, { engines: [options] });
    await connection.ready;
    const hidden = `${engine.socket}.hidden`;
    await engine.run("web");
    await collector.until("container:started");
    await Deno.rename(engine.socket, hidden);
    await collector.until("host:health:changed");
    await Deno.rename(hidden, engine.socket);
    await engine.docker("pause", "web");
    await collector.until("host:health:changed", 2);
    await collector.until("container:paused");
    await connection();
    assertEquals(collector.names(/^(container|docker:gap)/), [
      ...["container:created", "container:started", "container:paused"],
    ]);
  },
);

engineTest(
  "a real engine's events of a break are replayed once",
  async (engine) => {
    const collector = new Collector();
    const options = { host: engine.host, idleTimeoutMs: 100, ...quick };
    const connection = connectDocker(collector, { engines: [options] });
    await connection.ready;
    const names = Array.from(
      { length: 12 },
      (_, index) => `container-${index}`,
    );
    for (const name of names) {
      await engine.docker("create", "--name", name, "tiny:1", "/bin/true");
      // Longer than the silence that the stream bears, now and then.
      if (name.endsWith("3")) {
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    }
    await collector.until("container:created", names.length);
    await connection();
    assertEquals(
      collector.payloads("container:created").map(({ name }) => name),
      names,
    );
    assertEquals(collector.names(/gap/), []);
  },
);
