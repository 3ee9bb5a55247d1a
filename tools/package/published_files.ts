/**
 * Reads which files `deno publish --dry-run` lists, and says which of them do
 * not belong into the package.
 *
 * @module
 */
/** What the package holds: files by name, folders with a slash at the end. */
const EXPECTED = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "builder.ts",
  "deno.json",
  "lib/",
  "manifest.schema.json",
  "mod.ts",
  "src/",
] as const;

/**
 * Finds the files of a dry run that the package is not to hold.
 *
 * @param output What `deno publish --dry-run` printed.
 * @param folder The folder of the package.
 * @returns The files, relative to that folder.
 */
export function unexpectedFiles(output: string, folder: string): string[] {
  const files = [...output.matchAll(/file:\/\/(\S+) \(\d/g)].map(
    ([, path]) => path!.replace(`${folder}/`, ""),
  );
  return files.filter((file) =>
    !EXPECTED.some((name) =>
      name.endsWith("/") ? file.startsWith(name) : file === name
    )
  );
}
