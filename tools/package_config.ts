/**
 * Reads `deno.json` of this repository, for the tools that go by it.
 *
 * @module
 */
import { fromFileUrl } from "@std/path";
import { z } from "zod";

const config = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  exports: z.record(z.string(), z.string()),
  imports: z.record(z.string(), z.string()),
  compilerOptions: z.record(z.string(), z.unknown()),
  publish: z.looseObject({ include: z.array(z.string()) }),
});

/** The part of `deno.json` that the tools read. */
export type PackageConfig = z.infer<typeof config>;

/** The folder of this repository. */
export const repository: string = fromFileUrl(new URL("..", import.meta.url));

/** Reads `deno.json`. */
export async function readPackageConfig(): Promise<PackageConfig> {
  const text = await Deno.readTextFile(`${repository}/deno.json`);
  return config.parse(JSON.parse(text));
}

/**
 * Lists the files that the package exports.
 *
 * @param config The part of `deno.json` that the tools read.
 * @returns The files, relative to the repository.
 */
export function exportedFiles({ exports }: PackageConfig): string[] {
  return Object.values(exports).map((file) => file.replace(/^\.\//, ""));
}
