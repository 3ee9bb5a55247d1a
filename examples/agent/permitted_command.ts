/**
 * Says how the agent has to be started for Deno to permit what it does.
 *
 * @module
 */
import { dirname, fromFileUrl, relative, resolve } from "@std/path";
import type { Settings } from "./settings.ts";

/**
 * Looks whether everything is permitted, without asking for it.
 *
 * @param settings What the agent is told.
 * @param args How it was told.
 * @returns A command that permits it; undefined where nothing lacks.
 */
export function permittedCommand(
  settings: Settings,
  args: readonly string[],
): string | undefined {
  const folder = dirname(resolve(settings.db));
  const plugins = fromFileUrl(new URL("../plugins", import.meta.url));
  const socket = resolve(settings.dockerSocket);
  // Where there is no engine, nobody writes to its socket.
  const written = isMissing(socket) ? [folder] : [folder, socket];
  const needed: Deno.PermissionDescriptor[] = [
    ...[folder, plugins, socket].map((path) =>
      ({ name: "read", path }) as const
    ),
    ...written.map((path) => ({ name: "write", path }) as const),
    { name: "net", host: `127.0.0.1:${settings.port}` },
  ];
  if (
    needed.every((it) => Deno.permissions.querySync(it).state === "granted")
  ) {
    return undefined;
  }
  const main = fromFileUrl(new URL("main.ts", import.meta.url));
  return [
    "deno",
    "run",
    "--unstable-no-legacy-abort",
    `--allow-read=${[folder, plugins, socket].map(shown).join()}`,
    `--allow-write=${[folder, socket].map(shown).join()}`,
    "--allow-net",
    "--allow-env=PORT",
    shown(main),
    ...args,
  ].map(quoted).join(" ");
}

function isMissing(path: string): boolean {
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}

/** As short as it can be from here. */
function shown(path: string): string {
  const here = relative(Deno.cwd(), path);
  return here !== "" && here.length < path.length ? here : path;
}

/** For a POSIX shell. */
function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument)
    ? argument
    : `'${argument.replaceAll("'", "'\\''")}'`;
}
