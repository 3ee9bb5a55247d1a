import {
  NatsAgentRegistry,
  NatsControlRegistry,
} from "@dockstat/plugin-handler/fleet";
import { assertEquals, assertRejects } from "@std/assert";
import { PluginError } from "@dockstat/plugin-handler";
import { NatsServers, natsTest } from "./nats_servers.ts";
import { CONFORMANCE } from "./registry_conformance.ts";

for (const [name, check] of Object.entries(CONFORMANCE)) {
  natsTest(`NatsRegistry: ${name}`, async () => {
    await using nats = await NatsServers.start();
    const { servers } = nats;
    await using control = await NatsControlRegistry.open({
      servers,
      replicas: 1,
    });
    await check({
      control,
      agent: (agent) => new NatsAgentRegistry(agent, { servers }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  });
}

natsTest(
  "desired() fails while no server can be reached, and works once one can",
  async () => {
    await using nats = await NatsServers.start();
    const { servers } = nats;
    {
      await using control = await NatsControlRegistry.open({
        servers,
        replicas: 1,
      });
      await control.writeDesired("ring:all", "one", 0);
    }
    await nats.kill(0);
    await using agent = new NatsAgentRegistry("a1", {
      servers,
      timeoutMs: 300,
    });
    const error = await assertRejects(
      () => agent.desired("ring:all"),
      PluginError,
    );
    assertEquals(error.code, "FLEET_FAILED");
    const back = Promise.withResolvers<void>();
    const end = agent.hints(["ring:all"], () => back.resolve());
    await nats.up(0);
    await back.promise;
    end();
    await using patient = new NatsAgentRegistry("a1", { servers });
    assertEquals(await patient.desired("ring:all"), "one");
  },
);
