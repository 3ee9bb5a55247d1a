/**
 * Projects as `init` makes them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { runCli } from "./run_cli.ts";

/** This checkout. */
export const CHECKOUT = fromFileUrl(new URL("../../", import.meta.url));

/** What bundling needs; `deno` may be a link to what really runs. */
export const BUNDLE_FLAGS = [
  "--allow-read",
  "--allow-write=.",
  `--allow-run=${Deno.execPath()}`,
];

/** What checking needs. */
export const CHECK_FLAGS = ["--allow-read", `--allow-run=${Deno.execPath()}`];

/** Makes a project in a folder. */
export async function newProject(
  folder: string,
  name = "my-plugin",
): Promise<string> {
  const { code, err } = await runCli(
    ["init", name, "--yes", "--handler", CHECKOUT],
    { cwd: folder, flags: ["--allow-read", "--allow-write=."] },
  );
  assertEquals([code, err], [0, ""]);
  return join(folder, name);
}

/** Changes a file of a project. */
export async function edit(
  project: string,
  file: string,
  change: (text: string) => string,
): Promise<void> {
  const path = join(project, file);
  const text = await Deno.readTextFile(path);
  const changed = change(text);
  // An edit that changes nothing would test nothing.
  assertEquals(changed === text, false, `${file} is as it was`);
  await Deno.writeTextFile(path, changed);
}
