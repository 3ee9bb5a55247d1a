import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { FleetAgent, NatsAgentRegistry } from "@dockstat/plugin-handler/fleet";
import {
  handlerInMemory,
  manifestOf,
  sourceOf,
} from "../../fleet/fleet_world.ts";
import { freePorts, NATS_SERVER, natsTest } from "../../fleet/nats_servers.ts";
import { waitFor } from "../../wait_for.ts";
import { Printed } from "../read_line.ts";
import { runCli, scratch, startCli } from "../run_cli.ts";

natsTest(
  "fleet init, enrol, publish, rollout, agents and revoke work together",
  async () => {
    await using folder = await scratch();
    const cwd = folder.path;
    const cli = async (...args: string[]) => {
      const { code, out, err } = await runCli(["fleet", ...args, "--json"], {
        cwd,
        flags: ["--allow-read", "--allow-write=.", "--allow-net=127.0.0.1"],
      });
      assertEquals(code, 0, `${args.join(" ")}: ${err}${out}`);
      return JSON.parse(out);
    };
    const [port] = freePorts(1);
    const server = `127.0.0.1:${port}`;
    const data = join(cwd, "data");
    await Deno.writeTextFile(join(cwd, "pass.txt"), "correct horse\n");
    const passphrase = ["--passphrase-file", "pass.txt"];
    await cli(
      ...["init", "home", "--server", server, "--no-tls", "--data", data],
      ...passphrase,
    );
    const key = await Deno.readTextFile(join(cwd, "fleet", "release.key"));
    assertStringIncludes(key, "BEGIN ENCRYPTED PRIVATE KEY");
    const secrets = await Deno.stat(join(cwd, "fleet", "secrets.json"));
    assertEquals(secrets.mode! & 0o777, 0o600);
    const config = join(cwd, "fleet", "server-1.conf");
    const nats = new Deno.Command(NATS_SERVER!, {
      args: ["-c", config],
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await waitFor("the server", async () => {
        const address = { hostname: "127.0.0.1", port: port! };
        const connection = await Deno.connect(address).catch(() => undefined);
        connection?.close();
        return connection !== undefined;
      });

      const { publicKey } = await cli("key");
      const names = ["--agent", "nas-1", "--ring", "canary"];
      const told = await cli("enrol", "--key", publicKey, ...names);
      assertEquals(told.servers, [server]);
      assert(!JSON.stringify(told).includes("PRIVATE"));
      const enrolment = join(cwd, "enrolment.json");
      await Deno.writeTextFile(enrolment, JSON.stringify(told));
      await cli("credentials", "--enrolment", enrolment);
      await using handler = handlerInMemory();
      await using registry = new NatsAgentRegistry("nas-1", {
        servers: told.servers,
        credentials: await Deno.readTextFile(join(cwd, "agent.creds")),
        timeoutMs: 2_000,
      });
      const { releaseKeys, rolloutKeys } = told;
      const trust = { fleet: "home", releaseKeys, rolloutKeys };
      await using agent = new FleetAgent({
        ...{ agent: "nas-1", ring: "canary", handler, registry, ...trust },
        ...{ pollMs: 2_000, heartbeatMs: 500 },
      });

      const write = (name: string, text: string) =>
        Deno.writeTextFile(join(cwd, name), text);
      const manifest = { ...manifestOf("p", "1.0.0"), bundle: "p.js" };
      await write("p.json", JSON.stringify(manifest));
      await write("p.js", sourceOf("1.0.0"));
      const plugins = { p: { manifest: "p.json", code: "p.js" } };
      await write("v1.json", JSON.stringify({ release: "v1", plugins }));
      const locked = await runCli(["fleet", "publish", "v1.json"], {
        cwd,
        flags: ["--allow-read", "--allow-net=127.0.0.1"],
      });
      assertEquals(locked.code, 2);
      assertStringIncludes(locked.err, "--passphrase-file");
      await cli("publish", "v1.json", ...passphrase);
      const difference = ["diff", "v1", "--ring", "canary"];
      assertEquals(await cli(...difference), [
        { plugin: "p", from: null, to: "1.0.0", state: "enabled" },
      ]);
      agent.start();
      await cli("rollout", "start", "v1", "--ring", "canary");
      const controller = startCli(["fleet", "controller"], { cwd });
      try {
        await waitFor("the rollout", async () => {
          const [rollout] = await cli("rollout", "list");
          return rollout.state === "done";
        });
      } finally {
        controller.kill("SIGINT");
        await controller.output();
      }
      await waitFor(
        "the plugin",
        () => handler.getLoadedPlugins().length === 1,
      );
      await waitFor("the report", () => agent.waitingReports === 0);
      const [listed] = await cli("agents");
      assertEquals(
        [listed.agent, listed.ring, listed.report.plugins[0].outcome],
        ["nas-1", "canary", "applied"],
      );
      const { fleet, rollouts, agents } = await cli("status");
      assertEquals([fleet, agents.length, rollouts[0].state], [
        ...["home", 1, "done"],
      ]);
      assertEquals(rollouts[0].rings, [
        { ring: "canary", agents: 1, done: 1, failed: 0 },
      ]);
      await using serving = new Printed(
        startCli(
          ["serve", "--db", "agent.db", "--port", "0", "--fleet", "fleet"],
          { cwd },
        ),
      );
      const url = await serving.find(/Serving on (\S+);/);
      const page = await (await fetch(`${url}/console/fleet`)).text();
      assertStringIncludes(page, '<meta name="fleet"');
      assertEquals(await serving.interrupt(), 0);
      const [ring] = await cli("rings");
      assertEquals([ring.scope, ring.state.rollout], ["ring:canary", "v1"]);

      assertEquals(await cli(...difference), []);

      await cli("revoke", "nas-1", "--key", publicKey);
      assertEquals(await cli("agents"), []);
      await waitFor(
        "the end of the connection",
        async () =>
          await registry.desired("ring:canary").catch(() => "refused") ===
            "refused",
      );
    } finally {
      nats.kill("SIGKILL");
      await nats.status;
    }
  },
);

Deno.test("fleet init refuses two servers, and none of TLS beyond this machine, with 2", async () => {
  await using folder = await scratch();
  const wrong: [string[], string][] = [
    [["--server", "a:1", "b:2"], "one, or three"],
    [["--server", "nats1"], "host:port"],
    [["--server", "nats1:4222", "--no-tls"], "without TLS"],
  ];
  for (const [args, state] of wrong) {
    const { code, err } = await runCli(["fleet", "init", "home", ...args], {
      cwd: folder.path,
      flags: ["--allow-read", "--allow-write=."],
    });
    assertEquals(code, 2);
    assertStringIncludes(err, state);
  }
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("fleet commands name the folder that is missing, and exit with 2", async () => {
  await using folder = await scratch();
  const { code, err } = await runCli(["fleet", "agents"], {
    cwd: folder.path,
  });
  assertEquals(code, 2);
  assertStringIncludes(err, "fleet init");
});
