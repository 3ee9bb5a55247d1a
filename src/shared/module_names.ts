/**
 * Which plugin a module address stands for. Addresses are unique in the
 * process, so one list serves every handler in it.
 *
 * @module
 */

/** Whose module is behind an address. */
export interface ModuleOwner {
  /** The id of the stored row. */
  readonly id: number;
  /** `name@version`, as it is shown. */
  readonly label: string;
  /** The loader that imported it; ids are unique within one only. */
  readonly loader: object;
}

/**
 * How many released modules are remembered. An unloaded plugin's timer may
 * still throw, and is to be laid to the plugin and not to the host.
 */
const REMEMBERED = 10_000;

/** The addresses of blob and data modules, with the key inside. */
const ADDRESS =
  /blob:null\/([0-9a-f]{8}-[0-9a-f-]{27})|data:\S*?\/\/(dockstat-\d+)\./g;

const FRAME = /^ +at .*$/gm;

// deno-lint-ignore no-control-regex -- the runtime colours some messages
const COLOURS = /\x1b\[[0-9;]*m/g;

const owners = new Map<string, ModuleOwner>();
const released = new Set<string>();

/**
 * Remembers whose module is behind an address.
 *
 * @param key The part of the address that survives in stack traces.
 * @param owner Whose it is.
 */
export function nameModule(key: string, owner: ModuleOwner): void {
  owners.set(key, owner);
}

/**
 * Lets go of an address whose module is no longer loaded. It is forgotten when
 * many others have been released after it.
 *
 * @param key The key given to {@linkcode nameModule}.
 */
export function releaseModule(key: string): void {
  if (!owners.has(key)) return;
  released.add(key);
  if (released.size <= REMEMBERED) return;
  for (const oldest of released) {
    owners.delete(oldest);
    released.delete(oldest);
    return;
  }
}

/**
 * Replaces the addresses of plugins' modules in a text by the plugins' names.
 *
 * @param text A message or a stack trace.
 * @returns The text with `name@version` in the place of each address.
 */
export function nameAddresses(text: string): string {
  if (!text.includes("blob:null/") && !text.includes("data:")) return text;
  return text.replaceAll(COLOURS, "").replaceAll(
    ADDRESS,
    (address, blob, data) => owners.get(blob ?? data)?.label ?? address,
  );
}

/**
 * Whose module the innermost frame of a stack trace belongs to that belongs to
 * a plugin's.
 *
 * @param stack The stack trace, with addresses.
 * @returns The owner; undefined where no frame is a plugin's.
 */
export function ownerOfStack(stack: string): ModuleOwner | undefined {
  for (const [frame] of stack.matchAll(FRAME)) {
    for (const [, blob, data] of frame.matchAll(ADDRESS)) {
      const owner = owners.get(blob ?? data!);
      if (owner !== undefined) return owner;
    }
  }
  return undefined;
}
