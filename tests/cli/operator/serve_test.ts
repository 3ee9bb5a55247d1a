/**
 * `serve` and what works on it while it runs, as real processes.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { PluginHandler } from "@dockstat/plugin-handler";
import { runCli, scratch, startCli } from "../run_cli.ts";
import { waitFor } from "../../wait_for.ts";
import { manifest } from "./agents.ts";

/** The lines of a stream, one at a time. */
function linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  return {
    async next(): Promise<string | undefined> {
      while (!pending.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) return undefined;
        pending += value;
      }
      const at = pending.indexOf("\n");
      const line = pending.slice(0, at);
      pending = pending.slice(at + 1);
      return line;
    },
    cancel: () => reader.cancel(),
  };
}

Deno.test("serve runs an agent that notices what commands do to its file, and ends on Ctrl-C", async () => {
  await using folder = await scratch();
  const cwd = folder.path;
  const child = startCli(
    ["serve", "--db", "agent.db", "--port", "0", "--first-user", "token"],
    { cwd, flags: ["--allow-all", "--unstable-no-legacy-abort"] },
  );
  const lines = linesOf(child.stdout);
  const [, url] = /^Serving on (http:\S+);/.exec((await lines.next())!)!;
  const [, token] = /: (\S+)$/.exec((await lines.next())!)!;
  assertEquals(
    (await Deno.stat(join(cwd, "agent.db"))).mode! & 0o777,
    0o600,
  );
  const first = await fetch(`${url}/api/v1/session/first`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: url! },
    body: JSON.stringify({
      username: "root",
      password: "correct horse battery",
      token,
    }),
  });
  const { accessToken } = await first.json();
  const env = { DOCKSTAT_TOKEN: accessToken };

  await Deno.writeTextFile(
    join(cwd, "manifest.json"),
    JSON.stringify(manifest()),
  );
  const installed = await runCli(
    ["install", "manifest.json", "--yes", "--db", "agent.db"],
    { cwd },
  );
  assertEquals(installed.code, 0, installed.err);
  await waitFor("the agent has loaded the plugin", async () => {
    const { out } = await runCli(["health", "--url", url!, "--json"], {
      cwd,
      env,
    });
    return JSON.parse(out).items?.[0]?.state === "active";
  });

  const follow = startCli(["logs", "-f", "--json", "--url", url!], {
    cwd,
    env,
  });
  const logged = linesOf(follow.stdout);
  // The plugin comes again and again until a line of it is seen.
  let isSeen = false;
  const seen = logged.next().then((line) => {
    isSeen = true;
    return JSON.parse(line!);
  });
  await waitFor("a line is logged", async () => {
    const failing = await runCli(
      ["run-schedule", "notes", "nothing", "--url", url!],
      { cwd, env },
    );
    assert(failing.code !== 0);
    await runCli(["reload", "notes", "--url", url!], { cwd, env });
    return isSeen;
  });
  assert(typeof (await seen).message === "string");
  follow.kill("SIGINT");
  await logged.cancel();
  assertEquals((await follow.status).code, 130);
  await follow.stderr.cancel();

  child.kill("SIGINT");
  assertEquals(await lines.next(), "Stopped");
  const { code } = await child.status;
  assertEquals(code, 0);
  await lines.cancel();
  await child.stderr.cancel();
  // What it held is free, and what was installed is there.
  await using handler = new PluginHandler(join(cwd, "agent.db"));
  assertEquals(handler.getAll().length, 1);
});

const SLOW = `let begun = 0;
export default {
  config: {
    apiRoutes: {
      "/slow": { method: "GET", actions: ["slow"], public: true },
      "/begun": { method: "GET", actions: ["begun"], public: true },
      "/endless": { method: "GET", actions: ["endless"], public: true },
    },
    actions: {
      slow: async () => {
        begun++;
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        return "done";
      },
      begun: () => ({ begun }),
      endless: async function* () {
        while (true) {
          yield "more";
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
    },
  },
};`;

/** `serve` over a plugin with slow and endless answers. */
async function serveSlow(
  folder: string,
  ...args: string[]
): Promise<{
  readonly routes: string;
  stop(): Promise<number>;
}> {
  {
    await using handler = new PluginHandler(join(folder, "agent.db"));
    const { id } = handler.savePlugin({
      name: "slow",
      version: "1.0.0",
      repository: "https://example.com/r",
      manifest: "https://example.com/m.json",
      author: {},
      plugin: SLOW,
    });
    await handler.loadPlugin(id!);
    handler.allowPublicRoutes(id!, ["/slow", "/begun", "/endless"]);
  }
  const child = startCli(
    ["serve", "--db", "agent.db", "--port", "0", ...args],
    { cwd: folder, flags: ["--allow-all", "--unstable-no-legacy-abort"] },
  );
  const lines = linesOf(child.stdout);
  const [, url] = /^Serving on (http:\S+);/.exec((await lines.next())!)!;
  return {
    routes: `${url}/plugins/slow/routes`,
    async stop() {
      child.kill("SIGINT");
      const { code } = await child.status;
      await lines.cancel();
      await child.stderr.cancel();
      return code;
    },
  };
}

Deno.test("serve answers what is under way on Ctrl-C", async () => {
  await using folder = await scratch();
  const { routes, stop } = await serveSlow(folder.path, "--grace", "60");
  const slow = fetch(`${routes}/slow`);
  await waitFor("the slow action has begun", async () => {
    const { begun } = await (await fetch(`${routes}/begun`)).json();
    return begun === 1;
  });
  assertEquals(await stop(), 0);
  const response = await slow;
  assertEquals([response.status, await response.text()], [200, "done"]);
});

Deno.test("serve waits for a stream without an end no longer than --grace", async () => {
  await using folder = await scratch();
  const { routes, stop } = await serveSlow(folder.path, "--grace", "0");
  const endless = (await fetch(`${routes}/endless`)).body!.getReader();
  await endless.read();
  assertEquals(await stop(), 0);
  while (await endless.read().then(({ done }) => !done, () => false));
});

Deno.test("serve refuses ports, users and half of TLS that are none, with 2", async () => {
  await using folder = await scratch();
  const run = { cwd: folder.path };
  for (
    const [args, said] of [
      [["--port", "70000"], "--port takes 0 to 65535"],
      [["--first-user", "eve"], "--first-user takes"],
      [["--cert", "cert.pem"], "both --cert and --key"],
      [["--trust", "nothing"], "--trust takes <id>=<key>"],
      [["--grace", "soon"], "--grace takes"],
    ] as const
  ) {
    const { code, err } = await runCli(
      ["serve", "--db", "agent.db", ...args],
      run,
    );
    assertEquals(code, 2, err);
    assertStringIncludes(err, said);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});
