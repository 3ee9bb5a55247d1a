/**
 * Under which names a guest and its store find the pipes that a shell opened
 * for them: each reads the one and writes the other.
 *
 * @module
 */

/** The names, the same on both ends. */
export const STORE_FILES = {
  read: "/dev/fd/3",
  write: "/dev/fd/4",
} as const;
