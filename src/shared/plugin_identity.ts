/**
 * Which plugin something is about, and the logger that it is handed.
 *
 * @module
 */

/** The four levels at which a plugin logs. */
export interface PluginLogger {
  /** Something failed. */
  error(message: string): void;
  /** Something is odd, and the plugin goes on. */
  warn(message: string): void;
  /** Something worth knowing happened. */
  info(message: string): void;
  /** Something that only helps to find a fault. */
  debug(message: string): void;
}

/** Which plugin an action or hook belongs to. */
export interface PluginIdentity {
  /** The id of the stored row. */
  readonly id: number;
  /** The unique name. */
  readonly name: string;
  /** The version. */
  readonly version: string;
}
