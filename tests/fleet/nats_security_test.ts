import {
  agentCredentials,
  createAgentKey,
  createFleetAccounts,
  enrolAgent,
  type FleetAccounts,
  type FleetSecrets,
  NatsAgentRegistry,
  NatsControlRegistry,
  pushAccounts,
  revokeAgents,
  serverConfig,
} from "@dockstat/plugin-handler/fleet";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { connect, credsAuthenticator } from "@nats-io/transport-node";
import { PluginError } from "@dockstat/plugin-handler";
import { waitFor } from "../wait_for.ts";
import { makeCertificates } from "./certificates.ts";
import { NatsServers, natsTest } from "./nats_servers.ts";
import { reportOf } from "./registry_conformance.ts";

/** A server with TLS and the accounts of a fleet. */
async function open() {
  const { accounts, secrets } = await createFleetAccounts("f1");
  const certificates = await makeCertificates();
  const nats = await NatsServers.start(1, ({ listen, folder }) =>
    serverConfig({
      ...{ name: "n0", listen, folder },
      tls: {
        cert: `${certificates}/server.pem`,
        key: `${certificates}/server.key`,
        ca: `${certificates}/ca.pem`,
      },
    }, accounts));
  const ca = await Deno.readTextFile(`${certificates}/ca.pem`);
  const [address] = nats.servers;
  const servers = [address!.replace("127.0.0.1", "localhost")];
  const control = await NatsControlRegistry.open({
    ...{ servers, ca, replicas: 1 },
    credentials: secrets.controllerCredentials,
  });
  return {
    ...{ nats, accounts, secrets, servers, ca, control },
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]();
      await nats[Symbol.asyncDispose]();
      await Deno.remove(certificates, { recursive: true });
    },
  };
}

/** The credentials of a new agent. */
async function enrolled(secrets: FleetSecrets, agent: string, ring = "all") {
  const { seed, publicKey } = await createAgentKey();
  const token = await enrolAgent(secrets, { agent, ring, publicKey });
  return { publicKey, credentials: await agentCredentials(token, seed) };
}

natsTest(
  "an enrolled agent reads its states and the code, and reports, over TLS",
  async () => {
    await using it = await open();
    const { servers, ca, control, secrets } = it;
    const { credentials } = await enrolled(secrets, "a1");
    await using agent = new NatsAgentRegistry("a1", {
      servers,
      ca,
      credentials,
    });
    const packed = new Uint8Array(1_500_000).fill(7);
    await control.writeDesired("ring:all", "ring", 0);
    await control.writeDesired("agent:a1", "own", 0);
    await control.putBundle("0".repeat(64), packed);

    assertEquals(await agent.desired("ring:all"), "ring");
    assertEquals(await agent.desired("agent:a1"), "own");
    assertEquals(await agent.bundle("0".repeat(64)), packed);
    await agent.report("m1", reportOf("a1"));
    await agent.report("m1", reportOf("a1"));
    assertEquals((await control.reports(0)).map(({ agent }) => agent), ["a1"]);

    let hints = 0;
    const end = agent.hints(["ring:all"], () => hints++);
    await waitFor("the connection's hint", () => hints > 0);
    const seen = hints;
    await agent.desired("ring:all");
    const { revision } = (await control.readDesired("ring:all"))!;
    await control.writeDesired("ring:all", "next", revision);
    await waitFor("a hint", () => hints > seen);
    end();
    const beats: string[] = [];
    const endBeats = control.heartbeats((agent) => beats.push(agent));
    await waitFor("a heartbeat", async () => {
      agent.heartbeat({ ring: "all", plugins: {}, waiting: 0 });
      await agent.desired("ring:all");
      return beats[0] === "a1";
    });
    endBeats();
  },
);

