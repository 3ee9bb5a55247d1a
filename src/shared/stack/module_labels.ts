/**
 * Which plugin a module address stands for. Addresses are unique in the
 * process, so one list serves every handler in it.
 *
 * @module
 */

import { columnBefore, type ColumnShift } from "../text/column_shift.ts";

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
 * still throw, and is to be attributed to the plugin and not to the host.
 */
const REMEMBERED = 10_000;

/** The address of a blob module, with the key inside. */
const BLOB = /blob:null\/([0-9a-f]{8}-[0-9a-f-]{27})/g;

/** The line and the column behind an address. */
const PLACE = /:(\d{1,9}):(\d{1,9})/y;

/** Where a source map says that something is from, with the key inside. */
const MAPPED = /plugin:\/\/(s\d+)\//g;
const MAPPED_START = "plugin://";

/** The end of the address of a data module, with the key inside. */
const DATA_END = /\/\/(dockstat-\d+)\./g;

const DATA = "data:";

const FRAME = /^ +at .*$/gm;

// deno-lint-ignore no-control-regex -- the runtime colours some messages
const COLOURS = /\x1b\[[0-9;]*m/g;

const owners = new Map<string, ModuleOwner>();
/** What was put into modules, by the same keys; most have nothing. */
const shiftsOf = new Map<string, readonly ColumnShift[]>();
const released = new Set<string>();

let mapped = 0;

/**
 * A new key for the sources that a module's source map names.
 *
 * @returns The key; {@linkcode nameModule} says whose they are.
 */
export function newSourcesKey(): string {
  return `s${++mapped}`;
}

/**
 * The address of a source that a source map names, under a key.
 *
 * @returns The address, as the runtime shows it in stack frames.
 */
export function mappedAddress(key: string, source: string): string {
  return `${MAPPED_START}${key}/${pathOf(source)}`;
}

/** Without what leads out of the project, and what would break a frame. */
function pathOf(source: string): string {
  return source.slice(0, 1_000)
    .replace(/^[a-z][\w+.-]*:\/*/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/[^\w@$+~./-]+/g, "_")
    .split("/").filter((part) => !/^\.*$/.test(part)).join("/")
    .slice(-200) || "source";
}

/**
 * Remembers whose module is behind an address.
 *
 * @param key The part of the address that survives in stack traces.
 * @param owner Whose it is.
 * @param shifts What was put into the module, and is not to be seen.
 */
export function nameModule(
  key: string,
  owner: ModuleOwner,
  shifts: readonly ColumnShift[] = [],
): void {
  owners.set(key, owner);
  if (shifts.length > 0) shiftsOf.set(key, shifts);
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
    shiftsOf.delete(oldest);
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
  const hasBlob = text.includes("blob:null/");
  const hasData = text.includes(DATA);
  const hasMapped = text.includes(MAPPED_START);
  if (!hasBlob && !hasData && !hasMapped) return text;
  const plain = text.replaceAll(COLOURS, "");
  const named = hasBlob ? withNames(plain, blobAddresses(plain)) : plain;
  const all = hasMapped ? named.replaceAll(MAPPED, nameMapped) : named;
  return hasData ? withNames(all, dataAddresses(all)) : all;
}

function nameMapped(address: string, key: string): string {
  const label = owners.get(key)?.label;
  return label === undefined ? address : `${label}/`;
}

/** The address of a module in a text. */
interface Address {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

function withNames(text: string, addresses: Iterable<Address>): string {
  let named = "";
  let done = 0;
  for (const { key, start, end } of addresses) {
    const label = owners.get(key)?.label;
    if (label === undefined) continue;
    const place = placeBehind(text, end, shiftsOf.get(key));
    named += text.slice(done, start) + label + place.shown;
    done = place.end;
  }
  return named + text.slice(done);
}

/** The line and the column behind an address, where they have to change. */
function placeBehind(
  text: string,
  end: number,
  shifts: readonly ColumnShift[] | undefined,
): { readonly shown: string; readonly end: number } {
  PLACE.lastIndex = end;
  const match = shifts && PLACE.exec(text);
  if (!match) return { shown: "", end };
  const [place, line, column] = match;
  const before = columnBefore(Number(line), Number(column), shifts);
  return { shown: `:${line}:${before}`, end: end + place.length };
}

function* blobAddresses(text: string): Generator<Address> {
  for (const match of text.matchAll(BLOB)) {
    const [address, key] = match;
    const start = match.index;
    yield { key: key!, start, end: start + address.length };
  }
}

/**
 * Finds addresses from their ends: text may hold any number of beginnings, and
 * looking for an end from each takes time that grows with the square.
 */
function* dataAddresses(text: string): Generator<Address> {
  let from = 0;
  for (const match of text.matchAll(DATA_END)) {
    const [mark, key] = match;
    const word = text.slice(startOfWord(text, from, match.index), match.index);
    const begin = word.indexOf(DATA);
    from = match.index + mark.length;
    if (begin < 0) continue;
    const start = match.index - word.length + begin;
    yield { key: key!, start, end: from };
  }
}

function startOfWord(text: string, from: number, end: number): number {
  let start = end;
  while (start > from && text.charCodeAt(start - 1) > SPACE) start--;
  return start;
}

const SPACE = 32;

/**
 * Whose module the innermost frame of a stack trace belongs to that belongs to
 * a plugin's.
 *
 * @param stack The stack trace, with addresses.
 * @returns The owner; undefined where no frame is a plugin's.
 */
export function ownerOfStack(stack: string): ModuleOwner | undefined {
  for (const [frame] of stack.matchAll(FRAME)) {
    for (const address of [BLOB, MAPPED]) {
      for (const [, key] of frame.matchAll(address)) {
        const owner = owners.get(key!);
        if (owner !== undefined) return owner;
      }
    }
    for (const { key } of dataAddresses(frame)) {
      const owner = owners.get(key);
      if (owner !== undefined) return owner;
    }
  }
  return undefined;
}
