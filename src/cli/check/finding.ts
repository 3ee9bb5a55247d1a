/**
 * What `check` finds.
 *
 * @module
 */

/** Something wrong with a plugin, or odd about it. */
export interface Finding {
  /** Errors keep it from working; warnings do not. */
  readonly level: "error" | "warning";
  /** Where it is: a file, or a part of the definition. */
  readonly where: string;
  /** What is wrong, and what to do. */
  readonly message: string;
}

/** Something that keeps the plugin from working. */
export function error(where: string, message: string): Finding {
  return { level: "error", where, message };
}

/** Something that is odd. */
export function warning(where: string, message: string): Finding {
  return { level: "warning", where, message };
}