natsTest(
  "an agent's credentials write no desired state, and read nothing of another's",
  async () => {
    await using it = await open();
    const { servers, ca, control, secrets } = it;
    const { credentials } = await enrolled(secrets, "a1");
    for (const scope of ["ring:all", "ring:other", "agent:a1", "agent:a2"]) {
      await control.writeDesired(scope, `state of ${scope}`, 0);
    }
    const options = { servers, ca, credentials, timeoutMs: 1_000 };
    await using agent = new NatsAgentRegistry("a1", options);
    assertEquals(await agent.desired("ring:all"), "state of ring:all");
    for (const scope of ["agent:a2", "ring:other"]) {
      await assertRejects(() => agent.desired(scope), PluginError, scope);
    }
    // Another's name in its own mouth.
    await using other = new NatsAgentRegistry("a2", options);
    await assertRejects(() => other.report("m1", reportOf("a2")), PluginError);

    const raw = await connect({
      ...{ servers, tls: { ca }, resolve: false, inboxPrefix: "_INBOX.a1" },
      authenticator: credsAuthenticator(new TextEncoder().encode(credentials)),
    });
    const before = await control.readDesired("ring:all");
    const subject = "$KV.desired.ring.all";
    raw.publish(subject, "forged");
    // An allowed request whose answer would be a write.
    raw.publish("fleet.report.a1", "forged", { reply: subject });
    const read = "$JS.API.DIRECT.GET.KV_desired.$KV.desired.ring.all";
    raw.publish(read, "", { reply: subject });
    raw.publish("$JS.API.STREAM.DELETE.KV_desired", "");
    // What others are answered is nobody else's.
    const heard: string[] = [];
    for (const wish of ["_INBOX.>", "_INBOX.a2.>", "fleet.live.>", ">"]) {
      raw.subscribe(wish, {
        callback: (error) => {
          if (!error) heard.push(wish);
        },
      });
    }
    await raw.flush();
    const { revision } = before!;
    await control.writeDesired(
      "agent:a2",
      "secret",
      (await control.readDesired("agent:a2"))!.revision,
    );
    await raw.flush();
    assertEquals(await control.readDesired("ring:all"), before);
    assert(revision > 0);
    assertEquals(heard, []);
    await raw.close();
  },
);

natsTest("a revoked agent is shut out at once, and others go on", async () => {
  await using it = await open();
  const { servers, ca, control, secrets } = it;
  await control.writeDesired("ring:all", "state", 0);
  const [one, two] = [
    await enrolled(secrets, "a1"),
    await enrolled(secrets, "a2"),
  ];
  const options = (credentials: string) => ({
    ...{ servers, ca, credentials, timeoutMs: 1_000 },
  });
  await using a1 = new NatsAgentRegistry("a1", options(one.credentials));
  await using a2 = new NatsAgentRegistry("a2", options(two.credentials));
  assertEquals(await a1.desired("ring:all"), "state");
  assertEquals(await a2.desired("ring:all"), "state");

  const next: FleetAccounts = await revokeAgents(it.accounts, secrets, [
    one.publicKey,
  ]);
  const system = { servers, ca, credentials: secrets.systemCredentials };
  await pushAccounts(next, system);
  await waitFor("the door to be shut", async () => {
    const read = await a1.desired("ring:all").catch(() => "refused");
    return read === "refused";
  });
  assertEquals(await a2.desired("ring:all"), "state");
});

natsTest(
  "a server without the fleet's certificate is not believed",
  async () => {
    await using it = await open();
    const { servers, secrets } = it;
    const { credentials } = await enrolled(secrets, "a1");
    await using agent = new NatsAgentRegistry("a1", {
      ...{ servers, credentials, timeoutMs: 1_000 },
    });
    await assertRejects(() => agent.desired("ring:all"), PluginError);
  },
);

Deno.test("enrolAgent() refuses names and keys that are none", async () => {
  const { secrets } = await createFleetAccounts("f1");
  const { publicKey } = await createAgentKey();
  const good = { agent: "a1", ring: "all", publicKey };
  const wrong = [
    { agent: "a.>" },
    { ring: "*" },
    { ring: "All" },
    { publicKey: "UNOTAKEY" },
  ];
  for (const change of wrong) {
    const error = await assertRejects(
      () => enrolAgent(secrets, { ...good, ...change }),
      PluginError,
    );
    assertEquals(error.code, "INVALID_OPTIONS");
  }
  await enrolAgent(secrets, good);
});
