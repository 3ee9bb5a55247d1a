/**
 * The environment of a child process: what was granted, and what keeps it from
 * leaving anything behind.
 *
 * @module
 */
import type { LaunchOptions } from "./launcher.ts";
import { grantedEnvironment } from "./permissions.ts";

/** Where no folder can be made, so that Deno keeps everything in memory. */
const NOWHERE = Deno.build.os === "windows"
  ? "NUL\\plugin-handler"
  : "/dev/null/plugin-handler";

/**
 * The environment of a child.
 *
 * @param options How it is started.
 */
export function childEnvironment(
  { permissions, cache }: LaunchOptions,
): Record<string, string> {
  return {
    ...grantedEnvironment(permissions),
    // Deno's own cache would be shared among plugins, and outlive them.
    DENO_DIR: cache ?? NOWHERE,
    // Asking for an adapter needs no permission; native code is a matter of ffi.
    ...(permissions.ffi === undefined ? { DENO_WEBGPU_BACKEND: "none" } : {}),
  };
}
