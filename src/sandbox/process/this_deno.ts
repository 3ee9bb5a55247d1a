/**
 * The `deno` that runs plugins where the host names none: the one that runs the
 * host.
 *
 * @module
 */
import { PluginError } from "../../shared/errors.ts";

/**
 * The path of the `deno` that runs the host.
 *
 * @throws {PluginError} `INVALID_OPTIONS` where the host is a program made by
 * `deno compile`: as its own guest it would start itself over and over.
 */
export function thisDeno(): string {
  if (!Deno.build.standalone) return Deno.execPath();
  throw new PluginError(
    "INVALID_OPTIONS",
    "Cannot run plugins in processes: the host is a compiled program and no deno; set sandbox.denoPath to one",
  );
}
