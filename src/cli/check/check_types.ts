/**
 * Checks types by `deno check`, which runs nothing of the plugin.
 *
 * @module
 */
import { error, type Finding } from "./finding.ts";
import type { Project } from "../project/read_project.ts";

/** Runs the type checker on the plugin's entry. */
export async function checkTypes(
  { folder, entry }: Project,
  signal: AbortSignal,
): Promise<Finding[]> {
  if (!/\.tsx?$/.test(entry)) return [];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", entry],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    signal,
  }).output();
  signal.throwIfAborted();
  if (success) return [];
  const said = new TextDecoder().decode(stderr).replace(
    /^Warning .*\n(?: {4}at .*\n)*/gm,
    "",
  ).trim();
  return [error(entry, said)];
}
