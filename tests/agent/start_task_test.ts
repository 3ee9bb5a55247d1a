import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  type AgentProcess,
  repository,
  startProcess,
  startTask,
} from "./agent_process.ts";
import { PASSWORD, type Signed, signIn } from "./sign_in.ts";
import { waitFor } from "../wait_for.ts";

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

const JOURNAL = "/plugins/container-journal/routes";
const WEBHOOKS = "/plugins/webhook-notifier/routes";

Deno.test("deno task start installs, serves and fires hooks with its own permissions", () =>
  withDatabase(async (start) => {
    await using agent = await start();

    assertMatch(
      agent.printed,
      /^http:\/\/127\.0\.0\.1:\d+\/console#token=[\w-]+\n$/,
    );
    const ask = await signIn(agent);
    const { items } = await ask("/api/v1/plugins");
    assertEquals(
      items.map(({ name, state }: Record<string, string>) => [name, state]),
      ["container-journal", "webhook-notifier", "uptime-checker"]
        .map((name) => [name, "active"]),
    );
    assertEquals((await ask(`${JOURNAL}/summary`)).total > 0, true);

    const { code, printed } = await agent.end("SIGINT");
    assertEquals(code, 0);
    assertEquals(/ERR|Uncaught|Requires/.test(printed), false, printed);
  }));

Deno.test("deno task start saves everything at a Ctrl-C that arrives twice", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const [{ code }] = await Promise.all([
      agent.end("SIGINT"),
      agent.end("SIGINT"),
    ]);
    assertEquals(code, 0);
  }));

Deno.test("deno task start ends while somebody follows its events", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const token = new URL(agent.console).hash.replace("#token=", "");
    const first = await fetch(`${agent.origin}/api/v1/session/first`, {
      method: "POST",
      headers: { origin: agent.origin, "content-type": "application/json" },
      body: JSON.stringify({ username: "ada", password: PASSWORD, token }),
    });
    const { accessToken } = await first.json();
    const events = await fetch(`${agent.origin}/api/v1/events`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const [{ code }] = await Promise.all([
      agent.end("SIGTERM"),
      events.text().catch(() => {}),
    ]);
    assertEquals(code, 0);
  }));

Deno.test("deno task start delivers webhooks to its own inbox", () =>
  withDatabase(async (start) => {
    await using agent = await start();
    const ask = await signIn(agent);
    await ask(`${WEBHOOKS}/subscribe`, {
      method: "POST",
      body: new URLSearchParams({
        url: `${agent.origin}/inbox`,
        events: "container:*",
      }),
    });
    const replayed = await fetch(`${agent.origin}/replay`, { method: "POST" });
    assertEquals((await replayed.json()).events > 0, true);
    await waitFor("a webhook in the inbox", async () => {
      const inbox = await fetch(`${agent.origin}/inbox`);
      return (await inbox.json()).length > 0;
    });
    assertEquals((await agent.end("SIGINT")).code, 0);
  }));

Deno.test("deno task start finds everything as it was at a second start", () =>
  withDatabase(async (start) => {
    const subscription = { url: "http://127.0.0.1:1/hook", events: "image:*" };
    let before: unknown;
    {
      await using agent = await start();
      const ask = await signIn(agent);
      await ask(`${WEBHOOKS}/subscribe`, {
        method: "POST",
        body: new URLSearchParams(subscription),
      });
      before = await stateOf(ask);
      assertEquals((await agent.end("SIGTERM")).code, 0);
    }
    await using agent = await start();
    assertMatch(agent.printed, /^http:\/\/127\.0\.0\.1:\d+\/console\n$/);
    assertEquals(await stateOf(await signIn(agent)), before);
    assertEquals((await agent.end("SIGTERM")).code, 0);
  }));

/** All that an agent remembers. */
async function stateOf(ask: Signed): Promise<unknown> {
  const { items } = await ask("/api/v1/plugins");
  return {
    plugins: items.map((
      { id, name, version, state }: Record<string, string>,
    ) => ({ id, name, version, state })),
    events: await ask(`${JOURNAL}/events?limit=500`),
    subscriptions: await ask(`${WEBHOOKS}/subscriptions`),
    pages: await ask("/api/v1/pages"),
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
    await using started = new AsyncDisposableStack();
    const [first, second] = await Promise.all(
      [start(), start()].map(async (it) => started.use(await it)),
    );
    const agents = [first!, second!];
    const asks = [await signIn(first!)];
    // The second one has the user by now, whatever it printed.
    asks.push(await signIn({ ...second!, console: second!.origin }));
    for (const [at, agent] of agents.entries()) {
      const { items } = await asks[at]!("/api/v1/plugins?state=active");
      assertEquals(items.length, 3, agent.printed);
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
    assertMatch(agent.printed, /\/console#token=/);
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
