/**
 * The command line of a child process: the flags that take everything from it
 * but what was granted, and the limits that the system can add.
 *
 * @module
 */
import { STORE_FILES } from "../wire/store_files.ts";
import { permissionFlags, type PluginPermissions } from "./permissions.ts";

/** How a child is started. */
export interface LaunchOptions {
  /** The `deno` to run. */
  readonly denoPath: string;
  /** Megabytes that the child's JavaScript heap may have. */
  readonly memoryMb: number;
  /** What the plugin may do. */
  readonly permissions: PluginPermissions;
  /** What the system offers beyond Deno. */
  readonly confinement: SystemConfinement;
  /** What it runs. */
  readonly role: "guest" | "store";
  /** How the names of the pipes between a guest and its store begin. */
  readonly pipes?: string;
  /** A folder that no permission reaches. */
  readonly denied?: string;
  /** The folder for the modules that it imports from elsewhere. */
  readonly cache?: string;
}

/**
 * What the system adds: `full` ends the child with its parent and limits its
 * memory outside of the heap, `limits` limits the memory and has a shell watch
 * the parent, `none` adds nothing.
 */
export type SystemConfinement = "full" | "limits" | "none";

/** A command and its arguments. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Where the child starts: it reads a script from its standard input, length
 * first, and runs it. Source text as an argument would show in the list of
 * processes, and may not be longer than 128 KiB on Linux; and the same text
 * imported as a module takes three times as long to start as a script does.
 */
export const BOOTSTRAP = `const r=n=>{const b=new Uint8Array(n);` +
  `for(let i=0;i<n;){const c=Deno.stdin.readSync(b.subarray(i));` +
  `if(c===null)Deno.exit(0);i+=c}return b};` +
  `(0,eval)(new TextDecoder().decode(` +
  `r(new DataView(r(4).buffer).getUint32(0,true))))`;

/**
 * What a child of Deno reserves before it runs anything, 512 MiB of it for
 * compiled code; less, and it does not start.
 */
const RESERVED_MB = 640;
/** What buffers outside of the heap may take, in heaps. */
const BUFFERS = 3;
const SHELL = "/bin/sh";

/** Ends the child with the host: a shell that looks every two seconds. */
const WATCH = `host=$PPID; child=$$; (while sleep 2; do ` +
  `kill -0 $child || exit; kill -0 $host || kill -9 $child; done) ` +
  `<&- >&- 2>&- & `;

/** The names of the pipes between a guest and its store. */
export function pipeNames(pipes: string): readonly string[] {
  return [`${pipes}-q`, `${pipes}-a`];
}

/**
 * Opens the ends of the pipes between a guest and its store. Both make them,
 * since nobody knows who is first. A guest holds both ends of its own, so that
 * it waits for nobody; a store sees by their end that the guest is gone.
 */
const MAKE_PIPES = `p=$1; shift; mkfifo -m 600 "$p-q" "$p-a" 2>/dev/null; ` +
  `[ -O "$p-q" ] && [ -O "$p-a" ] || exit 1; `;
const OPEN_PIPES = {
  guest: `${MAKE_PIPES}exec 3<>"$p-a" 4<>"$p-q"; `,
  store: `${MAKE_PIPES}exec 3<"$p-q" 4>"$p-a"; rm "$p-q" "$p-a"; `,
} as const;

/** However busy plugins are, the host comes first, where the system has that. */
const NICE = `n=; command -v nice >/dev/null && n="nice -n 19"; exec $n `;
/** Ends the child with the host. */
const WITH_HOST = "setpriv --pdeathsig KILL --no-new-privs ";
/** No file can be written to, whoever writes. */
const NO_FILES = `ulimit -f 0; trap '' XFSZ; `;

/**
 * The command line that starts a child.
 *
 * @param options What to run, and with which limits.
 */
export function commandLine(options: LaunchOptions): CommandLine {
  const { denoPath, confinement, pipes, role } = options;
  const args = denoArguments(options);
  if (confinement === "none") return { command: denoPath, args };
  const isFull = confinement === "full";
  const script = `${limits(options)}${isFull ? "" : WATCH}${
    pipes === undefined ? "" : OPEN_PIPES[role]
  }${mayWriteFiles(options) ? "" : NO_FILES}${NICE}${
    isFull ? WITH_HOST : ""
  }"$@"`;
  const shell = [
    "-c",
    script,
    "sandbox",
    ...pipes === undefined ? [] : [pipes],
    denoPath,
    ...args,
  ];
  if (!isFull || role !== "store") return { command: SHELL, args: shell };
  // It waits for its guest before there is a process that ends with the host.
  const start = `exec ${WITH_HOST}${SHELL} "$@"`;
  return { command: SHELL, args: ["-c", start, "sandbox", ...shell] };
}

function limits({ memoryMb }: LaunchOptions): string {
  const kilobytes = (RESERVED_MB + BUFFERS * memoryMb) * 1024;
  return `ulimit -c 0; ulimit -d ${kilobytes}; `;
}

/**
 * Whether anything that was granted writes files. macOS would count the files
 * that Deno maps.
 */
function mayWriteFiles({ permissions }: LaunchOptions): boolean {
  const { write, run, ffi, import: modules } = permissions;
  return Deno.build.os !== "linux" ||
    [write, run, ffi, modules].some((granted) => granted !== undefined);
}

function denoArguments(
  { memoryMb, permissions, pipes, denied, role }: LaunchOptions,
): string[] {
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-code-cache",
    "--node-modules-dir=none",
    `--v8-flags=--max-old-space-size=${memoryMb}${
      role === "store" ? ",--expose-gc" : ""
    }`,
    ...permissionFlags(
      pipes === undefined ? permissions : withPipes(permissions),
      denied,
    ),
    `data:text/javascript,${encodeURIComponent(BOOTSTRAP)}`,
  ];
}

function withPipes(permissions: PluginPermissions): PluginPermissions {
  const { read, write } = permissions;
  return {
    ...permissions,
    read: read === true || [...read ?? [], STORE_FILES.read],
    write: write === true || [...write ?? [], STORE_FILES.write],
  };
}

/**
 * Finds out what the system offers. Needs `--allow-run=/bin/sh`; without it, or
 * on Windows, the answer is `none`.
 */
export async function systemConfinement(): Promise<SystemConfinement> {
  if (Deno.build.os === "windows") return "none";
  const permission = await Deno.permissions.query({
    name: "run",
    command: SHELL,
  });
  if (permission.state !== "granted") return "none";
  const probe = `ulimit -d 1048576 || exit 2; ` +
    `setpriv --pdeathsig KILL --no-new-privs true || exit 1`;
  try {
    const { code } = await new Deno.Command(SHELL, {
      args: ["-c", probe],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      clearEnv: true,
    }).output();
    return code === 0 ? "full" : code === 2 ? "none" : "limits";
  } catch {
    return "none";
  }
}

/**
 * Finds out whether a guest and its store can have pipes of their own: a system
 * may have no place where they can be made. Needs `--allow-run=/bin/sh`.
 *
 * @param pipes How the names of the pipes that are tried begin.
 */
export async function canMakePipes(pipes: string): Promise<boolean> {
  const probe = `mkfifo -m 600 "$1" "$2" && rm "$1" "$2"`;
  try {
    const { success } = await new Deno.Command(SHELL, {
      args: ["-c", probe, "sandbox", ...pipeNames(pipes)],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      clearEnv: true,
    }).output();
    return success;
  } catch {
    return false;
  }
}
