/**
 * Folders that a child process, or a database in memory, needs for a while. The
 * host need not be allowed to write there: what it may not do itself, a child
 * does.
 *
 * @module
 */

const SHELL = "/bin/sh";
const REMOVE = `try{Deno.removeSync(Deno.args[0],{recursive:true})}catch{}`;

/**
 * A folder that nobody has, and that is not made yet. Whose it was shows where
 * the host was killed before it could remove it.
 */
export function newScratchFolder(): string {
  const parent = Deno.build.os === "windows" ? "C:\\Windows\\Temp\\" : "/tmp/";
  return `${parent}plugin-handler-${Deno.pid}-${crypto.randomUUID()}`;
}

/**
 * Removes a folder and what is in it; one that is not there is no error.
 *
 * @param denoPath Says which `deno` removes it, where nothing else may.
 */
export async function removeFolder(
  path: string,
  denoPath: () => string,
): Promise<void> {
  if (isGranted({ name: "write", path })) {
    return await Deno.remove(path, { recursive: true }).catch(() => {});
  }
  const [command, args] = isGranted({ name: "run", command: SHELL })
    ? [SHELL, ["-c", `rm -rf -- "$1"`, "sandbox", path]] as const
    : [denoPath(), ["eval", "--no-config", REMOVE, path]] as const;
  try {
    await new Deno.Command(command, {
      args: [...args],
      clearEnv: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
  } catch {
    // It may not run that: then it has made nothing either.
  }
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
