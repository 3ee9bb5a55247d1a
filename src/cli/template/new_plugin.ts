/**
 * What is known of a new plugin.
 *
 * @module
 */

/** What a new plugin is made of. */
export interface NewPlugin {
  /** Its name, such as `my-plugin`. */
  readonly name: string;
  /** What it does. */
  readonly description: string;
  /** Who writes it. */
  readonly author: string;
  /** Where its source will live. */
  readonly repository: string;
  /** Folders that stand for published packages. */
  readonly links?: readonly string[];
}

/** The name of the plugin's table: a plain identifier. */
export function tableOf({ name }: NewPlugin): string {
  return name.replace(/\W+/g, "_").replace(/^(?=\d)/, "_");
}
