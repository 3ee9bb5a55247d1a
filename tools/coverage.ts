/**
 * Prints the coverage of `src` and fails below the threshold of `deno.json`.
 * What a process that was killed left half written is put aside first. The
 * command line is left out: its tests run it as processes, many of which are
 * interrupted or killed, and what those covered is lost with them.
 *
 * Needs `--allow-read`, `--allow-write=coverage` and `--allow-run` of Deno.
 *
 * @module
 */
import { repository } from "./package_config.ts";

const FOLDER = `${repository}coverage`;

/** A file that is whole ends with the end of its object. */
async function isWhole(path: string): Promise<boolean> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  if (size < 2) return false;
  await file.seek(-2, Deno.SeekMode.End);
  const end = new Uint8Array(2);
  await file.read(end);
  return new TextDecoder().decode(end).trimEnd().endsWith("}");
}

for await (const { name, isFile } of Deno.readDir(FOLDER)) {
  const path = `${FOLDER}/${name}`;
  if (isFile && !await isWhole(path)) await Deno.remove(path);
}
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["coverage", "--include=/src/", "--exclude=/src/cli/", "coverage"],
  cwd: repository,
}).spawn().status;
Deno.exit(code);
