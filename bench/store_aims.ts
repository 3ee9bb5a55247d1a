/**
 * What stores of their own cost and gain isolated plugins, against the state in
 * which the host ran their statements: both in one run, by turns.
 *
 * The state before is checked out of the repository's history into a temporary
 * folder. Needs all permissions, git, and for the last rows Linux.
 *
 * @module
 */

/** The last commit in which statements travelled to the host. */
const BEFORE = "986ae92";
const ROUNDS = 3;
const root = new URL("..", import.meta.url).pathname;
const script = new URL("store_measure.ts", import.meta.url).pathname;

/** What a row is called, its unit, and the ratio that was aimed at. */
const ROWS: readonly (readonly [string, string, string, number])[] = [
  ["first", "first()", "µs", 0.7],
  ["fifty", "50 rows", "µs", 1],
  ["insert", "insert()", "µs", 1],
  ["batch", "1,000 inserts in one call", "µs", 0.3],
  ["activation", "activation with a table", "ms", 1.3],
];

type Figures = Record<string, number>;

async function measure(sources: string, ...what: string[]): Promise<Figures> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--no-check",
      `--config=${sources}/deno.json`,
      script,
      sources,
      ...what,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return JSON.parse(text.decode(stdout).trim().split("\n").at(-1)!);
}

async function git(...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("git", {
    args,
    cwd: root,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1]!;
}

function print(cells: readonly string[]): void {
  console.log(cells.map((cell) => cell.padEnd(28)).join(""));
}

const folder = `${Deno.makeTempDirSync()}/before`;
await git("worktree", "add", "--detach", folder, BEFORE);
try {
  const before: Figures[] = [];
  const after: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    before.push(await measure(folder));
    after.push(await measure(root.replace(/\/$/, "")));
  }
  print(["", "before", "after", "ratio (aim)"]);
  for (const [key, name, unit, aim] of ROWS) {
    const [was, is] = [before, after].map((all) =>
      median(all.map((figures) => figures[key]!))
    ) as [number, number];
    print([
      name,
      `${was.toFixed(1)} ${unit}`,
      `${is.toFixed(1)} ${unit}`,
      `${(is / was).toFixed(2)} (${aim})`,
    ]);
  }
} finally {
  await git("worktree", "remove", "--force", folder);
}
if (Deno.build.os === "linux") {
  const { idle, loaded, memory, answer } = await measure(
    root.replace(/\/$/, ""),
    "host",
  );
  print([
    "host's lag, p99",
    `${idle!.toFixed(2)} ms idle`,
    `${loaded!.toFixed(2)} ms, 100 plugins`,
    `${(loaded! / idle!).toFixed(2)} (1.2)`,
  ]);
  print(["a store's own memory", "", `${memory!.toFixed(1)} MiB`, "(12)"]);
  print(["next answer after a kill", "", `${answer!.toFixed(0)} ms`, "(100)"]);
}
