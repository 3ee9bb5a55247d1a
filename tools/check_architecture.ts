/**
 * Fails when an import goes against the order of the areas, passes by an area's
 * entry, closes a circle, or when nothing leads to a file.
 *
 * Needs `--allow-read` and `--allow-run` of Deno itself.
 *
 * @module
 */
import { relative } from "@std/path";
import {
  areaOf,
  cyclesOf,
  emptyAreasOf,
  entryPoints,
  orphansOf,
  violationOf,
} from "./architecture.ts";
import { readModuleGraph } from "./module_graph.ts";
import {
  exportedFiles,
  readPackageConfig,
  repository,
} from "./package_config.ts";

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) yield relative(repository, path);
  }
}

async function findProblems(): Promise<string[]> {
  const entries = [...exportedFiles(await readPackageConfig()), ...entryPoints];
  const sources = await Array.fromAsync(sourceFiles(`${repository}src`));
  sources.sort();
  const { edges } = await readModuleGraph(repository, [...entries, ...sources]);
  const inside = edges.filter(({ from, to }) => areaOf(from) && areaOf(to));
  return [
    ...sources.filter((file) => !areaOf(file)).map((file) =>
      `${file}: belongs to no area of tools/architecture.ts`
    ),
    ...emptyAreasOf([...sources, ...entries]).map((name) =>
      `${name}: this area of tools/architecture.ts holds no file`
    ),
    ...inside.map(violationOf).filter((text) => text !== undefined),
    ...cyclesOf(inside).map((way) => `circle: ${way.join(" -> ")}`),
    ...orphansOf(sources, edges, entries).map((file) =>
      `${file}: no export of the package leads here`
    ),
  ];
}

const problems = await findProblems();
for (const problem of problems) console.error(problem);
console.log(`Architecture: ${problems.length} problems`);
if (problems.length > 0) Deno.exit(1);
