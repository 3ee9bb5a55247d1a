/**
 * Reads which files `deno publish --dry-run` lists, and says which of them do
 * not belong into the package.
 *
 * @module
 */
import { repository } from "./package_config.ts";

/** What the package holds: files by name, folders with a slash at the end. */
const EXPECTED = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "builder.ts",
  "deno.json",
  "jsr.json",
  "manifest.schema.json",
  "mod.ts",
  "published.deno.json",
  "src/",
] as const;

/**
 * Finds the files of a dry run that the package is not to hold.
 *
 * @param output What `deno publish --dry-run` printed.
 * @returns The files, relative to the repository.
 */
export function unexpectedFiles(output: string): string[] {
  const files = [...output.matchAll(/file:\/\/(\S+) \(\d/g)].map(
    ([, path]) => path!.replace(repository, ""),
  );
  return files.filter((file) =>
    !EXPECTED.some((name) =>
      name.endsWith("/") ? file.startsWith(name) : file === name
    )
  );
}
