/**
 * The version of this package, which manifests name in `engines.dockstat`.
 *
 * @module
 */

/** The version of this package; the same as in `deno.json`. */
export const VERSION = "0.1.0";
