/**
 * The few things that this folder asks about paths. Written by hand, since a
 * path library is a tenth of what starting an agent costs, and opening a
 * database is on every start.
 *
 * @module
 */

const isWindows = Deno.build.os === "windows";
const SEPARATOR = isWindows ? /[\\/]/ : /\//;

/** The folder that a path is in; `.` for a bare name. */
export function folderOf(path: string): string {
  const end = lastSeparator(path);
  if (end < 0) return ".";
  const isRoot = end === 0 || (isWindows && path[end - 1] === ":");
  return path.slice(0, isRoot ? end + 1 : end);
}

/** The last part of a path, without its extension. */
export function stemOf(path: string): string {
  const name = path.slice(lastSeparator(path) + 1);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}

/** A name in a folder. */
export function within(folder: string, name: string): string {
  return SEPARATOR.test(folder.slice(-1)) ? folder + name : `${folder}/${name}`;
}

function lastSeparator(path: string): number {
  return Math.max(
    path.lastIndexOf("/"),
    isWindows ? path.lastIndexOf("\\") : -1,
  );
}
