/**
 * What the command line takes against an empty `deno run`: its version, and a
 * list of 300 plugins. The processes alternate at random.
 *
 * `deno run --allow-all bench/cli_list.ts [rounds]`
 *
 * @module
 */
import { PluginHandler } from "../mod.ts";
import { median } from "./median.ts";

const ROUNDS = Number(Deno.args[0] ?? 15);
const PLUGINS = 300;
const MAIN = new URL("../src/cli/main.ts", import.meta.url).pathname;
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

const folder = await Deno.makeTempDir({ prefix: "cli-bench-" });
const database = `${folder}/agent.db`;
const empty = `${folder}/empty.ts`;

/** The ways, and how many times an empty run each may take. */
const WAYS: Readonly<Record<string, readonly [aim: number, string[]]>> = {
  "empty deno run": [1, [empty]],
  "--version": [1.5, [MAIN, "--version"]],
  "list, 300 plugins, JSON": [8, [MAIN, "list", "--db", database, "--json"]],
  "list, 300 plugins, a table": [8, [MAIN, "list", "--db", database]],
};

async function prepare(): Promise<void> {
  await Deno.writeTextFile(empty, "");
  await using handler = new PluginHandler(database);
  for (let number = 1; number <= PLUGINS; number++) {
    const name = `plugin-${number}`;
    handler.savePlugin({
      name,
      version: "1.0.0",
      description: "One of many",
      repository: `https://github.com/user/${name}`,
      repoType: "github",
      manifest: "manifest.json",
      author: { name: "User" },
      tags: [],
      plugin: `export default { name: "${name}", config: {} };`,
    });
  }
}

async function run(args: readonly string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "-q", "--config", CONFIG]
      .concat(args),
    stdout: "null",
    stderr: "inherit",
  });
  const start = performance.now();
  const { success } = await command.output();
  if (!success) throw new Error(`Cannot measure "${args.join(" ")}"`);
  return performance.now() - start;
}

await prepare();
const names = Object.keys(WAYS);
const times = Object.fromEntries(names.map((name) => [name, [] as number[]]));
for (const name of names) await run(WAYS[name]![1]);
for (let round = 0; round < ROUNDS; round++) {
  for (const name of names.toSorted(() => Math.random() - 0.5)) {
    times[name]!.push(await run(WAYS[name]![1]));
  }
}
const base = median(times["empty deno run"]!);
console.log("| what | ms | times an empty run | aim |");
console.log("| --- | --- | --- | --- |");
for (const name of names) {
  const took = median(times[name]!);
  const [aim] = WAYS[name]!;
  console.log(
    `| ${name} | ${took.toFixed(0)} | ${(took / base).toFixed(2)} | ${aim} |`,
  );
}
await Deno.remove(folder, { recursive: true });
