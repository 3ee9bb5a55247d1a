/**
 * What a start takes, from the process to the first answered route, against an
 * empty `deno run`; what an idle agent weighs; and how the cache of Deno grows.
 * Each is measured with the package as it is published, in a few files, and
 * with the modules of the checkout. The processes alternate at random, in a
 * `DENO_DIR` of their own.
 *
 * `deno task bench:start [rounds]`
 *
 * Needs all permissions.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { buildPackage } from "../tools/package/build_package.ts";
import { standIns } from "../tools/package/stand_ins.ts";
import { median } from "./median.ts";

const ROUNDS = Number(Deno.args[0] ?? 15);
const RESIDENT_ROUNDS = 5;
const CACHE_STARTS = 20;
const CHILD = new URL("./start_child.ts", import.meta.url).pathname;
const BY_HAND = new URL("./start_by_hand.ts", import.meta.url).pathname;
const REPOSITORY = new URL("..", import.meta.url).pathname;

const folder = `${
  Deno.env.get("TMPDIR") ?? "/tmp"
}/start-bench-${crypto.randomUUID()}`;
const database = `${folder}/agent.db`;
const empty = `${folder}/empty.ts`;
const cache = `${folder}/deno`;

/** A program that depends on the package as it is published. */
const packaged = `${folder}/host`;
/** Reading a configuration is a part of the empty run as well. */
const PACKAGED = `--config=${packaged}/deno.json`;

const WAYS: Readonly<Record<string, readonly string[]>> = {
  "empty deno run": [PACKAGED, empty],
  "30 plugins by hand": [PACKAGED, BY_HAND, "start", database],
  "import": [PACKAGED, CHILD, "import"],
  "30 plugins, eager": [PACKAGED, CHILD, "eager", database],
  "30 plugins, lazy": [PACKAGED, CHILD, "lazy", database],
  "import, checkout": [CHILD, "import"],
  "30 plugins, eager, checkout": [CHILD, "eager", database],
  "30 plugins, lazy, checkout": [CHILD, "lazy", database],
};

function row(name: string, figure: string, ratio: number): void {
  console.log(`| ${name} | ${figure} | ${ratio.toFixed(2)} |`);
}

/** Fills a cache of its own, and the database with 30 plugins. */
async function prepare(): Promise<void> {
  await Deno.mkdir(cache, { recursive: true });
  // Packages are taken from the cache at hand: this bench fetches nothing.
  await Deno.symlink(`${await denoDir()}/npm`, `${cache}/npm`);
  await Deno.writeTextFile(empty, "");
  await preparePackage();
  await run([CHILD, "prepare", database]);
  for (const args of Object.values(WAYS)) {
    for (let warmUp = 0; warmUp < 3; warmUp++) await run(args);
  }
}

/** Makes the package, and a program that has it as if it came from JSR. */
async function preparePackage(): Promise<void> {
  await buildPackage(`${folder}/package`);
  await Deno.mkdir(packaged);
  const name = "@dockstat/plugin-handler";
  await Deno.writeTextFile(
    `${packaged}/deno.json`,
    JSON.stringify({
      imports: { [name]: `jsr:${name}` },
      links: [`${folder}/package`, ...await standIns()],
    }),
  );
  await Deno.copyFile(`${REPOSITORY}/deno.lock`, `${packaged}/deno.lock`);
}

/** Runs every way once a round, in an order drawn anew. */
async function alternate(): Promise<Record<string, number[]>> {
  const names = Object.keys(WAYS);
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names.toSorted(() => Math.random() - 0.5)) {
      const start = performance.now();
      await run(WAYS[name]!);
      times[name]!.push(performance.now() - start);
    }
  }
  return times;
}

async function resident(): Promise<void> {
  const mib = async (...child: string[]) => {
    const all: number[] = [];
    for (let round = 0; round < RESIDENT_ROUNDS; round++) {
      all.push(Number(await run([...child, "resident", database])) / 2 ** 20);
    }
    return median(all);
  };
  const base = await mib(PACKAGED, BY_HAND);
  const agent = await mib(PACKAGED, CHILD);
  const checkout = await mib(CHILD);
  console.log("\n| resident, idle | MiB | against SQLite alone |");
  console.log("| --- | --- | --- |");
  row("Deno with the file open", base.toFixed(1), 1);
  row("agent with 30 plugins", agent.toFixed(1), agent / base);
  row("the same, checkout", checkout.toFixed(1), checkout / base);
}

/** How many modules a start reads before a line of the host's runs. */
async function modules(): Promise<void> {
  const child = await staticModules([PACKAGED, CHILD]);
  const checkout = await staticModules(["mod.ts"]);
  console.log(
    `\nModules that an import runs: ${child - 1}, in the checkout ${checkout}`,
  );
}

async function staticModules(args: readonly string[]): Promise<number> {
  const { roots, modules, redirects } = JSON.parse(
    await deno(["info", "--json", ...args]),
  );
  const known = new Map<string, GraphModule>(
    modules.map((it: GraphModule) => [it.specifier, it]),
  );
  const seen = new Set<string>(roots);
  for (const name of seen) {
    const module = known.get(redirects[name] ?? name);
    for (const { code, isDynamic } of module?.dependencies ?? []) {
      if (!isDynamic && code?.specifier) {
        seen.add(redirects[code.specifier] ?? code.specifier);
      }
    }
  }
  return seen.size;
}

/** A module as `deno info --json` tells of it. */
interface GraphModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

/** What one more start leaves in Deno's code cache. */
async function cacheGrowth(): Promise<void> {
  const before = codeCache();
  for (let index = 0; index < CACHE_STARTS; index++) {
    await run(WAYS["30 plugins, eager"]!);
  }
  const after = codeCache();
  const entries = (after.entries - before.entries) / CACHE_STARTS;
  const kib = (after.bytes - before.bytes) / CACHE_STARTS / 1024;
  console.log(
    `\nThe code cache grows by ${entries} entries, ${
      kib.toFixed(1)
    } KiB a start`,
  );
}

function codeCache(): { entries: number; bytes: number } {
  using db = new DatabaseSync(`${cache}/v8_code_cache_v2`);
  const sql =
    "SELECT count(*) AS entries, sum(length(data)) AS bytes FROM codecache";
  const { entries, bytes } = db.prepare(sql).get()!;
  return { entries: Number(entries), bytes: Number(bytes) };
}

async function denoDir(): Promise<string> {
  return JSON.parse(await deno(["info", "--json"])).denoDir;
}

function run(args: readonly string[]): Promise<string> {
  const flags = ["run", "--no-check", "--cached-only", "--allow-all"];
  return deno([...flags, ...args], {
    DENO_DIR: cache,
    DENO_NO_UPDATE_CHECK: "1",
  });
}

async function deno(
  args: string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    env,
    cwd: REPOSITORY,
  }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(decoder.decode(stderr));
  return decoder.decode(stdout);
}

if (import.meta.main) {
  try {
    await prepare();
    const times = await alternate();
    const base = median(times["empty deno run"]!);
    console.log(`| start, ${ROUNDS} rounds | median | against empty |`);
    console.log("| --- | --- | --- |");
    for (const [name, all] of Object.entries(times)) {
      row(name, `${median(all).toFixed(1)} ms`, median(all) / base);
    }
    await resident();
    await modules();
    await cacheGrowth();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
