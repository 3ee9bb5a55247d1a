/**
 * Reads the imports between the files of this repository, as `deno info` sees
 * them.
 *
 * @module
 */
import { z } from "zod";
import { fromFileUrl, relative } from "@std/path";
import type { Edge } from "./architecture.ts";

const resolved = z.object({ specifier: z.string().optional() }).optional();
const info = z.object({
  modules: z.array(z.object({
    specifier: z.string(),
    dependencies: z.array(z.object({ code: resolved, type: resolved }))
      .optional(),
  })),
});

type Module = z.infer<typeof info>["modules"][number];

/** The imports of some files. */
export interface ModuleGraph {
  /** The files, relative to the repository. */
  readonly files: readonly string[];
  /** The imports between them. */
  readonly edges: readonly Edge[];
}

async function infoOf(root: string, file: string): Promise<Module[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", file],
    cwd: root,
  }).output();
  if (!success) {
    throw new Error(
      `Cannot read the imports of "${file}": ${
        new TextDecoder().decode(stderr)
      }`,
    );
  }
  return info.parse(JSON.parse(new TextDecoder().decode(stdout))).modules;
}

function edgesOf(
  { specifier, dependencies = [] }: Module,
  pathOf: (url: string) => string | undefined,
): Edge[] {
  const from = pathOf(specifier);
  if (from === undefined) return [];
  return dependencies.flatMap(({ code, type }) => {
    const to = pathOf(code?.specifier ?? type?.specifier ?? "");
    return to === undefined ? [] : [{ from, to, typeOnly: !code }];
  });
}

/**
 * Reads the imports of some files and of everything that they import.
 *
 * @param root The repository.
 * @param files The files, relative to the repository.
 * @returns The files of the repository and the imports between them.
 */
export async function readModuleGraph(
  root: string,
  files: readonly string[],
): Promise<ModuleGraph> {
  const seen = new Map<string, Module>();
  const pathOf = (url: string) => {
    if (!url.startsWith("file:")) return undefined;
    const path = relative(root, fromFileUrl(url)).replaceAll("\\", "/");
    return path.startsWith("..") ? undefined : path;
  };
  for (const file of files) {
    if (seen.has(file)) continue;
    for (const module of await infoOf(root, file)) {
      const path = pathOf(module.specifier);
      if (path !== undefined) seen.set(path, module);
    }
  }
  return {
    files: [...seen.keys()],
    edges: [...seen.values()].flatMap((module) => edgesOf(module, pathOf)),
  };
}
