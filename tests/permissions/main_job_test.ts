import { assertEquals } from "@std/assert";
import { repository, startProcess } from "../agent/agent_process.ts";
import { signIn } from "../agent/sign_in.ts";

Deno.test("main job writes nothing outside the database's folder", async () => {
  const root = await Deno.makeTempDir();
  const [data, temp, cwd] = ["data", "temp", "cwd"].map((name) =>
    `${root}/${name}`
  ) as [string, string, string];
  await Promise.all([data, temp, cwd].map((path) => Deno.mkdir(path)));
  try {
    await using agent = await startProcess([
      "run",
      "--no-prompt",
      `--config=${repository}deno.json`,
      `--allow-read=${data},${repository}examples/plugins,${root}/docker.sock`,
      `--allow-write=${data}`,
      "--allow-net=127.0.0.1",
      "--allow-env=PORT",
      `${repository}examples/agent/main.ts`,
      ...["--port", "0"],
      ...["--db", `${data}/agent.db`],
      ...["--docker-socket", `${root}/docker.sock`],
    ], { cwd, env: { TMPDIR: temp } });
    const ask = await signIn(agent);
    const { events } = await ask("/plugins/container-journal/routes/summary");
    assertEquals(events.started > 0, true);

    assertEquals((await agent.end("SIGINT")).code, 0);

    assertEquals(filesIn(data), ["agent.db"]);
    assertEquals([...filesIn(temp), ...filesIn(cwd)], []);
    assertEquals(filesIn(root), ["cwd", "data", "temp"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}
