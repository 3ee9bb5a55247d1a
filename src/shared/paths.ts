/**
 * Paths as text, without the modules that would be loaded for them.
 *
 * @module
 */

const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:[\\/])/;

/** Whether a path says where it is, wherever it is read. */
export function isAbsolutePath(path: string): boolean {
  return ABSOLUTE.test(path);
}

/**
 * Makes a path absolute, without `.` and `..`.
 *
 * @param base The folder that a relative one is in.
 * @returns The path, without a separator at its end.
 */
export function absolutePath(path: string, base: string): string {
  const whole = isAbsolutePath(path) ? path : `${base}/${path}`;
  const [root] = ABSOLUTE.exec(whole) ?? ["/"];
  const parts: string[] = [];
  for (const part of whole.slice(root.length).split(/[\\/]+/)) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return root + parts.join(root.at(-1));
}

/**
 * Whether one path is another, or in the folder that it names.
 *
 * @param path An absolute path.
 * @returns Whether it is.
 */
export function isWithin(path: string, folder: string): boolean {
  return path === folder ||
    path.startsWith(/[\\/]$/.test(folder) ? folder : `${folder}/`);
}
