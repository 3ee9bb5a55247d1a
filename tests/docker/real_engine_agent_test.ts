import { assertEquals } from "@std/assert";
import {
  type AgentProcess,
  repository,
  startProcess,
  startTask,
} from "../agent/agent_process.ts";
import { signIn } from "../agent/sign_in.ts";
import { engineTest, type RealEngine } from "./real_engine.ts";

/** Runs what `deno task start` runs, with the engine's socket for the usual one. */
async function startAgent(
  engine: RealEngine,
  database: string,
): Promise<AgentProcess> {
  const [, ...args] = (await startTask()).map((arg) =>
    arg.replaceAll("/var/run/docker.sock", engine.socket)
  );
  const settings = ["--port", "0", "--db", database];
  const socket = ["--docker-socket", engine.socket];
  return startProcess(["run", "--no-prompt", ...args, ...settings, ...socket]);
}

engineTest(
  "a real engine's events reach the webhooks and the journal of deno task start",
  async (engine) => {
    const database = `examples/agent/data/test-${crypto.randomUUID()}.db`;
    try {
      await using agent = await startAgent(engine, database);
      const removed = Promise.withResolvers<void>();
      const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
      await using server = Deno.serve(options, () => {
        removed.resolve();
        return new Response();
      });
      const url = `http://127.0.0.1:${server.addr.port}/`;
      const ask = await signIn(agent);
      await ask("/plugins/webhook-notifier/routes/subscribe", {
        method: "POST",
        body: new URLSearchParams({ url, events: "container:removed" }),
      });
      await engine.run("web");
      await engine.docker("restart", "-t", "0", "web");
      await engine.docker("rm", "-f", "web");
      await removed.promise;
      const { entries } = await ask(
        "/plugins/container-journal/routes/events",
      ) as {
        entries: { event: string; container: string; image: string }[];
      };
      const own = { container: "web", image: "tiny:1" };
      assertEquals(
        entries.reverse().filter(({ event }) => event !== "killed")
          .map(({ event, container, image }) => ({ event, container, image })),
        ["created", "started", "restarted", "died", "removed"]
          .map((event) => ({ event, ...own })),
      );
      const { code } = await agent.end("SIGTERM");
      assertEquals(code, 0);
    } finally {
      for (const part of ["", "-wal", "-shm"]) {
        await Deno.remove(repository + database + part).catch(() => {});
      }
    }
  },
);
