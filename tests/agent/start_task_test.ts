import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  type AgentProcess,
  repository,
  startProcess,
  startTask,
} from "./agent_process.ts";

// A path that the task may read, and where there is no engine.
const WITHOUT_DOCKER = ["--docker-socket", "examples/agent/data/none.sock"];

/** Runs `deno task start` on a free port and a database of its own. */
async function withDatabase(
  run: (start: () => Promise<AgentProcess>) => Promise<void>,
): Promise<void> {
  const file = `examples/agent/data/test-${crypto.randomUUID()}.db`;
  const args = [
    ...await startTask(),
    "--port",
    "0",
    "--db",
    file,
    ...WITHOUT_DOCKER,
  ];
  try {
    await run(() => startProcess(["run", "--no-prompt", ...args.slice(1)]));
  } finally {
    await removeDatabase(file);
  }
}

/** Removes a database, and what a process that was killed leaves of it. */
async function removeDatabase(file: string): Promise<void> {
  for (const part of ["", "-wal", "-shm"]) {
    await Deno.remove(`${repository}${file}${part}`).catch(() => {});
  }
}

function journal({ origin }: AgentProcess, route: string): Promise<unknown> {
  return json(`${origin}/plugins/container-journal/routes${route}`);
}

async function json(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  assertEquals(response.ok, true, url);
  return await response.json();
}

Deno.test("deno task start installs, serves and fires hooks with its own permissions", () =>
  withDatabase(async (start) => {
    await using agent = await start();

    assertMatch(agent.printed, /Installed \S+manifest\.json as plugin 1/);
    assertMatch(agent.printed, /Installed \S+manifest\.yaml as plugin 2/);
    assertMatch(agent.printed, /\nhttp:\/\/127\.0\.0\.1:\d+\n$/);
    const { total } = await journal(agent, "/summary") as { total: number };
    assertEquals(total > 0, true);

    const { code, printed } = await agent.end("SIGINT");
    assertEquals(code, 0);
    assertStringIncludes(printed, "Everything is saved");
    assertEquals(/ERR|Uncaught|Requires/.test(printed), false, printed);
  }));

Deno.test("deno task start saves everything at a Ctrl-C that arrives twice", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const [{ code, printed }] = await Promise.all([
      agent.end("SIGINT"),
      agent.end("SIGINT"),
    ]);
    assertEquals(code, 0);
    assertStringIncludes(printed, "Everything is saved");
  }));

Deno.test("deno task start prints lines for curl that work", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const lines = agent.printed.match(/(?<=^ {2})curl .+$/gm) ?? [];
    assertEquals(lines.length >= 8, true);
    for (const line of lines) {
      const { success, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", `${line} --fail --silent --show-error`],
      }).output();
      assertEquals(success, true, line + new TextDecoder().decode(stderr));
      JSON.parse(new TextDecoder().decode(stdout));
    }
    const inbox = await json(`${agent.origin}/inbox`) as unknown[];
    assertEquals(inbox.length > 0, true);
    assertEquals((await agent.end("SIGINT")).code, 0);
  }));

Deno.test("deno task start finds everything as it was at a second start", () =>
  withDatabase(async (start) => {
    const subscription = { url: "http://127.0.0.1:1/hook", events: "image:*" };
    let before: unknown;
    {
      await using agent = await start();
      await json(
        `${agent.origin}/plugins/webhook-notifier/routes/subscribe`,
        { method: "POST", body: new URLSearchParams(subscription) },
      );
      before = await stateOf(agent);
      assertEquals((await agent.end("SIGTERM")).code, 0);
    }
    await using agent = await start();
    assertEquals(agent.printed.includes("Installed"), false);
    assertMatch(agent.printed, /Loaded container-journal \S+, plugin 1/);
    assertMatch(agent.printed, /Loaded webhook-notifier \S+, plugin 2/);
    assertEquals(await stateOf(agent), before);
    assertEquals((await agent.end("SIGTERM")).code, 0);
  }));

/** All that an agent remembers, but for how long its plugins took to load. */
async function stateOf(agent: AgentProcess): Promise<unknown> {
  const { health: _, ...status } = await json(`${agent.origin}/status`) as {
    health: unknown;
  };
  return {
    status,
    events: await journal(agent, "/events?limit=500"),
    subscriptions: await json(
      `${agent.origin}/plugins/webhook-notifier/routes/subscriptions`,
    ),
    navigation: await json(`${agent.origin}/navigation`),
  };
}

Deno.test("deno task start says that its port is taken", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const { port } = new URL(agent.origin);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...(await startTask()).slice(1),
        "--db",
        "examples/agent/data/test-port.db",
      ],
      cwd: repository,
      env: { NO_COLOR: "1", PORT: port },
    }).output();
    await removeDatabase("examples/agent/data/test-port.db");
    assertEquals(code, 1);
    assertStringIncludes(new TextDecoder().decode(stderr), "--port");
  }));

Deno.test("deno task start starts twice at once on one new database", () =>
  withDatabase(async (start) => {
    const agents = await Promise.all([start(), start()]);
    await using _first = agents[0];
    await using _second = agents[1];
    for (const agent of agents) {
      const { plugins } = await json(`${agent.origin}/status`).then((it) => ({
        plugins: (it as { loaded_plugins: unknown[] }).loaded_plugins,
      }));
      assertEquals(plugins.length, 2, agent.printed);
      const { code } = await agent.end("SIGTERM");
      assertEquals(code, 0);
    }
  }));

Deno.test("the agent prints the command that works where Deno permits too little", async () => {
  const file = `examples/agent/data/test ${crypto.randomUUID()}.db`;
  const args = ["--port", "0", "--db", file, ...WITHOUT_DOCKER];
  try {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "examples/agent/main.ts", ...args],
      cwd: repository,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(code, 1);
    const command = /^ {2}deno (run .+)$/m
      .exec(new TextDecoder().decode(stderr))?.[1] ?? "";
    const words = command.match(/'[^']*'|\S+/g)!
      .map((word) => word.replaceAll("'", ""));
    await using agent = await startProcess(words);
    assertStringIncludes(agent.printed, "Loaded container-journal");
    assertEquals((await agent.end("SIGTERM")).code, 0);
  } finally {
    await removeDatabase(file);
  }
});

Deno.test("the agent says that its database is a folder", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...(await startTask()).slice(1),
      "--db",
      "examples/agent/data",
    ],
    cwd: repository,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 2);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    "examples/agent/data is a folder; try --db examples/agent/data/agent.db",
  );
});
