/**
 * Bundles the package's code into a few files: a start costs Deno about 0.2 ms
 * for each module that it reads, and the sources are more than 300 of them. What
 * the sources open by `import()` stays in files of its own, and the packages
 * that they depend on stay outside.
 *
 * @module
 */
import { dirname, join, relative } from "@std/path";
import {
  exportedFiles,
  type PackageConfig,
  repository,
} from "../package_config.ts";

/** The folder of the bundled code, inside the package. */
export const CODE_FOLDER = "lib";

/** The folder of what runs in processes of its own. */
const PROGRAMS = "src/cli/";

/** A module that another finds by its own address, such as a worker's. */
const NEIGHBOUR = /new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g;

/** Where a bundle tells which source the code that follows is from. */
const SOURCE_LINE = /^\/\/ (\S+\.tsx?)$/;

/**
 * The file that a source is bundled into.
 *
 * @param source A source, relative to the repository.
 * @returns The file, relative to the package.
 */
export function bundledFile(source: string): string {
  return `${CODE_FOLDER}/${source.replace(/\.ts$/, ".js")}`;
}

/**
 * Bundles everything that the package exports, and what its modules find by
 * their own addresses. The types of each export stay those of its source, which
 * the package holds as well.
 *
 * @param folder Where the package is made: the code is written into `lib`.
 * @param config The checkout's own configuration.
 * @throws {Error} If the bundler fails, or a module that another finds by its
 * own address is not in the bundle.
 */
export async function bundleCode(
  folder: string,
  config: PackageConfig,
): Promise<void> {
  const exported = exportedFiles(config);
  const neighbours = await readNeighbours();
  const entries = [...exported, ...neighbours];
  // What programs share with the library would be cut into more files for it.
  const isProgram = (source: string) => source.startsWith(PROGRAMS);
  const code = `${folder}/${CODE_FOLDER}`;
  await bundle(entries.filter((it) => !isProgram(it)), code, config);
  await bundle(entries.filter(isProgram), `${code}/${PROGRAMS}`, config);
  await pointAtNeighbours(folder, new Set(neighbours));
  for (const source of exported) await keepTypes(folder, source);
}

async function readNeighbours(): Promise<string[]> {
  const found = new Set<string>();
  for await (const source of filesIn(`${repository}/src`)) {
    const text = await Deno.readTextFile(source);
    for (const [, address] of text.matchAll(NEIGHBOUR)) {
      const path = join(dirname(source), address!);
      // A template's text names files of the plugin that is made of it.
      if (await exists(path)) found.add(relative(repository, path));
    }
  }
  return [...found].toSorted();
}

/** Puts each entry where it is below the folder that all of them are in. */
async function bundle(
  entries: readonly string[],
  folder: string,
  { imports }: PackageConfig,
): Promise<void> {
  const packages = Object.keys(imports)
    .filter((name) => /^(npm|jsr):/.test(imports[name]!));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      "--platform=deno",
      "--code-splitting",
      ...packages.flatMap((name) => [
        `--external=${name}`,
        `--external=${name}/*`,
      ]),
      `--outdir=${folder}`,
      ...entries,
    ],
    cwd: repository,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** A bundled module has another address than its source, and so has its neighbour. */
async function pointAtNeighbours(
  folder: string,
  neighbours: ReadonlySet<string>,
): Promise<void> {
  const missing = new Set(neighbours);
  for await (const file of filesIn(`${folder}/${CODE_FOLDER}`)) {
    const text = await Deno.readTextFile(file);
    const from = dirname(relative(folder, file));
    let source = "";
    const lines = text.split("\n").map((line) => {
      source = line.match(SOURCE_LINE)?.[1] ?? source;
      return line.replace(NEIGHBOUR, (address, path: string) => {
        const neighbour = join(dirname(source), path);
        if (!neighbours.has(neighbour)) return address;
        missing.delete(neighbour);
        const to = relative(from, bundledFile(neighbour));
        return `new URL("${
          to.startsWith(".") ? to : `./${to}`
        }", import.meta.url)`;
      });
    });
    if (lines.join("\n") !== text) {
      await Deno.writeTextFile(file, lines.join("\n"));
    }
  }
  if (missing.size > 0) {
    throw new Error(
      `Cannot bundle ${[...missing].join(", ")}: no bundled module names it`,
    );
  }
}

/** Says that a bundled export has the types and the documentation of its source. */
async function keepTypes(folder: string, source: string): Promise<void> {
  const file = bundledFile(source);
  const types = relative(dirname(file), source);
  const text = await Deno.readTextFile(`${folder}/${file}`);
  await Deno.writeTextFile(
    `${folder}/${file}`,
    `/* @ts-self-types="${types}" */\n${text}`,
  );
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* filesIn(`${folder}/${name}`);
    else yield `${folder}/${name}`;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
